//go:build unix

package pace

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// Unread reports whether the kernel holds something on c that was not yet
// read: bytes, a call, an end or an error (poll(2)). It never blocks. Where
// that cannot be told, it is false.
func Unread(c syscall.Conn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	ready := false
	_ = raw.Control(func(fd uintptr) { // an error: it is closed
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, 0)
		ready = err == nil && n > 0 && fds[0].Revents&unix.POLLNVAL == 0
	})
	return ready
}
