package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"labo/lessons/fault"
	"labo/lessons/handin"
	"labo/lessons/notebook"
	"labo/lessons/room"
	"labo/lessons/room/seat"
	"labo/lessons/text"
)

// handInFor bounds how long the class is waited for.
const handInFor = 20 * time.Second

// handInNotebook hands the notebook in to the class that was joined, or writes the
// file to give.
func handInNotebook(ctx context.Context, c *console, o cahierOptions) error {
	book, err := notebook.Read(c.getenv)
	_, damaged := errors.AsType[*notebook.DamagedError](err)
	if err != nil && (!damaged || book.Empty()) {
		return notebookFault(err)
	}
	if book.Empty() {
		return fault.Failed("votre cahier est encore vide : il n'y a rien à rendre", "Jouez d'abord une étape : `labo etape 1`.", nil)
	}
	home, err := homeOf(c)
	if err != nil {
		return err
	}
	joined, err := seat.Taken(home)
	if err != nil {
		return fault.Failed("labo n'a pas pu savoir si vous êtes dans une classe ("+fault.Cause(err)+")", "Vérifiez vos droits sur le dossier de labo.", err)
	}
	name := room.Clean(o.name, 24)
	if joined || name == "" {
		name = cmp.Or(seat.Pseudonym(home), name, room.DrawPseudonym())
	}
	data, err := book.HandedIn(name, time.Now())
	if err != nil {
		return err
	}
	if len(data) > notebook.MaxHandIn || room.CanHandIn(data) != nil {
		return fault.Failed("votre cahier est trop long pour être rendu ("+size(len(data))+")", "`labo cahier --export cahier.html` en fait une page à donner.", nil)
	}
	writeParagraph(c, "Ce qui est rendu, sous le pseudonyme « "+name+" » : vos prédictions, vos réponses écrites, les verdicts de vos programmes avec le nom de leur fichier. "+
		"Ce qui a été mesuré sur cette machine n'en est pas.")
	if !joined {
		file := handin.FileName(name)
		if err := writeExport(ctx, c, "labo cahier --rendre", file, o.force, data); err != nil {
			return err
		}
		writeParagraph(c, "Vous n'êtes dans aucune classe : votre cahier est dans « "+file+" » ("+size(len(data))+"), à donner à votre enseignant.")
		return nil
	}
	once, cancel := context.WithTimeout(ctx, handInFor)
	defer cancel()
	switch err := seat.HandIn(once, home, data); {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Failed("la classe n'a pas confirmé en "+text.Duration(handInFor),
			"Votre cahier attend : `labo rejoindre` le rendra dès que la classe répondra. Laissez-le ouvert.", err)
	case err != nil:
		return fault.Failed("votre cahier n'a pas pu être rendu ("+fault.Cause(err)+")", "Vérifiez vos droits sur le dossier de labo.", err)
	}
	writeParagraph(c, "Votre cahier est rendu : la classe l'a ("+size(len(data))+").")
	return nil
}

// writeParagraph writes a sentence of a result.
func writeParagraph(c *console, sentence string) {
	for _, l := range text.Paragraph(sentence, c.width()-2) {
		fmt.Fprintln(c.out, "  "+l)
	}
}
