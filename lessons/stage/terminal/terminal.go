// Package terminal gives a view the whole terminal, and gives the terminal
// back: after the end, after a panic of the view, and while the reader has
// suspended the program.
package terminal

import (
	"cmp"
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// Options say where a view is shown.
type Options struct {
	Palette paint.Palette
	In      io.Reader   // the terminal's keys
	Out     io.Writer   // the terminal's screen
	Env     []string    // as os.Environ
	Glyphs  text.Glyphs // what the terminal can draw
	FPS     int         // frames per second at most; 0: 30

	Terminal    *Terminal // what In and Out are of; nil: none to be given back from outside
	Interrupted func()    // Ctrl+C was pressed: it is to end what is shown; nil: the view ends
}

// framesPerSecond bounds what a key waits for before it shows: 33 ms. Each
// frame wakes the process up, even when nothing changed.
const framesPerSecond = 30

// Program is a view on a terminal. Signals are the caller's: they end the
// view through Quit.
type Program struct {
	*tea.Program
	guard    *guard
	wipe     func()
	terminal *Terminal
}

// wipe returns what to do once the terminal was given back. The Linux console
// has no second screen to come back from: what was drawn would stay above the
// prompt. One that has a second screen comes back from an empty one.
func wipe(o Options) func() {
	if !slices.Contains(o.Env, "TERM=linux") {
		return func() {}
	}
	return func() { io.WriteString(o.Out, "\x1b[?1049h\x1b[H\x1b[J\x1b[?1049l") }
}

// New returns a program that shows m. Nothing happens before Run.
func New(m tea.Model, o Options) *Program {
	profile := colorprofile.Ascii
	if o.Palette.Colour() {
		profile = colorprofile.ANSI
	}
	g := &guard{model: m, glyphs: o.Glyphs, terminal: o.Terminal, interrupted: o.Interrupted}
	return &Program{guard: g, wipe: wipe(o), terminal: o.Terminal, Program: tea.NewProgram(g, tea.WithoutSignalHandler(), tea.WithFPS(cmp.Or(o.FPS, framesPerSecond)),
		tea.WithFilter(g.filter), tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithEnvironment(o.Env), tea.WithColorProfile(profile))}
}

// Run shows the view until it ends. A mistake in the view is a [*PanicError];
// other errors are the terminal's.
func (p *Program) Run() error {
	if t := p.terminal; t != nil {
		defer t.Use(func() { p.Send(tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}) })()
		t.whole.Store(true)
	}
	_, err := p.Program.Run()
	p.wipe()
	if err == nil && p.guard.broken != nil {
		return p.guard.broken
	}
	return err
}
