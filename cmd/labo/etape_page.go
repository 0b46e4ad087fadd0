package main

import (
	"context"
	"fmt"
	"time"

	"labo/lessons/bench"
	"labo/lessons/stage"
	"labo/lessons/stage/page"
	"labo/lessons/stage/tape"
)

// stepTitle is what a step is called: "Étape 1 · Un serveur simple".
func stepTitle(step bench.Step) string {
	if text, err := step.Prose(); err == nil {
		return fmt.Sprintf("Étape %d · %s", step.Number, text.Title)
	}
	return fmt.Sprintf("Étape %d", step.Number) // playing it says what is wrong
}

// playOnPage plays a step in the browser.
func playOnPage(ctx context.Context, c *console, player *bench.Player, o pageOptions, reel *recording, done func(scene string) string) error {
	begun := time.Now()
	if reel != nil {
		begun = reel.begun
	}
	return onPage(ctx, c, o, served{
		Options: page.Options{Title: stepTitle(player.Step), Begun: begun},
		tape:    tape.Options{Port: player.Port, Done: done},
		film:    reel,
		play: func(ctx context.Context, s stage.Stage) error {
			player.Stage = s
			return player.Play(ctx)
		},
		last: func() string {
			if player.Over {
				return "L'étape est finie. Le terminal dit la suite ; cette page peut être fermée."
			}
			return fmt.Sprintf("L'étape s'arrête là. Pour la reprendre : labo etape %d --page. Cette page peut être fermée.", player.Step.Number)
		},
	})
}
