package terminal

import (
	"os"
	"os/exec"
	"sync"
	"sync/atomic"

	"golang.org/x/term"
)

// Terminal is the terminal that labo was started on, as it was found then. It
// can be given back from outside, whatever those who use it are waiting for.
type Terminal struct {
	// Ended is closed once labo is to end.
	Ended <-chan struct{}
	// Lend gives Ctrl+C to a program that has the terminal, until back is called;
	// nil: nobody else would hear it.
	Lend func() (back func())

	in    *os.File // the keyboard, nil where that is no terminal
	out   *os.File // the screen, nil where nothing written is shown on one
	modes *term.State
	whole atomic.Bool // somebody has or had the whole screen: it may not have heard of its end
	drop  sync.Once

	mu      sync.Mutex
	suspend func() // what whoever uses it does with Ctrl+Z; nil: nobody does
	watched bool
}

// Find returns the terminal of the standard streams, which may be nil. It may be
// gone by then.
func Find(in, out, err *os.File) *Terminal {
	t := &Terminal{in: shown(in), out: shown(out)}
	if t.out == nil {
		t.out = shown(err)
	}
	if t.in != nil {
		t.modes, _ = term.GetState(int(t.in.Fd()))
	}
	return t
}

func shown(f *os.File) *os.File {
	if f == nil || !term.IsTerminal(int(f.Fd())) && !gone(f) {
		return nil
	}
	return f
}

// Use tells how to suspend whoever changes the terminal from now on: a signal
// asks for it as Ctrl+Z does. It ends with done.
func (t *Terminal) Use(suspend func()) (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.suspend = suspend
	if !t.watched && (t.in != nil || t.out != nil) {
		t.watched = true
		watchStops(t)
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.suspend = nil
	}
}

// Run runs a program that has the terminal to itself, and waits for its end. Ctrl+C
// is that program's; Ctrl+Z suspends labo with it. t may be nil.
func (t *Terminal) Run(cmd *exec.Cmd) error {
	if t == nil {
		return cmd.Run()
	}
	if t.Lend != nil {
		defer t.Lend()()
	}
	t.mu.Lock()
	before := t.suspend
	t.suspend = t.Stop
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.suspend = before
	}()
	return cmd.Run()
}

// stopped does what SIGTSTP asks for.
func (t *Terminal) stopped() {
	t.mu.Lock()
	suspend := t.suspend
	t.mu.Unlock()
	if suspend == nil {
		suspend = t.Stop
	}
	suspend()
}

// What a system brings; found_unix.go sets it.
var watchStops = func(*Terminal) {}
