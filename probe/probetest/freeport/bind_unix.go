//go:build unix

package freeport

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// bindable reports whether a program that does not ask for SO_REUSEADDR could
// bind the port now.
func bindable(port uint16) bool {
	// A child that is started meanwhile would hold the socket until its exec.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Bind(fd, &unix.SockaddrInet4{Port: int(port), Addr: [4]byte{127, 0, 0, 1}}) == nil
}
