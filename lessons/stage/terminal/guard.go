package terminal

import (
	"fmt"
	"io"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/text"
)

// PanicError is a mistake in a view: the value it panicked with, and where.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in a full-screen view: %v", e.Value) }

// guard is a model whose panics end the view in good order: the terminal is
// given back before anything is told. (bubbletea gives it back too, but writes
// the stack on the reader's screen.)
type guard struct {
	model       tea.Model
	glyphs      text.Glyphs
	terminal    *Terminal
	interrupted func()
	sized       bool // a size was told
	broken      *PanicError
}

// suspending is a [tea.SuspendMsg] that [Terminal.Stop] sees to. bubbletea
// would wait for ever where no shell can wake labo, and take a terminal that is
// in other hands when it is to end.
type suspending struct{ *Terminal }

func (g *guard) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.SuspendMsg:
		if g.terminal != nil {
			return suspending{g.terminal}
		}
	case tea.InterruptMsg:
		if g.interrupted == nil {
			return tea.QuitMsg{}
		}
		g.interrupted()
		return nil
	}
	return msg
}

// Run is that of a [tea.ExecCommand]: the terminal is given back for it.
func (s suspending) Run() error {
	s.Stop()
	return nil
}

func (suspending) SetStdin(io.Reader)  {}
func (suspending) SetStdout(io.Writer) {}
func (suspending) SetStderr(io.Writer) {}

func (g *guard) Init() tea.Cmd { return g.model.Init() }

func (g *guard) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	next = g
	if g.broken != nil { // by View, which cannot leave
		return next, tea.Quit
	}
	defer func() {
		if r := recover(); r != nil {
			g.broken = &PanicError{Value: r, Stack: debug.Stack()}
			cmd = tea.Quit
		}
	}()
	if s, ok := msg.(suspending); ok {
		return next, tea.Exec(s, func(error) tea.Msg { return tea.ResumeMsg{} })
	}
	_, cmd = g.model.Update(msg)
	if _, ok := msg.(tea.WindowSizeMsg); ok {
		if g.sized {
			cmd = tea.Batch(cmd, wholeScreen)
		}
		g.sized = true
	}
	return next, cmd
}

// wholeScreen lets a terminal that has changed its size scroll all its rows
// again, then draws them all. A picture made for the size before may have come
// after the change, and have set the margins of that size (DECSTBM of ECMA-48
// terminals): what ultraviolet draws next would scroll within them.
func wholeScreen() tea.Msg {
	const savedAround = "\x1b7\x1b[r\x1b8" // to set margins moves the cursor
	return tea.Sequence(tea.Raw(savedAround), tea.ClearScreen)()
}

func (g *guard) View() (view tea.View) {
	defer func() {
		if r := recover(); r != nil {
			g.broken = &PanicError{Value: r, Stack: debug.Stack()}
			view = tea.NewView("")
		}
		view.AltScreen = true
	}()
	if g.broken != nil {
		return tea.NewView("")
	}
	view = g.model.View()
	view.Content = g.glyphs.Draw(view.Content)
	view.WindowTitle = g.glyphs.Draw(view.WindowTitle)
	return view
}
