package main

import (
	"context"
	"errors"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/scene"
	"labo/lessons/stage/page"
	"labo/lessons/stage/panel"
	"labo/lessons/stage/tape"
	"labo/probe"
)

// watching is a stage on which sockets are watched, and nothing else happens.
type watching struct {
	dialogue.Stage // nil: nobody calls it
	run            func(context.Context, <-chan probe.Update) error
}

func (watching) Begin(scene.Head) {}

func (w watching) Watch(ctx context.Context, of dialogue.Watch) error { return w.run(ctx, of.Updates) }

// watchOn watches sockets on a stage, as one scene of that title.
func watchOn(ctx context.Context, s dialogue.Stage, title string, updates <-chan probe.Update) error {
	s.Begin(scene.Head{StepTitle: "labo sonde", Total: 1, ID: "sonde", Title: title})
	return s.Watch(ctx, dialogue.Watch{Updates: updates})
}

// socketsOnPage watches sockets in the browser; what changes is told beside the
// table.
func socketsOnPage(ctx context.Context, c *console, o pageOptions, reel *recording, title string, updates <-chan probe.Update) error {
	begun := time.Now()
	if reel != nil {
		begun = reel.begun
	}
	return onPage(ctx, c, o, served{
		Options: page.Options{Title: "labo sonde", Begun: begun},
		tape:    tape.Options{},
		film:    reel,
		play: func(ctx context.Context, s dialogue.Stage) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			s.Begin(scene.Head{StepTitle: "labo sonde", Total: 1, ID: "sonde", Title: title})
			shown, events := changes(ctx, updates)
			err := s.Watch(ctx, dialogue.Watch{Title: "Ce qui change", Prompt: "labo mesure plusieurs fois par seconde ; q termine.", Updates: shown, Events: events})
			if _, left := errors.AsType[*dialogue.Jump](err); left || errors.Is(err, dialogue.ErrSkipped) {
				return nil
			}
			return err
		},
		last: func() string { return "labo ne mesure plus. Cette page peut être fermée." },
	})
}

// changes passes updates on, and what they changed as events, until ctx ends.
func changes(ctx context.Context, in <-chan probe.Update) (<-chan probe.Update, <-chan evidence.Event) {
	out, events := make(chan probe.Update), make(chan evidence.Event)
	go func() {
		defer close(out)
		for u := range in {
			select {
			case out <- u:
			case <-ctx.Done():
				return
			}
			for i := range u.Changes {
				change := &u.Changes[i]
				ends := measured.Address(change.Socket.Local) + " → " + measured.Address(change.Socket.Remote)
				select {
				case events <- evidence.Event{At: change.At, What: ends, Detail: panel.ChangeWords(change, u.Snapshot.Source), Source: u.Snapshot.Source.String()}:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out, events
}
