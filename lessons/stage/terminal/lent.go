package terminal

import (
	"io"
	"os"
	"os/exec"

	tea "charm.land/bubbletea/v2"
)

// lent is another program that has the terminal until it ends.
type lent struct {
	*Terminal
	cmd *exec.Cmd
}

// Lent gives the terminal to another program, on the keyboard in and the screen
// out, and takes it back at its end; then done is told. t may be nil.
func (t *Terminal) Lent(cmd *exec.Cmd, in io.Reader, out io.Writer, done func(error) tea.Msg) tea.Cmd {
	if f, ok := in.(*os.File); ok { // anything else would be read by labo, for it
		cmd.Stdin = f
	}
	cmd.Stdout, cmd.Stderr = out, out
	return tea.Exec(lent{t, cmd}, func(err error) tea.Msg { return done(err) })
}

func (l lent) Run() error { return l.Terminal.Run(l.cmd) }

func (lent) SetStdin(io.Reader)  {}
func (lent) SetStdout(io.Writer) {}
func (lent) SetStderr(io.Writer) {}
