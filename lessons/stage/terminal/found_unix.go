//go:build unix

package terminal

import (
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

func init() { watchStops = watch }

// watch waits for SIGTSTP until the process ends: a Go program that has asked
// for it once cannot give it back its default action.
func watch(t *Terminal) {
	if signal.Ignored(syscall.SIGTSTP) {
		return
	}
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTSTP)
	go func() {
		for range stops {
			t.stopped()
		}
	}()
}

// Stop suspends labo and its group as Ctrl+Z does, and returns once it goes on
// in front, or is to end. Whoever uses the terminal has given it back before.
func (t *Terminal) Stop() {
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	for {
		t.stop(goesOn)
		if t.inFront() {
			return
		}
		// In the background the terminal is somebody else's. Whoever ends a
		// suspended program lets it go on for that.
		select {
		case <-t.Ended:
			t.Drop()
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop stops the group and returns once it goes on. SIGTSTP would come to
// [watch]: the default action of two other signals is the same, and one of them
// may be ignored (by what started labo, too, of which Go does not know).
func (t *Terminal) stop(goesOn <-chan os.Signal) {
	for _, s := range []syscall.Signal{syscall.SIGTTIN, syscall.SIGTTOU} {
		syscall.Kill(0, s)
		// Twice: what goes on after an hour finds its time over, and is told a
		// moment later that it goes on. Nothing comes where the system does not
		// suspend a program that no shell could wake (an orphaned process group,
		// POSIX 2.4.3).
		for range 2 {
			select {
			case <-goesOn:
				return
			case <-t.Ended:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}

// inFront reports whether the terminal is ours to change.
func (t *Terminal) inFront() bool {
	f := t.in
	if f == nil {
		f = t.out
	}
	if f == nil {
		return true
	}
	front, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err != nil || front == unix.Getpgrp() // an error: nobody controls jobs there
}

// gone reports whether a file was a terminal: it is no more once that is closed.
func gone(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && hungUp(f)
}

// Gone reports whether the terminal was closed: the keyboard and the screen of
// a labo that nobody told of it (POLLHUP, poll(2)). A read that fails says less:
// that of a program in the background does too.
func (t *Terminal) Gone() bool { return hungUp(t.in) || hungUp(t.out) }

func hungUp(f *os.File) bool { return polled(f, 0)&unix.POLLHUP != 0 }

// Blocked reports whether the terminal takes nothing more: nobody reads it, or
// Ctrl+S holds it.
func (t *Terminal) Blocked() bool { return t.out != nil && polled(t.out, unix.POLLOUT) == 0 }

func polled(f *os.File, events int16) int16 {
	if f == nil {
		return 0
	}
	fds := []unix.PollFd{{Fd: int32(f.Fd()), Events: events}}
	for {
		if _, err := unix.Poll(fds, 0); err != unix.EINTR {
			return fds[0].Revents
		}
	}
}

// Drop gives the terminal back from outside, at once, and makes all that labo
// still writes or reads go nowhere: whoever waits for the terminal waits no
// longer. In the background it changes nothing there.
func (t *Terminal) Drop() { t.drop.Do(t.dropOnce) }

func (t *Terminal) dropOnce() {
	ours, screen := t.inFront(), -1
	if t.out != nil && ours {
		screen = reopened(t.out)
	}
	if t.in != nil && t.modes != nil && ours {
		term.Restore(int(t.in.Fd()), t.modes)
	}
	nowhere(t.in, t.out, shown(os.Stderr))
	sequence := []byte(plain)
	if t.whole.Load() {
		sequence = []byte(plain + mainScreen)
	}
	// A write that waits holds the terminal against ours until it was woken up:
	// what we write is the last.
	for limit := time.Now().Add(dropLimit); ; time.Sleep(5 * time.Millisecond) {
		wake()
		if screen < 0 {
			return
		}
		discard(screen)
		n, _ := unix.Write(screen, sequence)
		if sequence = sequence[max(n, 0):]; len(sequence) == 0 || time.Now().After(limit) {
			unix.Close(screen)
			return
		}
	}
}

const (
	dropLimit = 300 * time.Millisecond

	// The beginning of a sequence may have been written: CAN takes it back. Then
	// no colour, a cursor, no bracketed paste.
	plain = "\x18\x1b[m\x1b[?25h\x1b[?2004l"
	// The keys as they were (kitty's and xterm's), the first screen; the Linux
	// console, which has one only, forgets what was drawn.
	mainScreen = "\x1b[<u\x1b[>4m\x1b[?1049l"
)

// reopened opens a terminal anew: what is set for this one, not to wait, is
// not set for the others who have it. -1 where that cannot be.
func reopened(f *os.File) int {
	for _, path := range []string{fmt.Sprintf("/proc/self/fd/%d", f.Fd()), "/dev/tty"} {
		if fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err == nil {
			return fd
		}
	}
	return -1
}

// nowhere puts /dev/null in the place of files.
func nowhere(files ...*os.File) {
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	files = slices.DeleteFunc(files, func(f *os.File) bool { return f == nil })
	for _, f := range files {
		redirect(null, int(f.Fd()))
	}
	unix.Close(null)
}
