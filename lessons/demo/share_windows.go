package demo

import (
	"errors"
	"os"
	"syscall"
)

// setSharing: Windows has no SO_REUSEPORT, and its SO_REUSEADDR lets a second
// socket take the port of the first. Package net does not set it.
func setSharing(fd handle, s Sharing) error {
	switch s {
	case ReuseAddr:
		return os.NewSyscallError("setsockopt", syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	case ReusePort:
		return errors.ErrUnsupported
	}
	return nil
}
