// Package notes shows the instructor, in a second terminal, what the class must
// not see: the notes of the scene that is projected, its time, the scene to
// come. On the whole screen it follows the projection live ([Run]); as lines, a
// block at each scene ([Follow]); without a projection, all the notes of a step
// ([Write]).
//
// Of the whole screen: model.go is what is known and what keys do, view.go and
// the files of its parts draw it; script.go reads the prose, timing.go counts
// time.
package notes

import (
	"context"
	"time"

	"labo/lessons/projection"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/terminal"
)

// Options are what a view is told at its start.
type Options struct {
	terminal.Options
	Look   func(context.Context) projection.Sight // sees projections
	Folder bool                                   // a teacher's own text is read
	End    time.Time                              // of the lesson; zero: not known
}

// lookEvery is how often projections are looked at.
const lookEvery = 250 * time.Millisecond

// framesPerSecond is enough for keys that only scroll. Each frame wakes the
// process up for an hour of class, even when nothing changed.
const framesPerSecond = 15

// Run follows projections on the whole screen until the reader leaves (nil)
// or the context ends (its error). The terminal is as it was before, whatever
// happens; a mistake in the view is a [*terminal.PanicError]. It starts no
// goroutine that outlives it.
func Run(ctx context.Context, o Options) error {
	m := newModel(o)
	o.FPS = framesPerSecond
	return frame.Run(ctx, m, o.Options, func(ctx context.Context, p *terminal.Program) { feed(ctx, p, o.Look) })
}

// feed looks at once, and then until ctx ends.
func feed(ctx context.Context, p *terminal.Program, look func(context.Context) projection.Sight) {
	clock := time.NewTicker(lookEvery)
	defer clock.Stop()
	var last projection.Sight
	for {
		sight := look(ctx)
		if !sight.Same(last) {
			p.Send(sightMsg(sight))
			last = sight
		}
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		}
	}
}
