package main

import (
	"context"

	"labo/lessons"
	"labo/lessons/projection"
	"labo/lessons/stage/screen"
)

// project plays a step for a class. Nothing is kept of it.
func project(ctx context.Context, c *console, player lessons.Player, o etapeOptions) error {
	projector := projection.New(c.getenv) // for labo notes
	defer projector.Close()
	so := screen.Options{Projection: true, Tell: projector.Tell}
	if o.auto != nil {
		so.Auto = *o.auto
		player.Alone = true // scenes play the reader's part
	}
	if err := playOnScreen(ctx, c, &player, so, &notices{console: c}); err != nil {
		return stepFault(err)
	}
	return nil
}
