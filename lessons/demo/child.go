package demo

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe/job"
)

// Child is a server that runs in a process of its own: labo itself, started
// again with a hidden command.
type Child struct {
	PID int

	cmd    *exec.Cmd
	job    *job.Job
	stdin  io.Closer   // its end tells the child that labo is gone
	said   chan string // its lines after it is ready
	exited chan struct{}
	state  *os.ProcessState // after exited
	why    string           // after exited: what it said of its end, "" for nothing
}

// What a child says of itself: that it listens, or, before it ends, why it
// cannot do what it was started for, in French.
const (
	childReady  = "labo-enfant: prêt"
	childFailed = "labo-enfant: échec : "
)

// StartChild starts self with further arguments and returns once the child
// says that it is ready. It never outlives ctx, nor this process: the child
// ends when its standard input does.
func StartChild(ctx context.Context, self []string, args ...string) (*Child, error) {
	if len(self) == 0 {
		return nil, fault.Failed("labo ne retrouve pas son propre programme", "", nil)
	}
	cmd := exec.CommandContext(ctx, self[0], append(self[1:len(self):len(self)], args...)...)
	cmd.Args[0] = os.Args[0] // the name under which this program was called
	return startChild(ctx, cmd)
}

// startChild starts the command and returns once it says that it is ready.
func startChild(ctx context.Context, cmd *exec.Cmd) (*Child, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var complaint strings.Builder
	cmd.Stderr = &limitedWriter{w: &complaint, left: 4 << 10}
	keepInherited()
	held, err := job.Start(cmd, 0)
	if err != nil {
		return nil, err
	}
	c := &Child{PID: cmd.Process.Pid, cmd: cmd, job: held, stdin: stdin, said: make(chan string, maxSaid), exited: make(chan struct{})}
	ready := make(chan bool, 1)
	go func() {
		defer close(c.exited)
		lines, begun := bufio.NewScanner(stdout), false
		for lines.Scan() {
			why, failed := strings.CutPrefix(lines.Text(), childFailed)
			switch {
			case failed:
				c.why = text.Visible(why)
			case lines.Text() == childReady:
				begun = true
				select {
				case ready <- true:
				default:
				}
			case begun:
				select {
				case c.said <- lines.Text():
				default: // nobody asks for so many
				}
			}
		}
		io.Copy(io.Discard, stdout)
		cmd.Wait()
		held.Close()
		c.state = cmd.ProcessState
		if c.why == "" {
			c.why = pythonError(complaint.String())
		}
	}()
	slow, stop := pace.After(answerBound)
	defer stop()
	select {
	case <-ready:
		return c, nil
	case <-c.exited:
		return nil, c.endedEarly()
	case <-slow:
		c.Kill()
		return nil, ErrSlow
	case <-ctx.Done():
		c.Kill()
		return nil, ctx.Err()
	}
}

// answerBound is how long a child is waited for, as ErrSlow says.
const answerBound = time.Minute

// ErrSlow says that a program that labo started was waited for in vain.
var ErrSlow error = fault.Failed("le programme lancé n'a rien répondu en une minute", "", nil)

// endedEarly is the error of a child that ended and should not have. It is only
// for after the end.
func (c *Child) endedEarly() error {
	what := "le programme lancé s'est arrêté (" + c.End() + ")"
	if c.why != "" {
		what += " : " + c.why
	}
	return fault.Failed(what, "", nil)
}

// pythonError returns the name of the exception that ended a Python, "" where
// stderr tells of none. Its message may be the C library's, in English.
func pythonError(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	name, _, _ := strings.Cut(lines[len(lines)-1], ":")
	if !strings.Contains(stderr, "Traceback") || strings.ContainsAny(name, " \t") {
		return ""
	}
	return "Python dit " + text.Visible(name)
}

// maxSaid is how many lines of a child are kept until they are asked for.
const maxSaid = 64

// says returns the next line that the child says after it is ready. The error
// tells that it ended, was silent for too long, or is the context's.
func (c *Child) says(ctx context.Context) (string, error) {
	slow, stop := pace.After(answerBound)
	defer stop()
	select {
	case line := <-c.said:
		return line, nil
	case <-c.exited:
		return "", c.endedEarly()
	case <-slow:
		return "", ErrSlow
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Interrupt does to the child what Ctrl+C would, and returns once it has
// ended, with the way it was done: "SIGINT", or "terminaison" where this
// system cannot send Ctrl+C to another process (Windows) or where the child
// did not obey.
func (c *Child) Interrupt(ctx context.Context) (how string, err error) {
	if runtime.GOOS == "windows" {
		c.Kill()
		return "terminaison", nil
	}
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		return "", err
	}
	select {
	case <-c.exited:
		return "SIGINT", nil
	case <-time.After(3 * time.Second):
		c.Kill()
		return "terminaison", nil
	case <-ctx.Done():
		c.Kill()
		return "", ctx.Err()
	}
}

// End says in French how the child ended: "signal SIGINT (2)", "code 0". It is
// only for after the end.
func (c *Child) End() string {
	<-c.exited
	if signal := text.KilledBy(c.state); signal != 0 {
		return "signal " + text.Signal(signal)
	}
	return "code " + text.ExitCode(c.state.ExitCode())
}

// Kill ends the child if it still runs, and waits for its end.
func (c *Child) Kill() {
	c.cmd.Process.Kill()
	c.stdin.Close()
	<-c.exited
}

// limitedWriter keeps the first bytes and drops the rest.
type limitedWriter struct {
	w    io.Writer
	left int
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if n := min(len(p), l.left); n > 0 {
		l.w.Write(p[:n])
		l.left -= n
	}
	return len(p), nil
}
