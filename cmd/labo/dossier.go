package main

import (
	"errors"
	"os"
	"syscall"

	"labo/lessons/cours"
	"labo/lessons/fault"
	"labo/lessons/text"
)

// useCourse lays a teacher's own text over labo's: that of the folder named, else
// of labo's home where there is one. It comes before anything is read.
func useCourse(c *console, dir string) error {
	named := dir != ""
	if !named {
		if dir = cours.Home(c.getenv); dir == "" {
			return nil
		}
	}
	err := cours.Use(dir)
	switch wrong, ok := errors.AsType[*cours.Fault](err); {
	case err == nil:
		return nil
	case ok:
		return fault.Failed(text.Visible(wrong.Words()), courseHint(named), err)
	case errors.Is(err, os.ErrNotExist):
		return fault.Failed("le dossier « "+text.Visible(dir)+" » n'existe pas", "Vérifiez son nom, et le dossier où vous êtes.", err)
	case errors.Is(err, syscall.ENOTDIR):
		return fault.Failed("« "+text.Visible(dir)+" » est un fichier", "Donnez le dossier où il est.", err)
	}
	return fault.Failed("le dossier « "+text.Visible(dir)+" » ne peut pas être lu : "+fault.File(err), "Vérifiez ses droits.", err)
}

func courseHint(named bool) string {
	hint := "Corrigez cette ligne, puis relancez. La forme est décrite dans docs/professeur.md."
	if !named {
		hint += " Ce dossier est lu sans le demander : renommez-le pour vous en passer."
	}
	return hint
}
