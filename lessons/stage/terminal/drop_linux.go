package terminal

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

func redirect(to, fd int) { unix.Dup3(to, fd, 0) }

// wake interrupts the system calls in which threads of this process wait. They
// begin again, with what now has the number of their file. (Go interrupts its
// threads by this signal too, and takes it for nothing else.)
func wake() {
	threads, _ := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		if tid, err := strconv.Atoi(thread.Name()); err == nil {
			unix.Tgkill(unix.Getpid(), tid, unix.SIGURG)
		}
	}
}

// discard lets a terminal go on that was held, and forget what nobody has read.
func discard(tty int) {
	unix.IoctlSetInt(tty, unix.TCXONC, unix.TCOON)
	unix.IoctlSetInt(tty, unix.TCFLSH, unix.TCOFLUSH)
}
