package syscalls

import (
	"context"
	"os"
	"os/exec"
	"syscall"
	"time"

	"labo/probe/job"
)

// Journal is a Python program that tells what its methods ask of the system.
type Journal struct {
	cmd    *exec.Cmd
	job    *job.Job
	since  time.Time
	begun  time.Time
	ended  chan struct{}
	result Result
}

// journalEnd is what we write ourselves when the program has ended: what the
// program wrote stands before it.
const journalEnd = "end\n"

// StartJournal runs a Python program that tells its calls: those made by the
// files below roots. It works on every system and shows methods of Python, not
// system calls. Errors: a [*StartError] when the program cannot be run.
func StartJournal(p Program, roots []string, o Options) (*Journal, error) {
	if o.Since.IsZero() {
		o.Since = time.Now()
	}
	env, err := withModule(p.Env, roots, journalModule)
	if err != nil {
		return nil, err
	}
	words, err := newJournalFile()
	if err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{Path: p.Path, Args: p.Args, Dir: p.Dir,
		Env: append(without(env, envJournal), envJournal+"="+words.path), SysProcAttr: terminalAttr(p.Terminal)}
	for i, f := range p.Files {
		if f != nil {
			switch i {
			case 0:
				cmd.Stdin = f
			case 1:
				cmd.Stdout = f
			case 2:
				cmd.Stderr = f
			}
		}
	}
	j := &Journal{cmd: cmd, since: o.Since, begun: time.Now(), ended: make(chan struct{})}
	if j.job, err = job.Start(cmd, 0); err != nil {
		words.close()
		return nil, &StartError{Path: p.Path, Err: err}
	}
	heard := make(chan struct{})
	reader := &journalReader{since: o.Since, handle: o.Handle}
	go func() { defer close(heard); reader.read(words) }()
	go func() {
		defer close(j.ended)
		cmd.Wait() // how it ended stands in its state
		j.job.Close()
		words.end()
		<-heard
		words.close()
		j.finish(reader)
		if o.Handle != nil {
			pid := cmd.Process.Pid
			o.Handle(&Event{Kind: Ended, Source: SourcePython, At: time.Since(o.Since), PID: pid, TID: pid, Status: j.result.Status})
		}
	}()
	return j, nil
}

func (j *Journal) finish(told *journalReader) {
	state := j.cmd.ProcessState
	j.result = Result{Source: SourcePython, Wall: time.Since(j.begun), Calls: told.calls, Executed: told.ran, Lines: told.calls > 0}
	if state == nil {
		return
	}
	j.result.CPU = state.UserTime() + state.SystemTime()
	j.result.Status = Status{Code: max(state.ExitCode(), 0)}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		j.result.Status = Status{Signal: int(ws.Signal()), Name: signalName(ws.Signal())}
	}
}

// PID returns the process id of the program.
func (j *Journal) PID() int { return j.cmd.Process.Pid }

// Done is closed when the program has ended and all it told was handled.
func (j *Journal) Done() <-chan struct{} { return j.ended }

// Signal sends a signal to the program.
func (j *Journal) Signal(sig os.Signal) error {
	select {
	case <-j.ended:
		return os.ErrProcessDone
	default:
		return j.cmd.Process.Signal(sig)
	}
}

// Stop ends the program at once; on Windows with what it has started, and the
// code of Ctrl+C.
func (j *Journal) Stop() { j.job.Kill(job.CtrlC) }

// Wait waits for the program, as [Trace.Wait] does. What the program itself
// started is not waited for.
func (j *Journal) Wait(ctx context.Context, grace time.Duration) (Result, error) {
	select {
	case <-j.ended:
		return j.result, nil
	case <-ctx.Done():
	}
	if err := j.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		j.Stop() // Windows has no SIGTERM
	}
	limit := time.NewTimer(grace)
	defer limit.Stop()
	select {
	case <-j.ended:
	case <-limit.C:
		j.Stop()
		<-j.ended
	}
	return j.result, ctx.Err()
}
