package peer

import "syscall"

// reuseAddress does nothing: Windows lets a new socket have an address in
// TIME-WAIT, and its SO_REUSEADDR means something else.
func reuseAddress(_, _ string, _ syscall.RawConn) error { return nil }
