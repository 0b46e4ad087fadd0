package notebook

import (
	"errors"

	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe/files"
)

// PassedWords says that questions were passed, after what was done: ", 2
// questions passées"; "" for none.
func PassedWords(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + text.Plural(n, "question passée")
}

// Words says in French, in one sentence or two, what an error of this package
// means for the reader. They are written with plain spaces, for [text.Prose].
func Words(err error) string {
	if e, ok := errors.AsType[*NewerError](err); ok {
		return "Votre cahier a été écrit par une version plus récente de labo (format " + text.Visible(e.Format) +
			") : celle-ci le lit sans y toucher, et rien n'y est ajouté."
	}
	if e, ok := errors.AsType[*DamagedError](err); ok {
		what, remedy := e.Words()
		return what + " " + remedy
	}
	if errors.Is(err, files.ErrNoHome) {
		return "Rien n'est gardé dans votre cahier : ce système ne dit pas où sont vos fichiers (ni HOME, ni LABO_HOME)."
	}
	if e, ok := errors.AsType[*UnsavedError](err); ok {
		return "Rien n'est gardé dans votre cahier pour l'instant : " + fault.File(e.Err) + " (" + text.Visible(e.Path) + ")."
	}
	return "Rien n'est gardé dans votre cahier : " + fault.File(err) + "."
}
