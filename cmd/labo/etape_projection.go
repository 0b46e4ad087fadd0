package main

import (
	"context"

	"labo/lessons"
	"labo/lessons/stage/screen"
)

// project plays a step for a class. Nothing is kept of it.
func project(ctx context.Context, c *console, player lessons.Player, o etapeOptions) error {
	so := screen.Options{Projection: true}
	if o.auto != nil {
		so.Auto = *o.auto
		player.Alone = true // scenes play the reader's part
	}
	if err := playOnScreen(ctx, c, &player, so, &notices{console: c}); err != nil {
		return stepFault(err)
	}
	return nil
}
