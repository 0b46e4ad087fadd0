package chat

import (
	"bufio"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"
)

// maxLine is the longest line kept whole, in bytes. Longer ones are handed
// over in parts: on the wire that makes no difference.
const maxLine = 1 << 20

// keyboard reads lines in a goroutine of its own, so that a program can wait
// for its input, its connection and its context at once.
type keyboard struct {
	lines    chan []byte   // without their ends; closed when no more will come
	ended    chan struct{} // closed when the input ended, before lines is
	terminal bool
	editor   LineEditor // nil unless in is one; terminal is then true
	err      error      // why the input ended, nil at its end; read after ended

	in      io.Reader
	release func() // ends a read that waits; nil where nothing can
	quit    chan struct{}
	done    chan struct{}
}

// openKeyboard begins to read in. A terminal is read as it is set: its own
// line editing and echo are kept.
func openKeyboard(in io.Reader) *keyboard {
	k := &keyboard{
		lines: make(chan []byte), ended: make(chan struct{}),
		in: in, quit: make(chan struct{}), done: make(chan struct{}),
	}
	switch f := in.(type) {
	case *os.File:
		k.terminal = isTerminal(f)
		if r := cancelable(f); r != nil {
			k.in, k.release = r, func() { r.Cancel() }
		}
	case LineEditor:
		k.terminal, k.editor = true, f
		k.release = func() { f.Close() }
	case io.ReadCloser: // an io.Pipe, a connection
		k.release = func() { f.Close() }
	}
	go k.run()
	return k
}

// noKeyboard returns a keyboard on which nobody ever types.
func noKeyboard() *keyboard { return &keyboard{} }

// isTerminal reports whether someone can type on in.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && f != nil && term.IsTerminal(int(f.Fd()))
}

// canceler is an input whose reads can be ended from outside. Close frees
// what that takes and leaves the input itself open.
type canceler interface {
	io.ReadCloser
	Cancel() bool
}

// cancelable makes a canceler of a terminal or a pipe. It returns nil where
// the system has none, and for files whose reads do not wait. Set by the init
// of the file of the system that can.
var cancelable = func(*os.File) canceler { return nil }

// close ends the reading and waits for it, except where a read cannot be
// ended: the goroutine then ends with that read.
func (k *keyboard) close() {
	if k.in == nil {
		return
	}
	close(k.quit)
	if k.release == nil {
		return
	}
	k.release()
	<-k.done
	if r, ok := k.in.(canceler); ok {
		r.Close()
	}
}

func (k *keyboard) run() {
	defer close(k.done)
	defer close(k.lines)
	defer close(k.ended)
	r := lineReader{Reader: bufio.NewReader(k.in), universal: runtime.GOOS == "windows"}
	for {
		line, err := r.next()
		if len(line) > 0 || err == nil {
			select {
			case k.lines <- line:
			case <-k.quit:
				return
			}
			if err == io.EOF {
				continue // Ctrl+D in the middle of a line ends the line only
			}
		}
		if err != nil {
			if err != io.EOF {
				k.err = err
			}
			return
		}
	}
}

// lineReader cuts an input into lines as Python's input() does: they end with
// "\n", and on Windows with "\r\n" or "\r" as well (Python/pylifecycle.c,
// create_stdio: only there is sys.stdin opened with universal newlines).
type lineReader struct {
	*bufio.Reader
	universal bool // "\r" ends a line too
	afterCR   bool
}

// next returns the next line without its end. At the end of the input it
// returns what came before together with io.EOF.
func (r *lineReader) next() ([]byte, error) {
	var line []byte
	for len(line) < maxLine {
		b, err := r.ReadByte()
		if err != nil {
			return line, err
		}
		pair := r.afterCR && b == '\n'
		r.afterCR = r.universal && b == '\r'
		switch {
		case pair: // the second half of an end already seen
		case b == '\n' || r.afterCR:
			return line, nil
		default:
			line = append(line, b)
		}
	}
	return line, nil
}
