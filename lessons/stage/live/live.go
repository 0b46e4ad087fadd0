// Package live shows sockets on the whole screen, as they change, until the
// reader leaves.
//
// Three parts: [model] is what is known and what keys do (no terminal in it),
// view.go draws it, and [Run] ties both to a terminal through bubbletea.
package live

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"labo/lessons/stage/paint"
	"labo/probe"
)

// Options are what a view is told at its start.
type Options struct {
	Title   string // what is watched: "port 12345". Already made visible
	Palette paint.Palette
	In      io.Reader // the terminal's keys
	Out     io.Writer // the terminal's screen
	Env     []string  // as os.Environ

	// Explain says in French, on one line, why a measurement failed; nil: in
	// the error's own words.
	Explain func(error) string
}

// ErrInterrupted is returned by [Run] when the reader left with Ctrl+C.
var ErrInterrupted = errors.New("interrupted by the reader")

// framesPerSecond bounds what a key waits for before it shows: 33 ms. Each
// frame wakes the process up, even when nothing changed.
const framesPerSecond = 30

// Run shows the updates on the whole screen until the reader leaves (nil, or
// [ErrInterrupted] after Ctrl+C), the context ends (its error) or updates are
// closed (nil). The terminal is as it was before, whatever happens; a mistake
// in the view itself is a [*PanicError]. It starts no goroutine that outlives
// it; ending updates is the caller's.
func Run(ctx context.Context, o Options, updates <-chan probe.Update) error {
	profile := colorprofile.Ascii
	if o.Palette.Colour() {
		profile = colorprofile.ANSI
	}
	m := newModel(o.Title, o.Palette)
	if o.Explain != nil {
		m.explain = o.Explain
	}
	p := tea.NewProgram(&guarded{model: m}, tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond),
		tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithEnvironment(o.Env), tea.WithColorProfile(profile))

	stop, fed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(fed)
		feed(ctx, p, updates, stop)
	}()
	_, err := p.Run()
	close(stop)
	<-fed
	switch {
	case err != nil:
		return err
	case m.broken != nil:
		return m.broken
	case ctx.Err() != nil:
		return ctx.Err()
	case m.interrupted:
		return ErrInterrupted
	}
	return nil
}

// feed sends what is measured to the view, and the time, so that marks fade
// where measurements are far apart. It asks the view to leave when the context
// or the updates end: ended from outside (tea.WithContext), bubbletea does not
// wait for its reader of keys.
func feed(ctx context.Context, p *tea.Program, updates <-chan probe.Update, stop <-chan struct{}) {
	clock := time.NewTicker(markedFor / 4)
	defer clock.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ctx.Done():
			p.Quit()
			return
		case now := <-clock.C:
			p.Send(clockMsg(now))
		case u, ok := <-updates:
			if !ok {
				p.Quit()
				return
			}
			p.Send(updateMsg{u, time.Now()})
		}
	}
}
