//go:build unix && !linux

package terminal

import "golang.org/x/sys/unix"

func redirect(to, fd int) { unix.Dup2(to, fd) }

// wake does nothing here: a write that waits ends when what it waits for is
// forgotten.
func wake() {}

// discard lets a terminal go on that was held, and forget what nobody has read
// (tty(4)).
func discard(tty int) {
	const fwrite = 2
	unix.IoctlSetInt(tty, unix.TIOCSTART, 0)
	unix.IoctlSetPointerInt(tty, unix.TIOCFLUSH, fwrite)
}
