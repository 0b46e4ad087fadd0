package trace

import (
	"context"
	"errors"
	"os"
	"time"

	"labo/probe/syscalls"
)

// How says by what means to watch.
type How uint8

const (
	Best   How = iota // the kernel where it can be watched, else Python
	Kernel            // the kernel or nothing
	Python            // the portable journal
)

// Options are how to run the programs of a [Session].
type Options struct {
	How   How
	Env   []string // nil: ours
	Since time.Time
	// Observe is given every event of program i, in order, after it was
	// recorded. The program waits meanwhile.
	Observe func(i int, e *syscalls.Event)
	// Files are the standard streams of program i.
	Files    func(i int) [3]*os.File
	Terminal bool // each has its own, its standard input
	All      bool
	// Started is told of each program as soon as it runs; nil: nobody asks.
	Started func(i int, r *Running)
	// Wait bounds how long a program is waited for before the next starts.
	Wait time.Duration
}

// Running is a program being traced.
type Running struct {
	Command *Command
	Record  *Record
	// Why is why the kernel is not watched though it was asked for; nil when
	// it is.
	Why *syscalls.UnavailableError
	// Unlined is why Python could not be made to tell its lines; nil when it could.
	Unlined error
	trace   tracing
}

// tracing is what [syscalls.Trace] and [syscalls.Journal] share.
type tracing interface {
	PID() int
	Done() <-chan struct{}
	Wait(ctx context.Context, grace time.Duration) (syscalls.Result, error)
	Signal(os.Signal) error
}

// PID returns the process id of the program.
func (r *Running) PID() int { return r.trace.PID() }

// Done is closed when the program and all it started have ended.
func (r *Running) Done() <-chan struct{} { return r.trace.Done() }

// Wait waits for the program and all it started. When ctx ends it is ended.
func (r *Running) Wait(ctx context.Context) (syscalls.Result, error) { return r.trace.Wait(ctx, grace) }

// Signal sends a signal to the program.
func (r *Running) Signal(sig os.Signal) error { return r.trace.Signal(sig) }

// Stop ends the program at once, where Python tells its calls.
func (r *Running) Stop() {
	if j, ok := r.trace.(*syscalls.Journal); ok {
		j.Stop()
	}
}

// Session is one program or several, traced against the same clock.
type Session struct {
	Programs []*Running
	Since    time.Time
}

// grace is what a program is left to end by itself once it was asked to.
const grace = 500 * time.Millisecond

// Start starts the commands in turn: each once the one before it waits for
// someone, has ended, or Options.Wait is over. When one cannot be started
// those before it are ended.
//
// Errors: a [*syscalls.StartError], or a [*syscalls.UnavailableError] where
// nothing can be watched, or a [*syscalls.SignaledError].
func Start(ctx context.Context, commands []*Command, o Options) (*Session, error) {
	if o.Since.IsZero() {
		o.Since = time.Now()
	}
	s := &Session{Since: o.Since}
	for i, c := range commands {
		if i > 0 {
			s.awaitReady(ctx, i-1, o.Wait)
		}
		if ctx.Err() != nil {
			s.Kill()
			return nil, ctx.Err()
		}
		p, err := startOne(i, c, o)
		if err != nil {
			s.Kill()
			return nil, err
		}
		s.Programs = append(s.Programs, p)
		if o.Started != nil {
			o.Started(i, p)
		}
	}
	return s, nil
}

func (s *Session) awaitReady(ctx context.Context, i int, limit time.Duration) {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-s.Programs[i].Record.Ready():
	case <-s.Programs[i].Done():
	case <-t.C:
	case <-ctx.Done():
	}
}

func startOne(i int, c *Command, o Options) (*Running, error) {
	r := &Running{Command: c, Record: NewRecord()}
	env := o.Env
	if env == nil {
		env = os.Environ()
	}
	program := syscalls.Program{Path: c.Path, Args: c.Words, Env: env, Files: o.Files(i), Terminal: o.Terminal, Python: c.Python}
	handle := func(e *syscalls.Event) {
		r.Record.Add(e)
		if o.Observe != nil {
			o.Observe(i, e)
		}
	}
	if o.How != Python {
		kernel := program
		if lined, err := syscalls.WithLines(env, c.roots()); err == nil {
			kernel.Env = lined
		} else {
			r.Unlined = err
		}
		t, err := syscalls.Start(kernel, syscalls.Options{Handle: handle, All: o.All, Since: o.Since})
		if err == nil {
			r.trace = t
			return r, nil
		}
		if !errors.As(err, &r.Why) || o.How == Kernel || !c.Python || r.Why.Reason == syscalls.AlreadyTraced {
			return nil, err
		}
	}
	j, err := syscalls.StartJournal(program, c.roots(), syscalls.Options{Handle: handle, Since: o.Since})
	if err != nil {
		return nil, err
	}
	r.trace = j
	return r, nil
}

// Wait waits for every program. When ctx ends they are ended. The results are
// in the order of the programs.
func (s *Session) Wait(ctx context.Context) ([]syscalls.Result, error) {
	results := make([]syscalls.Result, len(s.Programs))
	var failed error
	for i, p := range s.Programs {
		r, err := p.trace.Wait(ctx, grace)
		results[i] = r
		failed = errors.Join(failed, err)
	}
	return results, failed
}

// Kill ends every program at once and waits for them.
func (s *Session) Kill() {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, p := range s.Programs {
		p.trace.Wait(ended, 0)
	}
}

// now returns the moment on the session's clock.
func (s *Session) now() time.Duration { return time.Since(s.Since) }
