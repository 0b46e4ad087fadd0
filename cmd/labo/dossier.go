package main

import (
	"errors"
	"os"
	"strings"
	"syscall"

	"labo/lessons/cours"
	"labo/lessons/fault"
	"labo/lessons/projection"
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

// writeCourse writes labo's own texts into a new folder.
func writeCourse(c *console, dir string) error {
	err := cours.Write(dir)
	switch {
	case err == nil:
		writeHanging(c, "  → ", "Les textes et les notes de labo sont dans "+text.Visible(dir)+". Changez-les, puis jouez-les : `labo etape 1 --dossier "+text.Visible(dir)+"`. Un fichier que vous effacez redevient celui de labo.", 0)
		return nil
	case errors.Is(err, os.ErrExist):
		return fault.Failed("« "+text.Visible(dir)+" » existe déjà, et labo n'y touche pas", "Donnez le nom d'un dossier nouveau.", err)
	}
	return fault.Failed("le dossier « "+text.Visible(dir)+" » n'a pas pu être écrit : "+fault.File(err), "Vérifiez son nom et vos droits.", err)
}

// projectedFolder is the --dossier of the projection that goes on, "" for none.
func projectedFolder(s projection.Sight) string {
	if len(s.Live) == 0 {
		return ""
	}
	_, rest, ok := strings.Cut(s.Live[0].Options, " --dossier ")
	if !ok {
		return ""
	}
	dir, quoted := strings.CutPrefix(rest, "'")
	end := map[bool]string{false: " ", true: "'"}[quoted]
	dir, _, _ = strings.Cut(dir, end)
	if _, err := os.Stat(dir); err != nil {
		return "" // named from another folder: the screen says to give it
	}
	return dir
}

func courseHint(named bool) string {
	hint := "Corrigez cette ligne, puis relancez. La forme est décrite dans docs/professeur.md."
	if !named {
		hint += " Ce dossier est lu sans le demander : renommez-le pour vous en passer."
	}
	return hint
}
