package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"labo/lessons/act"
	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

func newAtelierCommand(c *console) *cobra.Command {
	var restore, open string
	var whole bool
	cmd := &cobra.Command{
		Use:     "atelier [DOSSIER]",
		Short:   "Écrit vos fichiers : les programmes de la fiche, avec des trous à remplir",
		GroupID: groupLearn,
		Long: "Écrit dans le dossier (celui où vous êtes, si vous n'en donnez pas) serveur.py, client.py, " +
			"serveur2.py et client2.py, avec des trous à remplir (« À VOUS 1 »…), et un LISEZMOI.txt qui dit quoi en faire. " +
			"Les étapes disent, à chaque enregistrement, ce que le noyau a vu de vos lignes. " +
			"`--complet` écrit les programmes entiers de la fiche.\n\n" +
			"Un fichier déjà là n'est jamais remplacé. Pour retrouver l'original, `--restaurer` demande d'abord, " +
			"et garde une copie du vôtre.",
		Example: "labo atelier\nlabo atelier mon-tp\nlabo atelier --complet\nlabo atelier --ouvrir serveur.py\nlabo atelier --restaurer serveur.py",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			if open != "" {
				return openProgram(c, dir, open)
			}
			if restore != "" {
				return restoreFile(cmd.Context(), c, dir, restore, whole)
			}
			return writeAtelier(cmd.Context(), c, dir, whole)
		},
	}
	cmd.Flags().StringVar(&restore, "restaurer", "", "remet ce `FICHIER` comme labo l'a écrit, après vous l'avoir demandé")
	cmd.Flags().StringVar(&open, "ouvrir", "", "ouvre ce `FICHIER` dans votre éditeur (VISUAL, EDITOR, ou VS Code), et l'écrit s'il n'est pas là")
	cmd.Flags().BoolVar(&whole, "complet", false, "les programmes entiers de la fiche, sans trous")
	cmd.MarkFlagsMutuallyExclusive("ouvrir", "restaurer")
	complete(cmd, "restaurer", atelier.Names...)
	complete(cmd, "ouvrir", atelier.Programs...)
	return cmd
}

// outcomeWords say what became of a file.
var outcomeWords = map[atelier.Outcome]string{
	atelier.Created: "créé", atelier.Unchanged: "déjà là", atelier.Other: "déjà là, dans son autre version", atelier.Kept: "gardé : c'est le vôtre",
}

func writeAtelier(ctx context.Context, c *console, dir string, complete bool) error {
	files, err := atelier.Write(dir, complete)
	if err != nil {
		return fault.Failed("impossible d'écrire dans « "+text.Visible(dir)+" » ("+cause(err)+")",
			"Vérifiez le nom et vos droits, ou donnez un autre dossier : `labo atelier mon-tp`.", err)
	}
	atelier.Remember(c.getenv, dir)
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
	if i := slices.IndexFunc(files, func(f atelier.File) bool { return f.Outcome == atelier.Other }); i >= 0 && complete {
		command := "labo atelier --complet --restaurer " + files[i].Name
		if dir != "." {
			command += " " + shellWord(dir)
		}
		fmt.Fprintln(c.out, "\n"+text.French("Rien n'est remplacé. Pour avoir un programme entier :")+"\n  "+command)
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
	if complete {
		fmt.Fprintf(c.out, "%s\n  %s%s serveur.py\n  labo verifier serveur.py\n", text.French("Pour commencer :"), enter, python.Command)
		return nil
	}
	fmt.Fprintf(c.out, "%s\n  %slabo etape 1\n", text.French("Pour commencer, avec la fiche sous les yeux :"), enter)
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
func restoreFile(ctx context.Context, c *console, dir, name string, complete bool) error {
	path := name
	if filepath.Base(name) == name {
		path = filepath.Join(dir, name)
	}
	if _, ok := atelier.Original(filepath.Base(path), complete); !ok {
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
	copy, err := atelier.Restore(path, complete)
	switch {
	case errors.Is(err, fs.ErrPermission), err != nil:
		return fault.Failed("impossible de remettre « "+text.Visible(path)+" » ("+cause(err)+")", "Vérifiez vos droits sur ce dossier.", err)
	case copy != "":
		fmt.Fprintln(c.out, text.French("Votre fichier est maintenant "+text.Visible(filepath.Base(copy))+"."))
	}
	fmt.Fprintln(c.out, text.French(text.Visible(path)+" est de nouveau comme labo l'a écrit."))
	return nil
}

// openProgram opens a program of the student in their editor.
func openProgram(c *console, dir, name string) error {
	if holes := atelier.Holes(name); holes == nil {
		return fault.Usage("« "+text.Visible(name)+" » n'est pas un programme de l'atelier", "Choisissez parmi "+orList(atelier.Programs)+".")
	}
	path := filepath.Join(dir, name)
	if dir == "." {
		path, _ = atelier.Find(c.getenv, name)
	}
	if err := atelier.Need(path); err != nil {
		return fault.Failed("impossible d'écrire « "+text.Visible(path)+" » ("+cause(err)+")", "Vérifiez vos droits sur ce dossier.", err)
	}
	atelier.Remember(c.getenv, filepath.Dir(path))
	cmd, whole, err := act.OpenEditor(path)
	if err != nil {
		return err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.inFile, c.outFile, c.errFile
	if whole {
		err = c.terminal.Run(cmd)
	} else if err = cmd.Start(); err == nil {
		return nil // its window stays
	}
	if err != nil {
		return fault.Failed("l'éditeur ne s'est pas ouvert, ou a mal fini ("+cause(err)+")", "Ouvrez vous-même "+text.Visible(path)+".", err)
	}
	return nil
}
