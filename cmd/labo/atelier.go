package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

func newAtelierCommand(c *console) *cobra.Command {
	var restore string
	cmd := &cobra.Command{
		Use:     "atelier [DOSSIER]",
		Short:   "Écrit les programmes de la fiche, pour les changer et les faire juger",
		GroupID: groupLearn,
		Long: "Écrit dans le dossier (celui où vous êtes, si vous n'en donnez pas) serveur.py, client.py, " +
			"serveur2.py et client2.py, et un LISEZMOI.txt qui dit quoi en faire.\n\n" +
			"Un fichier déjà là n'est jamais remplacé. Pour retrouver l'original, `--restaurer` demande d'abord, " +
			"et garde une copie du vôtre.",
		Example: "labo atelier\nlabo atelier mon-tp\nlabo atelier --restaurer serveur.py",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			if restore != "" {
				return restoreFile(cmd.Context(), c, dir, restore)
			}
			return writeAtelier(cmd.Context(), c, dir)
		},
	}
	cmd.Flags().StringVar(&restore, "restaurer", "", "remet ce `FICHIER` comme labo l'a écrit, après vous l'avoir demandé")
	complete(cmd, "restaurer", atelier.Names...)
	return cmd
}

// outcomeWords say what became of a file.
var outcomeWords = map[atelier.Outcome]string{
	atelier.Created: "créé", atelier.Unchanged: "déjà là", atelier.Kept: "gardé : c'est le vôtre",
}

func writeAtelier(ctx context.Context, c *console, dir string) error {
	files, err := atelier.Write(dir)
	if err != nil {
		return fault.Failed("impossible d'écrire dans « "+text.Visible(dir)+" » ("+cause(err)+")",
			"Vérifiez le nom et vos droits, ou donnez un autre dossier : `labo atelier mon-tp`.", err)
	}
	p := c.palette()
	shown := dir
	if abs, err := filepath.Abs(dir); err == nil {
		shown = abs
	}
	fmt.Fprintln(c.out, p.Title(text.Visible(shown)))
	for _, f := range files {
		role := paint.Faint
		if f.Outcome == atelier.Created {
			role = paint.Good
		}
		fmt.Fprintln(c.out, "  "+text.PadRight(f.Name, 14)+p.Paint(role, text.French(outcomeWords[f.Outcome])))
	}
	fmt.Fprintln(c.out)
	python, err := awaitPython(ctx, c)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f := pythonFault(err)
		if told, ok := errors.AsType[*fault.Fault](f); ok {
			tell(c, told) // the files are written: a remark, not a failure
			return nil
		}
		return f
	}
	fmt.Fprintln(c.out, text.Visible(python.String()))
	enter := ""
	if dir != "." {
		enter = "cd " + shellWord(dir) + "\n  "
	}
	fmt.Fprintf(c.out, "%s\n  %s%s serveur.py\n  labo verifier serveur.py\n", text.French("Pour commencer :"), enter, python.Command)
	return nil
}

// awaitPython looks for a Python, and says so where that takes a while.
func awaitPython(ctx context.Context, c *console) (check.Python, error) {
	return check.AwaitPython(ctx, func() { writeHanging(c, "  → ", check.SlowPython, c.width()) })
}

// shellWord quotes a folder for a command to copy.
func shellWord(s string) string {
	s = text.Visible(s)
	if strings.ContainsAny(s, " '\"()&;$*?|<>") {
		return `"` + s + `"`
	}
	return s
}

// restoreFile asks, then writes a file anew.
func restoreFile(ctx context.Context, c *console, dir, name string) error {
	path := name
	if filepath.Base(name) == name {
		path = filepath.Join(dir, name)
	}
	if _, ok := atelier.Original(filepath.Base(path)); !ok {
		return fault.Usage("« "+text.Visible(name)+" » n'est pas un fichier de l'atelier",
			"Choisissez parmi "+orList(atelier.Names)+".")
	}
	agreed, err := ask(ctx, c, "Remettre "+text.Visible(path)+" comme labo l'a écrit ? Le vôtre sera gardé à côté.")
	if err != nil {
		return err
	}
	if !agreed {
		fmt.Fprintln(c.out, text.French("Rien n'a changé."))
		return nil
	}
	copy, err := atelier.Restore(path)
	switch {
	case errors.Is(err, fs.ErrPermission), err != nil:
		return fault.Failed("impossible de remettre « "+text.Visible(path)+" » ("+cause(err)+")", "Vérifiez vos droits sur ce dossier.", err)
	case copy != "":
		fmt.Fprintln(c.out, text.French("Votre fichier est maintenant "+text.Visible(filepath.Base(copy))+"."))
	}
	fmt.Fprintln(c.out, text.French(text.Visible(path)+" est de nouveau comme labo l'a écrit."))
	return nil
}
