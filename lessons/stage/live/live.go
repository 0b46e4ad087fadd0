// Package live shows sockets as they change: as a [Table] that marks what
// happened a moment ago, and on the whole screen until the reader leaves.
//
// Of the whole screen: model is what is known and what keys do (no terminal in
// it), view.go draws it, and [Run] ties both to a terminal through bubbletea.
package live

import (
	"context"
	"time"

	"labo/lessons/stage/frame"
	"labo/lessons/stage/terminal"
	"labo/probe"
)

// Options are what a view is told at its start.
type Options struct {
	terminal.Options
	Title string // what is watched: "port 12345". Already made visible

	// Explain says in French, on one line, why a measurement failed; nil: in
	// the error's own words.
	Explain func(error) string
}

// Run shows the updates on the whole screen until the reader leaves (nil), the
// context ends (its error) or updates are closed (nil). The terminal is as it
// was before, whatever happens; a mistake in the view itself is a
// [*terminal.PanicError]. It starts no goroutine that outlives it; ending
// updates is the caller's.
func Run(ctx context.Context, o Options, updates <-chan probe.Update) error {
	m := newModel(o.Title, o.Palette)
	if o.Explain != nil {
		m.explain = o.Explain
	}
	return frame.Run(ctx, m, o.Options, func(ctx context.Context, p *terminal.Program) { feed(ctx, p, updates) })
}

// feed sends what is measured to the view, and the time, so that marks fade
// where measurements are far apart, until the context or the updates end.
func feed(ctx context.Context, p *terminal.Program, updates <-chan probe.Update) {
	clock := time.NewTicker(markedFor / 4)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-clock.C:
			p.Send(clockMsg(now))
		case u, ok := <-updates:
			if !ok {
				return
			}
			p.Send(updateMsg{u, time.Now()})
		}
	}
}
