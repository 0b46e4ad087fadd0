package notebook

import (
	"errors"
	"io/fs"
	"strconv"
	"syscall"

	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe/files"
)

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
		return "Rien n'est gardé dans votre cahier pour l'instant : " + Cause(e.Err) + " (" + text.Visible(e.Path) + ")."
	}
	return "Rien n'est gardé dans votre cahier : " + Cause(err) + "."
}

// Cause says in French why the system refused something.
func Cause(err error) string {
	for _, full := range diskFull {
		if errors.Is(err, full) {
			return "le disque est plein"
		}
	}
	if _, ok := errors.AsType[*files.NotRegularError](err); ok {
		return "ce qui porte ce nom n'est pas un fichier ordinaire à vous (un tube, un lien d'un autre)"
	}
	if e, ok := errors.AsType[*files.HeldError](err); ok {
		who := "un autre labo"
		if e.PID > 0 {
			who += " (processus " + strconv.Itoa(e.PID) + ")"
		}
		return who + " y écrit, et n'a pas fini"
	}
	switch {
	case errors.Is(err, errTooLarge):
		return "ce fichier est bien trop grand pour un cahier"
	case errors.Is(err, files.ErrForeign):
		return "ce fichier de verrou n'a pas été fait par labo, qui n'y touche pas"
	case errors.Is(err, syscall.ENXIO):
		return "personne ne lit ce tube"
	case errors.Is(err, syscall.EDQUOT):
		return "votre quota de place sur le disque est atteint"
	case errors.Is(err, syscall.EROFS):
		return "ce disque est en lecture seule"
	case errors.Is(err, fs.ErrPermission):
		return "vous n'avez pas le droit d'écrire là"
	case errors.Is(err, syscall.ENOTDIR):
		return "un fichier occupe la place d'un dossier"
	case errors.Is(err, syscall.EISDIR):
		return "un dossier occupe la place du fichier"
	case errors.Is(err, fs.ErrNotExist):
		return "le dossier n'existe pas"
	}
	if number := fault.Errno(err); number != "" {
		return "le système répond " + number
	}
	return fault.Cause(err)
}

// diskFull are the system's errors that say so; the init of a system's file
// adds its own.
var diskFull = []error{syscall.ENOSPC}
