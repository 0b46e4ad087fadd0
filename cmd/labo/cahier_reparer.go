package main

import (
	"context"
	"errors"
	"fmt"

	"labo/lessons/fault"
	"labo/lessons/notebook"
	"labo/lessons/text"
)

// repairNotebook saves what can be read of a damaged notebook, once the reader
// has agreed. The next step that is played does the same without asking: it has
// to save.
func repairNotebook(ctx context.Context, c *console, force bool) error {
	book, err := notebook.Read(c.getenv)
	damage, damaged := errors.AsType[*notebook.DamagedError](err)
	switch {
	case err != nil && !damaged:
		return notebookFault(err)
	case !damaged:
		fmt.Fprintln(c.out, "Votre cahier est en ordre : il n'y a rien à réparer.")
		return nil
	}
	say := func(sentence string) {
		for _, l := range text.Paragraph(sentence, c.width()) {
			fmt.Fprintln(c.out, l)
		}
	}
	what, _ := damage.Words()
	say(what)
	if !force {
		question := "Garder ce qui a pu être lu (" + keptWords(book) + "), et l'original à côté ?"
		if book.Empty() {
			question = "Commencer un cahier neuf, et garder l'original à côté ?"
		}
		agreed, err := confirm(ctx, c, question, fault.Failed("--reparer demande une confirmation, et personne n'est au clavier",
			"Ajoutez --force si vous êtes sûr.", nil))
		if err != nil {
			return err
		}
		if !agreed {
			fmt.Fprintln(c.out, "Rien n'est changé.")
			return nil
		}
	}
	damage, err = openNotebook(c).Repair()
	if err != nil {
		return notebookFault(err)
	}
	say("Votre cahier est réparé.")
	if damage != nil { // else another labo has just done it
		_, beside := damage.Words()
		say(beside)
	}
	return nil
}
