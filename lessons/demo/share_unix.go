//go:build unix

package demo

import (
	"os"

	"golang.org/x/sys/unix"
)

// setSharing sets one option and clears the other: package net sets
// SO_REUSEADDR by itself.
func setSharing(fd handle, s Sharing) error {
	for option, wanted := range map[int]bool{unix.SO_REUSEADDR: s == ReuseAddr, unix.SO_REUSEPORT: s == ReusePort} {
		value := 0
		if wanted {
			value = 1
		}
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, value); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	return nil
}
