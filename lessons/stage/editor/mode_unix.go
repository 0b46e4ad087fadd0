//go:build unix

package editor

import (
	"io"
	"os"

	"github.com/muesli/cancelreader"
	"golang.org/x/sys/unix"
)

func init() {
	openMode = func(f *os.File) mode { return &termios{fd: int(f.Fd())} }
	openInput = func(f *os.File) (input, error) {
		r, err := cancelreader.NewReader(f)
		return &cancelable{r}, err
	}
}

// termios is the mode of a terminal, termios(3).
type termios struct {
	fd    int
	saved *unix.Termios
}

// enter differs from cfmakeraw(3): ISIG stays, so that Ctrl+C, Ctrl+Z and
// Ctrl+\ send their signals, and OPOST stays, so that a line feed written by
// anyone begins a line.
func (t *termios) enter() error {
	was, err := unix.IoctlGetTermios(t.fd, getTermios)
	if err != nil {
		return err
	}
	raw := *was
	raw.Iflag &^= unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	raw.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.IEXTEN
	raw.Lflag |= unix.ISIG
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(t.fd, setTermios, &raw); err != nil {
		return err
	}
	t.saved = was
	return nil
}

func (t *termios) leave() error { return unix.IoctlSetTermios(t.fd, setTermios, t.saved) }

type cancelable struct{ cancelreader.CancelReader }

var _ io.Reader = (*cancelable)(nil)

func (c *cancelable) cancel() bool { return c.Cancel() }
func (c *cancelable) free()        { c.Close() }
