package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"labo/lessons"
	"labo/lessons/fault"
	"labo/lessons/notebook"
	"labo/lessons/stage/linear"
	"labo/lessons/text"
)

// openNotebook opens the notebook for recording. Why nothing is kept, where
// nothing can be, is said once on stderr, and the step goes on.
func openNotebook(c *console) *notebook.Session {
	return openNotebookTelling(c, func(sentence string) { writeHanging(c, "  → ", sentence, 0) })
}

// openNotebookTelling is [openNotebook] that says elsewhere why nothing is
// kept.
func openNotebookTelling(c *console, tell func(sentence string)) *notebook.Session {
	return notebook.Open(notebook.Options{
		Getenv:  c.getenv,
		Program: versionLine(),
		Machine: runtime.GOOS + "/" + runtime.GOARCH,
		Tell:    tell,
	})
}

// stepProgress returns how far the reader is in step n.
func stepProgress(book *notebook.Notebook, n int) (notebook.Progress, error) {
	contents, err := lessons.Contents()
	if err != nil {
		return notebook.Progress{}, err
	}
	for _, p := range book.Progress(contents) {
		if p.Step.Number == n {
			return p, nil
		}
	}
	return notebook.Progress{}, nil
}

// restart erases what is kept of a step, once the reader has agreed.
func restart(ctx context.Context, c *console, session *notebook.Session, p notebook.Progress) error {
	if !p.Begun && p.Seen == 0 {
		return nil // there is nothing to erase
	}
	question := fmt.Sprintf("Effacer vos réponses et vos mesures de l'étape %d (%s) ?", p.Step.Number, progressWords(p))
	agreed, err := confirm(ctx, c, question, fault.Failed("--recommencer demande une confirmation, et personne n'est au clavier",
		"Tapez la commande dans un terminal ; sans --recommencer, l'étape se rejoue sans rien effacer.", nil))
	if err != nil {
		return err
	}
	if !agreed {
		return fault.Failed("rien n'est effacé", fmt.Sprintf("Sans --recommencer, `labo etape %d` reprend où vous en étiez.", p.Step.Number), nil)
	}
	if err := session.Restart(p.Step.Number); err != nil {
		return notebookFault(err)
	}
	return nil
}

// resume asks a reader who has begun the step where to play on. It returns the
// scene to start with, "" for the first, and quit when the reader leaves.
func resume(ctx context.Context, c *console, keys *linear.Keyboard, p notebook.Progress) (scene string, quit bool, err error) {
	if p.Done == 0 || p.Next == nil || p.Next.ID == p.Step.Scenes[0].ID {
		return "", false, nil
	}
	at := 1 + slices.IndexFunc(p.Step.Scenes, func(s notebook.SceneContents) bool { return s.ID == p.Next.ID })
	fmt.Fprintln(c.out)
	for _, l := range text.Wrap(text.French(fmt.Sprintf("Vous avez déjà joué %s de cette étape. La suivante : %d, « %s ».",
		progressWords(p), at, p.Next.Title)), c.width()-3) {
		fmt.Fprintln(c.out, "  "+l)
	}
	for {
		answer, err := keys.Ask(ctx, c.out, text.French("  Entrée : reprendre là · d : depuis le début · q : quitter › "))
		if err != nil {
			fmt.Fprintln(c.out)
		}
		switch {
		case errors.Is(err, io.EOF):
			return "", true, nil
		case err != nil:
			return "", false, err
		}
		switch text.Fold(strings.TrimSpace(answer)) {
		case "", "oui", "o":
			return p.Next.ID, false, nil
		case "d", "debut", "n", "non":
			return "", false, nil
		case "q", "quitter":
			return "", true, nil
		}
	}
}

// progressWords says how much of a step is done: "3 scènes sur 9".
func progressWords(p notebook.Progress) string {
	return text.Plural(p.Done, "scène") + " sur " + fmt.Sprint(p.Total())
}
