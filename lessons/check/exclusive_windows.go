package check

import "syscall"

// exclusive has nothing to take back: net.Listen sets no SO_REUSEADDR here.
func exclusive(_, _ string, _ syscall.RawConn) error { return nil }
