package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"labo/lessons"
	"labo/lessons/prose"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
)

// contents runs `labo` alone: the steps, and the one command to type next.
func contents(c *console, _ *cobra.Command) error {
	entries := make([]linear.Entry, prose.Count)
	for i := range entries {
		title, summary, err := prose.Head(i + 1)
		if err != nil {
			return err
		}
		entries[i] = linear.Entry{Number: i + 1, Title: title, Summary: summary}
		if step, ok := lessons.StepByNumber(i + 1); !ok {
			entries[i].State = "à venir"
		} else {
			entries[i].State = fmt.Sprintf("%d scènes", len(step.Scenes))
		}
	}
	linear.Contents(c.out, paint.New(c.wantsColor()), c.width(), entries, "labo etape 1",
		"labo aide montre les autres commandes.")
	return nil
}
