package pace

import "syscall"

// Unread reports whether the system holds something on c that was not yet
// read. Here it is always false: PeekNamedPipe, which would tell, waits for a
// read of the same pipe that is under way.
func Unread(syscall.Conn) bool { return false }
