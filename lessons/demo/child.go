package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Child is a server that runs in a process of its own: labo itself, started
// again with a hidden command.
type Child struct {
	PID int

	cmd    *exec.Cmd
	stdin  io.Closer   // its end tells the child that labo is gone
	said   chan string // its lines after it is ready
	exited chan struct{}
	state  *os.ProcessState // after exited
}

// childReady is the line by which a child says that it listens.
const childReady = "labo-enfant: prêt"

// StartChild starts self with further arguments and returns once the child
// says that it is ready. It never outlives ctx, nor this process: the child
// ends when its standard input does.
func StartChild(ctx context.Context, self []string, args ...string) (*Child, error) {
	if len(self) == 0 {
		return nil, errors.New("no command to run this program again")
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
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Child{PID: cmd.Process.Pid, cmd: cmd, stdin: stdin, said: make(chan string, maxSaid), exited: make(chan struct{})}
	ready := make(chan bool, 1)
	go func() {
		defer close(c.exited)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if lines.Text() == childReady {
				ready <- true
				break
			}
		}
		for lines.Scan() {
			select {
			case c.said <- lines.Text():
			default: // nobody asks for so many
			}
		}
		io.Copy(io.Discard, stdout)
		cmd.Wait()
		c.state = cmd.ProcessState
	}()
	select {
	case <-ready:
		return c, nil
	case <-c.exited:
		return nil, fmt.Errorf("the child ended (%v): %s", c.state, strings.TrimSpace(complaint.String()))
	case <-time.After(10 * time.Second):
		c.Kill()
		return nil, fmt.Errorf("the child is not ready after 10 s: %w", ErrSlow)
	case <-ctx.Done():
		c.Kill()
		return nil, ctx.Err()
	}
}

// ErrSlow says that a program that labo started is too slow to be waited for:
// the machine is busy, or slow itself.
var ErrSlow = errors.New("too slow")

// maxSaid is how many lines of a child are kept until they are asked for.
const maxSaid = 64

// Says returns the next line that the child says after it is ready. The error
// tells that it ended, was silent for too long, or is the context's.
func (c *Child) Says(ctx context.Context) (string, error) {
	const bound = 10 * time.Second
	limit := time.NewTimer(bound)
	defer limit.Stop()
	select {
	case line := <-c.said:
		return line, nil
	case <-c.exited:
		return "", fmt.Errorf("the child ended (%v)", c.state)
	case <-limit.C:
		return "", fmt.Errorf("the child said nothing for %v: %w", bound, ErrSlow)
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
	if words, ok := signalWords(c.state); ok {
		return words
	}
	return fmt.Sprintf("code %d", c.state.ExitCode())
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
