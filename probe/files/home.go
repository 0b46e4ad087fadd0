package files

import (
	"errors"
	"path/filepath"
)

// ErrNoHome: the environment does not say where this user's files are.
var ErrNoHome = errors.New("no home directory")

// folder is labo's directory in the user's data directory.
const folder = "labo"

// Home returns the directory of what labo keeps for good (the notebook), as the system goos wants it:
//
//   - LABO_HOME itself, on every system;
//   - Windows: %LocalAppData%\labo, else %AppData%\labo;
//   - macOS: ~/Library/Application Support/labo;
//   - elsewhere: $XDG_DATA_HOME/labo, else ~/.local/share/labo (XDG Base
//     Directory Specification, which says to ignore a relative path).
//
// It touches no file. The error is [ErrNoHome], or that of [filepath.Abs].
func Home(goos string, getenv func(string) string) (string, error) {
	if dir := getenv("LABO_HOME"); dir != "" {
		return filepath.Abs(dir)
	}
	under := func(dir string, rest ...string) (string, error) {
		return filepath.Join(append([]string{dir}, append(rest, folder)...)...), nil
	}
	if goos == "windows" {
		for _, name := range []string{"LocalAppData", "AppData"} {
			if dir := getenv(name); dir != "" {
				return under(dir)
			}
		}
		return "", ErrNoHome
	}
	home := getenv("HOME")
	if goos == "darwin" {
		if home == "" {
			return "", ErrNoHome
		}
		return under(home, "Library", "Application Support")
	}
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return under(dir)
	}
	if home == "" {
		return "", ErrNoHome
	}
	return under(home, ".local", "share")
}
