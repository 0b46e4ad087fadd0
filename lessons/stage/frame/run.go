package frame

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/terminal"
)

// Run shows a model on the whole screen until its reader leaves (nil), ctx ends
// (its error) or feed returns (nil). feed sends the model what happens, in a goroutine that
// ends before Run does. The terminal is as it was before, whatever happens; a
// mistake in the view is a [*terminal.PanicError].
func Run(ctx context.Context, m tea.Model, o terminal.Options, feed func(context.Context, *terminal.Program)) error {
	p := terminal.New(m, o)
	feeding, stop := context.WithCancel(ctx)
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		feed(feeding, p)
		p.Quit() // ended from outside (tea.WithContext), bubbletea does not wait for its reader of keys
	}()
	err := p.Run()
	stop()
	<-fed
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return nil
}
