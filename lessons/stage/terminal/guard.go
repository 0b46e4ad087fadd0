package terminal

import (
	"fmt"
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
	model  tea.Model
	glyphs text.Glyphs
	broken *PanicError
}

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
	_, cmd = g.model.Update(msg)
	return next, cmd
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
