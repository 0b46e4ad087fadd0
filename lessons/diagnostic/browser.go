package diagnostic

import (
	"cmp"
	"os/exec"
	"path/filepath"
	"runtime"

	"labo/lessons/text"
)

// browser looks for what opens an address in a browser. It opens nothing: that
// a page would then be shown is not said.
func browser(getenv func(string) string) Finding {
	const copied = "Ouvrez votre navigateur vous-même, et copiez-y l'adresse que labo écrit."
	f := Finding{ID: "browser", Subject: "navigateur", Level: Limited, Remedy: copied}
	opener := cmp.Or(map[string]string{"darwin": "open", "windows": "rundll32"}[runtime.GOOS], "xdg-open")
	path, err := exec.LookPath(opener)
	switch {
	case err != nil:
		f.Said = "labo ne trouve pas " + opener + ", qui ouvre une adresse"
	case opener == "xdg-open" && getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "":
		f.Said = text.Visible(path) + " est là, mais pas de bureau (ni DISPLAY ni WAYLAND_DISPLAY)"
		f.Remedy = "Ouvrez l'adresse que labo écrit dans le navigateur d'une session graphique de cette machine."
	default:
		f.Level, f.Remedy = Fine, ""
		f.Said = text.Visible(filepath.Base(path)) + " ouvre une adresse avec le navigateur que vous avez choisi ; labo n'en a ouvert aucun pour le savoir"
	}
	return f
}
