package syscalls

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/host"
)

// Start runs a program and watches its system calls. The program that calls it
// must call [Helper] first in main.
//
// Errors: a [*StartError] when the program cannot be run, an
// [*UnavailableError] when the kernel refuses to be watched.
func Start(p Program, o Options) (*Trace, error) {
	if native == nil {
		return nil, &UnavailableError{Reason: NotThisSystem, Err: errors.New("processor " + runtime.GOARCH + " is not followed")}
	}
	if !helperAsked.Load() {
		return nil, errors.New("this program does not call Helper when it starts")
	}
	if o.Since.IsZero() {
		o.Since = time.Now()
	}
	t := &Trace{since: o.Since, ended: make(chan struct{})}
	tr := &tracer{trace: t, expectsPython: p.Python, handle: o.Handle, all: o.All, threads: map[int]*thread{}, processes: map[int]*process{}}
	started := make(chan error)
	onOwnThread(func() { // every request must come from the thread that seized
		quietStops()
		if err := tr.start(p); err != nil {
			close(t.ended)
			started <- err
			return
		}
		started <- nil
		tr.loop()
		t.result = tr.result()
		close(t.ended)
	})
	if err := <-started; err != nil {
		return nil, err
	}
	return t, nil
}

// start brings the program to its first instruction. On failure nothing is left.
func (t *tracer) start(p Program) error {
	pipes, err := newHelperPipes()
	if err != nil {
		return err
	}
	defer pipes.close()
	if t.root, err = seizeHelper(p, pipes); err != nil {
		return err
	}
	t.trace.root, t.begun = t.root, time.Now()
	return t.untilExec(p.Path, pipes.readyRead)
}

// helperPipes are both ends of the two pipes shared with the helper.
type helperPipes struct{ goRead, goWrite, readyRead, readyWrite *os.File }

func newHelperPipes() (*helperPipes, error) {
	r1, w1, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	r2, w2, err := os.Pipe()
	if err != nil {
		r1.Close()
		w1.Close()
		return nil, err
	}
	return &helperPipes{r1, w1, r2, w2}, nil
}

func (h *helperPipes) close() {
	for _, f := range []*os.File{h.goRead, h.goWrite, h.readyRead, h.readyWrite} {
		f.Close()
	}
}

// seizeHelper starts this program again as the helper and seizes it, on the
// calling thread. What comes next is its exec, see [tracer.untilExec].
func seizeHelper(p Program, pipes *helperPipes) (int, error) {
	self, err := host.Executable()
	if err != nil {
		return 0, err
	}
	attr := &os.ProcAttr{Dir: p.Dir, Env: p.Env, Files: []*os.File{p.Files[0], p.Files[1], p.Files[2], pipes.goRead, pipes.readyWrite}}
	if p.Terminal {
		attr.Sys = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	}
	child, err := os.StartProcess(self, append([]string{os.Args[0], helperWord, p.Path}, p.Args...), attr)
	if err != nil {
		return 0, err
	}
	pid := child.Pid
	child.Release()
	pipes.goRead.Close()
	pipes.readyWrite.Close()
	var b [3]byte
	if n, err := pipes.readyRead.Read(b[:1]); n != 1 || b[0] != stepReady {
		return 0, reaped(pid, fmt.Errorf("the helper did not start: %w", err))
	}
	if err := ptrace(unix.PTRACE_SEIZE, pid, 0, optionsBeforeExec); err != nil {
		return 0, reaped(pid, whyRefused(pid, err))
	}
	if _, err := pipes.goWrite.Write([]byte{1}); err != nil {
		return 0, reaped(pid, err)
	}
	return pid, nil
}

func reap(pid int) (ws unix.WaitStatus) {
	unix.Kill(pid, unix.SIGKILL)
	for {
		if _, err := unix.Wait4(pid, &ws, unix.WALL, nil); err != unix.EINTR {
			return ws
		}
	}
}

// reaped ends the helper, and returns why nothing could be done with it: a
// signal had ended it (Ctrl+C in the terminal is for all who run there), else err.
func reaped(pid int, err error) error {
	if ws := reap(pid); ws.Signaled() && ws.Signal() != unix.SIGKILL { // that was ours
		return &SignaledError{Signal: int(ws.Signal())}
	}
	return err
}

// whyRefused finds why the helper could not be seized.
func whyRefused(pid int, err error) error {
	if status, e := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); e == nil {
		if tracer, _ := strconv.Atoi(statusField(string(status), "TracerPid")); tracer != 0 {
			name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", tracer))
			return &UnavailableError{Reason: AlreadyTraced, Err: err,
				Tracer: fmt.Sprintf("%s (%d)", strings.TrimSpace(string(name)), tracer)}
		}
	}
	scope, _ := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope") // absent without Yama
	return refusal(string(scope), err)
}

// refusal is err, explained by the value of kernel.yama.ptrace_scope.
func refusal(scope string, err error) error {
	if n, _ := strconv.Atoi(strings.TrimSpace(scope)); n >= 2 {
		return &UnavailableError{Reason: Yama, Scope: n, Err: err}
	}
	return &UnavailableError{Reason: Refused, Err: err}
}

// statusField returns a field of proc_pid_status(5).
func statusField(status, name string) string {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// Trace is a program that is being watched.
type Trace struct {
	since  time.Time
	root   int
	ended  chan struct{}
	result Result
	alive  pidSet
}

// PID returns the process id of the program.
func (t *Trace) PID() int { return t.root }

// Done is closed when the program and all it started have ended.
func (t *Trace) Done() <-chan struct{} { return t.ended }

// Wait waits for the program and all it started. When ctx ends first they are
// asked to end (SIGTERM), then, grace later, killed, and Wait returns with
// what they left. The error is that of ctx.
func (t *Trace) Wait(ctx context.Context, grace time.Duration) (Result, error) {
	select {
	case <-t.ended:
		return t.result, nil
	case <-ctx.Done():
	}
	t.Signal(unix.SIGTERM)
	limit := time.NewTimer(grace)
	defer limit.Stop()
	select {
	case <-t.ended:
	case <-limit.C:
		for { // a process may be born while we kill
			for _, pid := range t.alive.all() {
				unix.Kill(pid, unix.SIGKILL)
			}
			select {
			case <-t.ended:
				return t.result, ctx.Err()
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	return t.result, ctx.Err()
}

// Signal sends a signal to the program.
func (t *Trace) Signal(sig os.Signal) error {
	if !t.alive.has(t.root) {
		return os.ErrProcessDone
	}
	s, ok := sig.(syscall.Signal)
	if !ok {
		return fmt.Errorf("signal %v cannot be sent", sig)
	}
	return unix.Kill(t.root, s)
}
