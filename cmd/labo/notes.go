package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/fault"
	"labo/lessons/projection"
	"labo/lessons/stage/notes"
)

func newNotesCommand(c *console) *cobra.Command {
	var asText bool
	cmd := &cobra.Command{
		Use:     "notes [NUMÉRO]",
		Aliases: []string{"note"},
		Short:   "Montre à l'enseignant ses notes, pendant une projection",
		GroupID: groupTeach,
		Long: "Pendant que `labo etape 1 --projection` se joue devant la classe, `labo notes` suit, dans un second terminal que la classe ne voit pas : " +
			"vos notes sur la scène, les votes, la scène qui vient, et le temps passé.\n\n" +
			"Sans projection, il attend qu'il y en ait une. Dans un tube, ou avec --texte, il écrit un bloc à chaque scène, s'arrête avec la projection, et échoue s'il n'y en a pas.\n\n" +
			"Avec le numéro d'une étape, il en écrit toutes les notes : pour préparer un cours.",
		Example: "labo notes\nlabo notes 2\nlabo notes --texte",
		Args:    atMostOneStep,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				n, _ := strconv.Atoi(args[0])
				return notes.Write(c.out, c.palette(), c.width(), n, atelier.Port)
			}
			if asText || !c.canDraw() || !hasSize(c.outFile) {
				return followNotes(cmd.Context(), c)
			}
			return watchNotes(cmd.Context(), c)
		},
	}
	cmd.Flags().BoolVar(&asText, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	cmd.ValidArgsFunction = cobra.FixedCompletions(stepNumbers(), cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

// atMostOneStep checks that the argument, if there is one, names a step.
func atMostOneStep(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return nil
	case 1:
		return oneStep(cmd, args)
	}
	return fault.Usage("labo ne montre qu'une étape à la fois", "Par exemple `labo "+cmd.Name()+" 1`.")
}

// watchNotes follows projections on the whole screen.
func watchNotes(ctx context.Context, c *console) error {
	return notes.Run(ctx, notes.Options{
		Options: c.screen(),
		Look:    func(ctx context.Context) projection.Sight { return projection.Look(ctx, c.getenv) },
	})
}

// followNotes follows a projection line after line.
func followNotes(ctx context.Context, c *console) error {
	err := notes.Follow(ctx, c.out, notes.TextOptions{
		Palette: c.palette(), Width: c.width,
		Look:   func(ctx context.Context) projection.Sight { return projection.Look(ctx, c.getenv) },
		Remark: func(sentence string) { writeHanging(c, "  → ", sentence, 0) },
	})
	if _, blind := errors.AsType[*projection.BlindError](err); blind {
		return fault.Failed("aucune projection ne peut être suivie", projection.Words(err), err)
	}
	if errors.Is(err, notes.ErrNothing) {
		return fault.Failed("rien n'est projeté pour l'instant",
			"Lancez d'abord `labo etape 1 --projection` dans un autre terminal. Pour lire les notes sans projeter : `labo notes 1`.", err)
	}
	return err
}
