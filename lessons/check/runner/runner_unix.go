//go:build unix

package runner

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/creack/pty"
)

// ownSession puts the program into a session of its own, and so into a process
// group of its own; a terminal becomes its controlling terminal.
func ownSession(cmd *exec.Cmd, terminal bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if terminal {
		cmd.SysProcAttr.Setctty = true
		cmd.SysProcAttr.Ctty = 0 // the program's stdin
	}
}

// defaultInterrupt makes a program started now find SIGINT as the system has
// it: one that is ignored stays ignored in a child (a shell's "&" does that),
// one that is caught does not.
func defaultInterrupt() (restore func()) {
	if !signal.Ignored(os.Interrupt) {
		return func() {}
	}
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt)
	return func() {
		signal.Stop(caught)
		signal.Ignore(os.Interrupt)
	}
}

// connectTerminal gives the program a pseudo-terminal of 80×24 and a pipe for
// its errors, and returns its ends of them.
func (p *Process) connectTerminal() (theirs []io.Closer, err error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	p.input, p.pipes = master, []io.Closer{master}
	theirs = []io.Closer{slave}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		return theirs, err
	}
	errR, errW, err := os.Pipe()
	if err != nil {
		return theirs, err
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, errW
	p.pipes = append(p.pipes, errR)
	return append(theirs, errW), nil
}
