//go:build unix

package check

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// exclusive takes back the SO_REUSEADDR that net.Listen sets before it.
func exclusive(_, _ string, c syscall.RawConn) error {
	var err error
	if e := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 0)
	}); e != nil {
		return e
	}
	return err
}
