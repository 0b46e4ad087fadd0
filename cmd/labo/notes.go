package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/fault"
	"labo/lessons/projection"
	"labo/lessons/stage/notes"
	"labo/lessons/text"
)

func newNotesCommand(c *console) *cobra.Command {
	var o notesOptions
	cmd := &cobra.Command{
		Use:     "notes [NUMÉRO]",
		Aliases: []string{"note"},
		Short:   "Montre à l'enseignant ses notes, pendant une projection",
		GroupID: groupTeach,
		Long: "Pendant que `labo etape 1 --projection` se joue devant la classe, `labo notes` suit, dans un second terminal que la classe ne voit pas : " +
			"vos notes sur la scène, les votes, la scène qui vient, et le temps passé.\n\n" +
			"Sans projection, il attend qu'il y en ait une. Dans un tube, ou avec --texte, il écrit un bloc à chaque scène, s'arrête avec la projection, et échoue s'il n'y en a pas.\n\n" +
			"Avec --fin 10:50, il dit quelles scènes tiennent encore avant 10:50.\n\n" +
			"Avec le numéro d'une étape, il en écrit toutes les notes : pour préparer un cours. Avec --corrige ou --polycopie, la même matière s'imprime : " +
			"les réponses attendues, ou les questions seules, à distribuer ; --html en fait une page.\n\n" +
			"Avec --ecrire mon-cours, il écrit tous les textes de labo et vos notes dans un nouveau dossier : changez-les, puis `labo etape 1 --dossier mon-cours`.",
		Example: "labo notes\nlabo notes --fin 10:50\nlabo notes 2\nlabo notes 2 --polycopie --html > etape2.html\nlabo notes 2 --corrige",
		Args:    atMostOneStep,
		RunE: func(cmd *cobra.Command, args []string) error {
			end, err := o.check(args, time.Now())
			if err != nil {
				return err
			}
			if o.write != "" {
				return writeCourse(c, o.write)
			}
			if o.folder == "" && len(args) == 0 { // the projection knows it
				o.folder = projectedFolder(projection.Look(cmd.Context(), c.getenv))
			}
			if err := useCourse(c, o.folder); err != nil {
				return err
			}
			if len(args) == 1 {
				n, _ := strconv.Atoi(args[0])
				return writeNotes(c, n, o)
			}
			if o.text || !c.canDraw() || !hasSize(c.outFile) {
				return followNotes(cmd.Context(), c)
			}
			return watchNotes(cmd.Context(), c, end, o.folder != "")
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.text, "texte", false, "écrit ligne après ligne, au lieu d'occuper tout l'écran")
	flags.StringVar(&o.folder, "dossier", "", "lit les notes de ce `DOSSIER`, celui de la projection")
	flags.StringVar(&o.write, "ecrire", "", "écrit les textes et les notes de labo dans ce nouveau `DOSSIER`, à changer puis à jouer avec --dossier")
	flags.StringVar(&o.end, "fin", "", "la leçon finit à cette `HEURE` (10:50) : dit quelles scènes tiennent encore")
	flags.BoolVar(&o.key, "corrige", false, "écrit le corrigé de l'étape, à imprimer")
	flags.BoolVar(&o.handout, "polycopie", false, "écrit les questions de l'étape, à distribuer")
	flags.BoolVar(&o.html, "html", false, "avec --corrige ou --polycopie : une page HTML, au lieu de Markdown")
	cmd.ValidArgsFunction = completeSteps
	return cmd
}

// notesOptions are the options of `labo notes`.
type notesOptions struct {
	text, key, handout, html bool
	end, folder, write       string
}

// check refuses options that contradict each other, and returns the end of the
// lesson, zero where it was not said.
func (o *notesOptions) check(args []string, now time.Time) (end time.Time, err error) {
	switch printed := o.key || o.handout; {
	case o.key && o.handout:
		return end, fault.Usage("--corrige et --polycopie se contredisent", "Écrivez l'un, puis l'autre.")
	case printed && len(args) == 0:
		return end, fault.Usage("il manque le numéro de l'étape à imprimer", "Par exemple : `labo notes 1 --polycopie`.")
	case o.html && !printed:
		return end, fault.Usage("--html va avec --corrige ou --polycopie", "Par exemple : `labo notes 1 --polycopie --html > etape1.html`.")
	case o.end == "":
		return end, nil
	case len(args) > 0:
		return end, fault.Usage("--fin suit une projection, sans numéro d'étape", "Par exemple : `labo notes --fin 10:50`.")
	}
	for _, form := range []string{"15:04", "15h04", "15h"} {
		if at, err := time.Parse(form, o.end); err == nil {
			end = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
			if now.Sub(end) > 12*time.Hour { // just before midnight
				end = end.AddDate(0, 0, 1)
			}
			return end, nil
		}
	}
	return end, fault.Usage("« "+text.Visible(o.end)+" » n'est pas une heure", "Par exemple : `labo notes --fin 10:50`.")
}

// writeNotes writes the notes of a step, or what is printed from them.
func writeNotes(c *console, step int, o notesOptions) error {
	if !o.key && !o.handout {
		return notes.Write(c.out, c.palette(), c.width(), step, atelier.Port)
	}
	sheet, err := notes.NewSheet(step, atelier.Port, o.key)
	switch {
	case err != nil:
		return err
	case o.html:
		return sheet.HTML(c.out)
	}
	return sheet.Markdown(c.out)
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
func watchNotes(ctx context.Context, c *console, end time.Time, folder bool) error {
	return notes.Run(ctx, notes.Options{
		Options: c.screen(), End: end, Folder: folder,
		Look: func(ctx context.Context) projection.Sight { return projection.Look(ctx, c.getenv) },
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
