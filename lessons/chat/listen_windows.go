package chat

import (
	"os"
	"syscall"
)

// shortenBacklog calls listen() again. Winsock accepts the call and may keep
// the longer queue of the first one.
func shortenBacklog(fd uintptr) error {
	return os.NewSyscallError("listen", syscall.Listen(syscall.Handle(fd), Backlog))
}

// clearReuse has nothing to undo: package net does not set SO_REUSEADDR here.
func clearReuse(uintptr) error { return nil }
