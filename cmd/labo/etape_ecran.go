package main

import (
	"context"
	"sync"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/stage/screen"
)

// playOnScreen plays a step on the whole terminal, on what on makes of it.
func playOnScreen(ctx context.Context, c *console, player *bench.Player, o screen.Options, n *notices, on func(dialogue.Stage) dialogue.Stage) error {
	heads, err := player.Step.Heads()
	if err != nil {
		return err
	}
	o.Port, o.Heads = player.Port, heads
	return onScreen(ctx, c, o, n, func(ctx context.Context, s dialogue.Stage) error {
		player.Stage = on(s)
		return player.Play(ctx)
	})
}

// onScreen gives the whole terminal to a play, and takes it back whatever
// happens.
func onScreen(ctx context.Context, c *console, o screen.Options, n *notices, play func(context.Context, dialogue.Stage) error) (err error) {
	o.Options = c.screen()
	s := screen.Start(o)
	n.to(s.Notice)
	defer func() {
		n.to(nil)
		if broken := s.Close(); broken != nil && err == nil {
			err = broken
		}
	}()
	return play(ctx, s)
}

// notices are sentences for the reader that do not belong to a scene. They go
// to stderr, or onto the screen while one is shown.
type notices struct {
	console *console
	mu      sync.Mutex
	screen  func(string)
}

func (n *notices) to(screen func(string)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.screen = screen
}

func (n *notices) tell(sentence string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.screen != nil {
		n.screen(sentence)
		return
	}
	writeHanging(n.console, "  → ", sentence, 0)
}
