package main

import (
	"context"

	"github.com/spf13/cobra"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/projection"
	"labo/lessons/stage/screen"
)

// faultyMain is labo with one command more, which plays a scene with a mistake
// on the whole terminal: in the scene itself, or in what draws it. It runs in a
// process of its own, so it may add to the list.
func faultyMain() {
	commands = append(commands, func(c *console) *cobra.Command {
		return &cobra.Command{
			Use:  "panne",
			Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				o := screen.Options{}
				if args[0] == "vue" {
					o = screen.Options{Projection: true, Tell: brokenView}
				}
				player := bench.Player{Port: 1, Step: bench.Step{Number: 1, Scenes: []bench.Scene{{ID: "port-libre", Run: brokenScene}}}}
				return playOnScreen(cmd.Context(), c, &player, o, &notices{console: c}, func(s dialogue.Stage) dialogue.Stage { return s })
			},
		}
	})
	main()
}

// wanted is what the mistakes say.
const wanted = "une panne voulue"

func brokenScene(_ context.Context, b *bench.Bench) {
	b.Say("")
	b.Pause()
	panic(wanted)
}

// brokenView fails while the view takes a pause to show.
func brokenView(s projection.Status) (notice string) {
	if s.Waiting != "" {
		panic(wanted)
	}
	return ""
}
