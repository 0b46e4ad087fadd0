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
		f.Said = text.Visible(filepath.Base(path)) + " est là ; DISPLAY et WAYLAND_DISPLAY sont vides : pas de bureau"
		f.Remedy = "Ouvrez vous-même l'adresse que labo écrit, depuis une session graphique."
	default:
		f.Level, f.Remedy = Fine, ""
		f.Said = text.Visible(filepath.Base(path)) + " est là pour l'ouvrir ; labo ne l'a pas essayé"
	}
	return f
}
