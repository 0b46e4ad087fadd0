//go:build unix

package chat

import (
	"os"
	"syscall"
)

// shortenBacklog calls listen() again: package net asks for the longest queue
// the system has, the last call counts (listen(2)).
func shortenBacklog(fd uintptr) error {
	return os.NewSyscallError("listen", syscall.Listen(int(fd), Backlog))
}

// clearReuse undoes what package net sets before it calls Control.
func clearReuse(fd uintptr) error {
	return os.NewSyscallError("setsockopt", syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 0))
}
