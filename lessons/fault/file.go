package fault

import (
	"errors"
	"io/fs"
	"strconv"
	"syscall"

	"labo/probe/files"
)

// File says in French why a file cannot be read or written, as [Cause] does of
// anything.
func File(err error) string {
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
	case errors.Is(err, files.ErrTooLarge):
		return "ce fichier est bien trop grand pour en être un de labo"
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
	if number := Errno(err); number != "" {
		return "le système répond " + number
	}
	return Cause(err)
}

// diskFull are the system's errors that say so; the init of a system's file
// adds its own.
var diskFull = []error{syscall.ENOSPC}
