package diagnostic

import (
	"os/exec"
	"path/filepath"
	"runtime"

	"labo/lessons/text"
)

// Opener is the command that opens an address in the browser of this system's
// user.
func Opener(address string) []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open", address}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}
	}
	return []string{"xdg-open", address}
}

// NoDesktop reports whether no browser can be shown: neither X nor Wayland is
// told of, on a system where a desktop is one of them.
func NoDesktop(getenv func(string) string) bool {
	return Opener("")[0] == "xdg-open" && getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == ""
}

// browser looks for what opens an address in a browser. It opens nothing: that
// a page would then be shown is not said.
func browser(getenv func(string) string) Finding {
	const copied = "Ouvrez votre navigateur vous-même, et copiez-y l'adresse que labo écrit."
	f := Finding{ID: "browser", Subject: "navigateur", Level: Limited, Remedy: copied}
	opener := Opener("")[0]
	path, err := exec.LookPath(opener)
	switch {
	case err != nil:
		f.Said = "labo ne trouve pas " + opener + ", qui ouvre une adresse"
	case NoDesktop(getenv):
		f.Said = text.Visible(path) + " est là, mais pas de bureau (ni DISPLAY ni WAYLAND_DISPLAY)"
		f.Remedy = "Ouvrez l'adresse que labo écrit dans le navigateur d'une session graphique de cette machine."
	default:
		f.Level, f.Remedy = Fine, ""
		f.Said = text.Visible(filepath.Base(path)) + " ouvre une adresse avec le navigateur que vous avez choisi ; labo n'en a ouvert aucun pour le savoir"
	}
	return f
}
