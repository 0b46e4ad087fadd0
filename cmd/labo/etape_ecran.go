package main

import (
	"context"
	"sync"

	"labo/lessons"
	"labo/lessons/fault"
	"labo/lessons/stage/screen"
	"labo/lessons/stage/terminal"
)

// playOnScreen plays on the whole terminal, and gives it back whatever
// happens.
func playOnScreen(ctx context.Context, c *console, player *lessons.Player, o screen.Options, n *notices) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	heads, err := player.Step.Heads()
	if err != nil {
		return err
	}
	o.Options = c.screen()
	o.Port, o.Heads = uint16(player.Port), heads
	o.Interrupted = func() { cancel(terminal.ErrInterrupted) }
	s := screen.Start(o)
	n.to(s.Notice)
	defer func() {
		n.to(nil)
		if broken := s.Close(); broken != nil && err == nil {
			err = broken
		}
	}()
	player.Stage = s
	err = player.Play(ctx)
	if context.Cause(ctx) == terminal.ErrInterrupted {
		return fault.Told(interruptedExit)
	}
	return err
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
