//go:build unix

package demo

import (
	"os"
	"strconv"
	"syscall"
)

// keepInherited keeps to this program the descriptors that it did not open
// itself: a shell may leave some open to all that it starts, and they would count
// among those of the child. Go's own are kept already.
func keepInherited() {
	dir, err := os.Open("/dev/fd")
	if err != nil {
		return
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if fd, err := strconv.Atoi(name); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
}

// Freeze stops the child where it is: it reads nothing more.
func (c *Child) Freeze() error { return c.cmd.Process.Signal(syscall.SIGSTOP) }
