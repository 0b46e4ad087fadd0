package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"labo/lessons/fault"
	"labo/lessons/room"
	"labo/lessons/text"
	"labo/probe/files"
)

func newEffacerCommand(c *console) *cobra.Command {
	name, yes := defaultClass, false
	cmd := &cobra.Command{
		Use:   "effacer [NOM]",
		Short: "Efface ce que labo garde d'une classe",
		Long: "Efface la classe de ce nom : son code, les pseudonymes, les votes, les verdicts. Le fichier des votes (`labo etape --projection --classe`) est à vous : il reste. " +
			"La classe doit être fermée.",
		Example: "labo classe effacer\nlabo classe effacer \"2nde 4\"",
		Args:    className(&name),
		RunE: func(cmd *cobra.Command, _ []string) error {
			home, err := homeOf(c)
			if err != nil {
				return err
			}
			return eraseClass(cmd.Context(), c, home, name, yes)
		},
	}
	cmd.Flags().BoolVar(&yes, "oui", false, "efface sans demander confirmation")
	return cmd
}

func eraseClass(ctx context.Context, c *console, home, name string, yes bool) error {
	what, err := room.Kept(home, name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fault.Failed("labo ne garde rien d'une classe « "+name+" »", "Ses votes projetés, s'il y en a, sont dans un fichier à vous.", err)
	case err != nil:
		return fault.Failed("ce qui est gardé de la classe « "+name+" » n'a pas pu être lu ("+fault.Cause(err)+")", "Rien n'est effacé.", err)
	}
	if !yes {
		question := fmt.Sprintf("Effacer la classe « %s » : son code, les pseudonymes, les votes et les verdicts (%s, gardés depuis le %s) ?",
			name, size(int(what.Bytes)), text.Date(what.Made))
		agreed, err := confirm(ctx, c, question, fault.Failed("effacer demande une confirmation, et personne n'est au clavier", "Ajoutez `--oui`.", nil))
		if err != nil {
			return err
		}
		if !agreed {
			return fault.Failed("rien n'est effacé", "", nil)
		}
	}
	if err := room.Erase(home, name); err != nil {
		if _, held := errors.AsType[*files.HeldError](err); held {
			return fault.Failed("la classe « "+name+" » est ouverte : rien n'est effacé", "Fermez-la d'abord, avec Ctrl+C dans son terminal.", err)
		}
		return fault.Failed("tout n'a pas pu être effacé ("+fault.Cause(err)+")", "Ce qui reste est dans `"+text.Visible(what.Dir)+"`.", err)
	}
	fmt.Fprintln(c.out, text.French("  La classe « "+name+" » est effacée."))
	return nil
}
