package main

import (
	"context"
	"fmt"

	"github.com/inconshreveable/mousetrap"
	"github.com/spf13/cobra"

	"labo/lessons/stage/linear"
	"labo/lessons/text"
)

// Cobra would answer a double-click with English words, and end.
func init() { cobra.MousetrapHelpText = "" }

// doubleClicked reports whether Windows made the window for this labo alone: it
// closes with it. It is false on every other system.
func doubleClicked(args []string) bool { return len(args) == 0 && mousetrap.StartedByExplorer() }

// stay keeps what was said before the eyes of who double-clicked labo.exe, and
// says where its commands are typed. Enter ends it, or the end of ctx.
func stay(ctx context.Context, c *console) {
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return
	}
	defer keys.Close()
	fmt.Fprintln(c.err)
	for _, line := range text.Paragraph("Pour taper une commande : dans la fenêtre du dossier de labo, cliquez dans la barre d'adresse, en haut, "+
		"tapez `cmd`, puis Entrée. Une fenêtre comme celle-ci s'ouvre, et labo y répond.", c.width()) {
		fmt.Fprintln(c.err, line)
	}
	_, _ = keys.Ask(ctx, c.err, "\n"+text.French("Entrée ferme cette fenêtre. "))
}
