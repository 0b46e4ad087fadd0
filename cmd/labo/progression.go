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

// answers are what a reader says before a step.
type answers struct {
	scene string // to begin with, "" for the first
	text  bool   // line after line, not on the whole screen
	quit  bool
}

// beforeStep asks a reader who has begun the step where to play on, and tells
// one who has never played (first) of the two forms: a screen reader can do
// nothing with a full screen.
func beforeStep(ctx context.Context, c *console, p notebook.Progress, resuming, first bool) (a answers, err error) {
	resuming = resuming && p.Done > 0 && p.Next != nil && p.Next.ID != p.Step.Scenes[0].ID
	if !resuming && !first {
		return a, nil
	}
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return a, keyboardFault(err, p.Step.Number)
	}
	defer keys.Close()
	if first {
		return chooseForm(ctx, c, keys, p.Step.Number)
	}
	return resume(ctx, c, keys, p)
}

// chooseForm tells, once, that there is a form for screen readers.
func chooseForm(ctx context.Context, c *console, keys *linear.Keyboard, step int) (answers, error) {
	fmt.Fprintln(c.out)
	for _, l := range text.Paragraph(fmt.Sprintf("L'étape va occuper tout l'écran ; q le rend. Avec un lecteur d'écran, préférez le texte, ligne après ligne : `labo etape %d --texte`. "+
		"labo ne le redira pas.", step), c.width()-3) {
		fmt.Fprintln(c.out, "  "+l)
	}
	return choose(ctx, c, keys, "  Entrée : plein écran · t : texte · q : quitter › ", map[string]answers{
		"": {}, "t": {text: true}, "texte": {text: true},
	})
}

// resume asks a reader who has begun the step where to play on.
func resume(ctx context.Context, c *console, keys *linear.Keyboard, p notebook.Progress) (answers, error) {
	at := 1 + slices.IndexFunc(p.Step.Essential(), func(s notebook.SceneContents) bool { return s.ID == p.Next.ID })
	fmt.Fprintln(c.out)
	for _, l := range text.Wrap(text.French(fmt.Sprintf("Vous avez déjà joué %s de cette étape. La suivante : %d, « %s ».",
		progressWords(p), at, p.Next.Title)), c.width()-3) {
		fmt.Fprintln(c.out, "  "+l)
	}
	here := answers{scene: p.Next.ID}
	return choose(ctx, c, keys, "  Entrée : reprendre là · d : depuis le début · q : quitter › ", map[string]answers{
		"": here, "oui": here, "o": here, "d": {}, "debut": {}, "n": {}, "non": {},
	})
}

// choose asks until one of the answers is given, or the reader quits.
func choose(ctx context.Context, c *console, keys *linear.Keyboard, prompt string, known map[string]answers) (answers, error) {
	for {
		answer, err := keys.Ask(ctx, c.out, text.French(prompt))
		if err != nil {
			fmt.Fprintln(c.out)
		}
		switch {
		case errors.Is(err, io.EOF):
			return answers{quit: true}, nil
		case err != nil:
			return answers{}, err
		}
		answer = text.Fold(strings.TrimSpace(answer))
		if a, ok := known[answer]; ok {
			return a, nil
		}
		if answer == "q" || answer == "quitter" {
			return answers{quit: true}, nil
		}
	}
}

// progressWords says how much of a step is done: "3 scènes sur 9".
func progressWords(p notebook.Progress) string {
	return text.Plural(p.Done, "scène") + " sur " + fmt.Sprint(p.Total())
}
