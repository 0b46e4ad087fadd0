// Package runner runs a student's program: with the streams of a pipe or of a
// terminal, its output kept within bounds, and a way to end it together with
// everything it has started, whatever it does to survive.
package runner

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/text"
)

// Command is what to run.
type Command struct {
	Argv []string
	Dir  string   // "" for the current folder
	Env  []string // added to ours
	// Terminal gives the program a pseudo-terminal as stdin and stdout
	// (Linux and macOS). Its stderr stays a pipe.
	Terminal bool
	// CPU is the processor time that each of its processes may use, whole
	// seconds; 0 for no limit.
	CPU time.Duration
	// Writable, where it is not nil, is all that the program may change on disk:
	// folders and files that exist. It may send signals to what it started only.
	// Limits tells what of this the system does (Linux, with Landlock).
	Writable []string
	// Among is how many programs share the machine's memory and processes, 0 for one.
	Among int
}

// Limits is the most that a program is given, where the system can hold it to
// that; 0 where it cannot.
type Limits struct {
	Processes int    // processes, and threads where they are counted alike (Linux)
	Memory    uint64 // of each process and, in a control group, of all; in bytes
	File      uint64 // one written file, in bytes
	Files     int    // open files of one process
	CPU       time.Duration
	Writes    bool // it may change nothing on disk but what it was given
	Signals   bool // it may send signals to nothing but its own
	// Starved, of those met: how many processes of the machine, of whoever's, the
	// kernel has killed for want of memory since the program was started.
	Starved uint64
}

// most is what every program is given, besides memory, which goes by that of
// the machine.
var most = Limits{Processes: 512, File: 256 << 20, Files: 4096}

// cage is what a system offers to hold a program and all that it starts. Each
// system's file sets newCage in its init.
type cage interface {
	// start starts the program, held. The thread that calls it stays, as long
	// as the program runs, and does nothing else, ever.
	start(cmd *exec.Cmd, c Command, most Limits) error
	limits() (set, met Limits)
	// kill ends what it finds of the program, and returns how many processes
	// it found alive. Once the program's own end was awaited (buried), its pid
	// may be that of another.
	kill(buried bool) int
	close()
}

var newCage func() cage

// Exit is how a program ended.
type Exit struct {
	Code   int            // exit code; -1 when a signal ended it
	Signal syscall.Signal // 0 when it ended by itself
}

// String says it in French: "code 1", "arrêté par le signal SIGSEGV (11), celui
// d'un accès interdit à la mémoire".
func (e Exit) String() string {
	if e.Signal != 0 {
		return text.SignalEnd(int(e.Signal))
	}
	return "code " + text.ExitCode(e.Code)
}

// Process is a program that was started. Whoever starts one calls Stop.
type Process struct {
	Out, Err *Capture
	// Shown is both, as a terminal would show them: in the order they came.
	Shown *Capture

	cmd     *exec.Cmd
	cage    cage
	input   io.WriteCloser
	tty     bool
	typed   chan string
	untyped atomic.Int64 // lines of typed that are not yet written
	streams sync.WaitGroup
	pipes   []io.Closer   // where stdout and stderr are read
	done    chan struct{} // closed when it ended and its output was read
	exit    Exit
	stop    sync.Once
	left    int
}

// StartError says that a program could not be started: the machine's doing,
// not the program's.
type StartError struct {
	Program string
	Err     error
}

func (e *StartError) Error() string { return fmt.Sprintf("start %s: %v", e.Program, e.Err) }
func (e *StartError) Unwrap() error { return e.Err }

// Start starts a program, in a process group of its own, with SIGINT as the
// system has it by default, PYTHONUNBUFFERED=1 and PYTHONIOENCODING=utf-8.
// wake is called, from other goroutines, whenever it writes or ends; it may be
// nil. Errors: a [*StartError].
func Start(c Command, wake func()) (*Process, error) {
	if wake == nil {
		wake = func() {}
	}
	p := &Process{
		Out: &Capture{}, Err: &Capture{}, Shown: &Capture{wake: wake},
		cage: newCage(), typed: make(chan string, 64), done: make(chan struct{}),
	}
	p.cmd = exec.Command(c.Argv[0], c.Argv[1:]...)
	p.cmd.Dir = c.Dir
	p.cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "PYTHONIOENCODING=utf-8")
	p.cmd.Env = append(p.cmd.Env, c.Env...)
	if err := p.start(c, wake); err != nil {
		p.cage.close()
		return nil, &StartError{Program: c.Argv[0], Err: err}
	}
	return p, nil
}

func (p *Process) start(c Command, wake func()) error {
	connect := p.connectPipes
	if c.Terminal {
		p.tty = true
		connect = p.connectTerminal
	}
	theirs, err := connect()
	defer closeAll(theirs)
	if err != nil {
		closeAll(p.pipes)
		return err
	}
	ready := make(chan struct{})
	restore := defaultInterrupt()
	err = p.tend(c, ready, wake)
	restore()
	if err != nil {
		closeAll(p.pipes)
		closeAll([]io.Closer{p.input})
		return err
	}
	for i, stream := range []*Capture{p.Out, p.Err} {
		r := p.pipes[i].(io.Reader)
		p.streams.Go(func() { stream.drain(r, p.Shown) })
	}
	go p.typist()
	close(ready)
	return nil
}

// tend starts the program, and waits for its end from the moment that ready is
// closed. Both are done by one thread, which does nothing else, and ends: where
// the program is to end with labo, the system ends it with the thread that started
// it, and what that thread may no longer do, the program may not.
func (p *Process) tend(c Command, ready <-chan struct{}, wake func()) error {
	started := make(chan error)
	most := most
	most.CPU = c.CPU
	go func() {
		runtime.LockOSThread() // and never unlocked
		err := p.cage.start(p.cmd, c, most)
		started <- err
		if err != nil {
			return
		}
		<-ready
		p.wait(wake)
	}()
	return <-started
}

// connectPipes gives the program three pipes, and returns its ends of them.
func (p *Process) connectPipes() (theirs []io.Closer, err error) {
	pipe := func() (r, w *os.File) {
		if err == nil {
			r, w, err = os.Pipe()
		}
		return r, w
	}
	inR, inW := pipe()
	outR, outW := pipe()
	errR, errW := pipe()
	for _, f := range []*os.File{inR, outW, errW} {
		if f != nil {
			theirs = append(theirs, f)
		}
	}
	if err != nil {
		for _, f := range []*os.File{inW, outR, errR} {
			if f != nil {
				p.pipes = append(p.pipes, f)
			}
		}
		return theirs, err
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = inR, outW, errW
	p.input, p.pipes = inW, []io.Closer{outR, errR}
	return theirs, nil
}

func closeAll(all []io.Closer) {
	for _, c := range all {
		c.Close()
	}
}

// grace is how long the output of a program that has ended is still read:
// what it started may hold the other end for ever.
const grace = 300 * time.Millisecond

// wait waits for the end of the program and of its output.
func (p *Process) wait(wake func()) {
	err := p.cmd.Wait()
	p.exit = exitOf(p.cmd.ProcessState, err)
	p.readToEnd()
	close(p.done)
	wake()
}

// readToEnd waits until all that was written is read, for at most grace.
func (p *Process) readToEnd() {
	read := make(chan struct{})
	go func() { p.streams.Wait(); close(read) }()
	over, stop := pace.After(grace)
	defer stop()
	select {
	case <-read:
	case <-over:
	}
}

func exitOf(state *os.ProcessState, err error) Exit {
	if state == nil {
		return Exit{Code: -1}
	}
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return Exit{Code: -1}
	}
	if signal := text.KilledBy(state); signal != 0 {
		return Exit{Code: -1, Signal: syscall.Signal(signal)}
	}
	return Exit{Code: state.ExitCode()}
}

// PID returns the program's pid.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended and its output was read.
func (p *Process) Done() <-chan struct{} { return p.done }

// Limits returns what the program is limited to, and which of these the kernel
// has counted as met: not 0 there.
func (p *Process) Limits() (set, met Limits) {
	set, met = p.cage.limits()
	// The limit goes by ticks of the clock, Used by the time itself.
	if set.CPU > 0 && p.Used() >= set.CPU/2 {
		met.CPU = set.CPU
	}
	return set, met
}

// Used returns the processor time of the program and of what it waited for; 0
// until it has ended.
func (p *Process) Used() time.Duration {
	if _, over := p.Ended(); !over || p.cmd.ProcessState == nil {
		return 0
	}
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// Ended reports whether the program has ended, and how.
func (p *Process) Ended() (Exit, bool) {
	select {
	case <-p.done:
		return p.exit, true
	default:
		return Exit{}, false
	}
}

// Behind reports whether labo has still to read what the program has written,
// or to write what was typed: its silence says nothing then.
func (p *Process) Behind() bool {
	for i, stream := range []*Capture{p.Out, p.Err} {
		if !stream.over.Load() && pace.Unread(p.pipes[i].(*os.File)) {
			return true
		}
	}
	return p.untyped.Load() > 0
}

// Transcript returns what a terminal would show of what was written since byte
// mark of Shown: without colours, and with the line ends of a pipe.
func (p *Process) Transcript(mark int64) string { return text.Bare(Lines(p.Shown.Since(mark))) }

// Lines returns s with "\r\n" made "\n", as terminals and Windows write it.
func Lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
