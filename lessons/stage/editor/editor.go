// Package editor reads lines on a terminal while other text comes in: what is
// printed goes above the line being typed, which is drawn again below it and
// never lost. (golang.org/x/term has such a reader, but it counts every
// character as one cell, so that one emoji breaks its line, and it takes
// Ctrl+C and Ctrl+Z away from the terminal.)
//
// The line always takes one row; a longer one scrolls sideways and is written
// in full once entered. The keys are those of a shell: arrows, Home, End, the
// history, Ctrl+A E U K W L; Ctrl+D on an empty line ends the input. The
// terminal keeps its signals: Ctrl+C and Ctrl+Z do what they always do.
package editor

import (
	"io"
	"os"
	"sync"
)

// Editor is a terminal with a line being typed at its bottom. Its methods may
// be called from several goroutines, except Read.
type Editor struct {
	out   io.Writer
	width func() int // columns of the terminal
	mode  mode
	input input
	quit  chan struct{} // closed by Close
	watch func()        // ends the watching of its width

	chunks chan []byte // what was typed, as it was read

	// Of Read alone:
	parser  parser
	pending []key  // typed, not acted on
	ready   []byte // entered, not returned yet

	mu      sync.Mutex
	line    Line
	prompt  string
	visible bool // the prompt and the line are on the screen
	muted   bool
	raw     bool // the terminal is ours
	closed  bool
}

// mode switches a terminal between the way it was and the way the editor
// needs it. Set by the file of each system.
type mode interface {
	enter() error // keys one by one, no echo, signals kept
	leave() error // as it was before enter
}

// input is a terminal whose reads can be ended, where the system can.
type input interface {
	io.Reader
	// cancel ends the reads and reports whether they will end. When they do,
	// free gives back what that took.
	cancel() bool
	free()
}

// What a system brings; mode_*.go and width_unix.go set them.
var (
	openMode   func(*os.File) mode
	openInput  func(*os.File) (input, error)
	watchWidth = func(*Editor) (stop func()) { return func() {} }
)

// Open makes the terminal in give its keys one by one. Everything is written
// on out, which shows the same terminal of the given width, in columns.
// Nothing is shown before [Editor.Prompt]. The caller must Close it.
func Open(in *os.File, out io.Writer, width func() int) (*Editor, error) {
	i, err := openInput(in)
	if err != nil {
		return nil, err
	}
	e := &Editor{
		out: out, width: width, mode: openMode(in), input: i,
		quit: make(chan struct{}), chunks: make(chan []byte),
	}
	if err := e.enter(); err != nil {
		i.free()
		return nil, err
	}
	e.watch = watchWidth(e)
	go e.pump()
	return e, nil
}

// pump hands over what is typed until the input ends.
func (e *Editor) pump() {
	defer close(e.chunks)
	buf := make([]byte, 4096)
	for {
		n, err := e.input.Read(buf)
		if n > 0 {
			select {
			case e.chunks <- append([]byte(nil), buf[:n]...):
			case <-e.quit:
				return
			}
		}
		if err != nil || n == 0 {
			return
		}
	}
}

// Read returns entered lines, each with a line feed. It returns io.EOF after
// Ctrl+D on an empty line, or Close.
func (e *Editor) Read(p []byte) (int, error) {
	for len(e.ready) == 0 {
		if len(e.pending) > 0 {
			k := e.pending[0]
			e.pending = e.pending[1:]
			if ended := e.act(k); ended {
				e.Close()
				return 0, io.EOF
			}
			continue
		}
		select {
		case chunk, open := <-e.chunks:
			if !open {
				return 0, io.EOF
			}
			e.pending = e.parser.feed(chunk)
		case <-e.quit:
			return 0, io.EOF
		}
	}
	n := copy(p, e.ready)
	e.ready = e.ready[n:]
	return n, nil
}

// act does what one key says, and reports whether it ends the input.
func (e *Editor) act(k key) (ended bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.muted && k.kind == keyEOF:
		return true
	case e.muted:
		if k.kind == keyText || k.kind == keyEnter {
			e.ready = []byte("\n")
		}
		return false
	}
	switch k.kind {
	case keyEnter:
		e.ready = []byte(e.enterLine())
		return false
	case keyEOF:
		if e.line.empty() {
			return true
		}
		k.kind = keyDelete
	case keyClear:
		if e.visible {
			io.WriteString(e.out, home)
		}
	}
	before := len(e.line.cells)
	atEnd := e.line.pos == before
	e.line.apply(k)
	switch {
	case !e.visible:
	case k.kind == keyText && atEnd && fits(e.prompt, &e.line, e.width()) && e.line.grew(before):
		io.WriteString(e.out, e.line.shown(before, len(e.line.cells))) // as a terminal echoes it
	default:
		io.WriteString(e.out, drawn(e.prompt, &e.line, e.width()))
	}
	return false
}

// enterLine leaves the line on the screen, in full, and returns it.
func (e *Editor) enterLine() string {
	whole := e.visible && e.line.pos == len(e.line.cells) && fits(e.prompt, &e.line, e.width())
	if !whole {
		io.WriteString(e.out, erase+e.prompt+e.line.shown(0, len(e.line.cells)))
	}
	io.WriteString(e.out, "\n")
	e.visible = false
	return e.line.take() + "\n"
}

// Prompt shows the line being typed, after a prompt. It stays until the line
// is entered.
func (e *Editor) Prompt(prompt string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.prompt, e.muted = prompt, false
	e.visible = true
	e.draw()
}

// Mute takes the line away: from now on keys are not shown, and each that
// would begin or end a line gives an empty line.
func (e *Editor) Mute() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hide()
	e.muted, e.visible = true, false
	e.line.take()
}

// Write prints whole lines above the one being typed.
func (e *Editor) Write(p []byte) (n int, err error) {
	e.Above(func() {
		n, err = e.out.Write(p)
		if err == nil && len(p) > 0 && p[len(p)-1] != '\n' && e.raw {
			_, err = io.WriteString(e.out, "\n")
		}
	})
	return n, err
}

// Above calls print, which may write whole lines on the terminal. It must not
// call the Editor.
func (e *Editor) Above(print func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hide()
	print()
	e.draw()
}

// hide erases the row of the line, draw shows it again.
func (e *Editor) hide() {
	if e.visible && e.raw {
		io.WriteString(e.out, erase)
	}
}

func (e *Editor) draw() {
	if e.visible && e.raw {
		io.WriteString(e.out, drawn(e.prompt, &e.line, e.width()))
	}
}

// Close gives the terminal back as it was. What was being typed stays on the
// screen; an empty line is erased. What is written later is printed as it is.
func (e *Editor) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	err := e.leave()
	e.visible = false
	close(e.quit)
	e.mu.Unlock()
	e.watch()
	if e.input.cancel() {
		for range e.chunks { // until pump has ended
		}
		e.input.free()
	}
	return err
}

// enter takes the terminal. Call it with the lock, or alone.
func (e *Editor) enter() error {
	if e.raw || e.closed {
		return nil
	}
	if err := e.mode.enter(); err != nil {
		return err
	}
	e.raw = true
	io.WriteString(e.out, pasteOn)
	e.draw()
	return nil
}

// leave gives the terminal back. Call it with the lock.
func (e *Editor) leave() error {
	if !e.raw {
		return nil
	}
	if e.visible {
		if e.line.empty() {
			io.WriteString(e.out, erase)
		} else {
			io.WriteString(e.out, "\n")
		}
	}
	io.WriteString(e.out, pasteOff)
	e.raw = false
	return e.mode.leave()
}

// Suspend gives the terminal back while stop suspends the program, and shows
// the line again after that.
func (e *Editor) Suspend(stop func()) {
	e.mu.Lock()
	e.leave()
	e.mu.Unlock()
	stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.enter()
}

// resized draws the line for a new width.
func (e *Editor) resized() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.draw()
}
