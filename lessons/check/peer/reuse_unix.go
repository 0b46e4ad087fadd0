//go:build unix

package peer

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// reuseAddress lets a socket take an address that TIME-WAIT still remembers.
func reuseAddress(_, _ string, c syscall.RawConn) error {
	var err error
	if e := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}); e != nil {
		return e
	}
	return err
}
