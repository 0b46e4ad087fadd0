package atelier

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"labo/probe/files"
)

// kept is the file, in labo's home, that names the folder of the student's
// programs.
const kept = "atelier"

// Remember keeps where the student's programs are, for steps played elsewhere.
// Where nothing can be kept, nothing is: the current folder is looked at first.
func Remember(getenv func(string) string, dir string) {
	home, err := files.Home(runtime.GOOS, getenv)
	if err != nil {
		return
	}
	if dir, err = filepath.Abs(dir); err == nil && os.MkdirAll(home, 0o700) == nil {
		_ = files.Write(filepath.Join(home, kept), []byte(dir+"\n"), 0o600)
	}
}

// Find returns where a program of the student is, or would be: in the current
// folder, else in the one that was remembered, where one was. there is false
// where neither has it.
func Find(getenv func(string) string, name string) (path string, there bool) {
	here, err := filepath.Abs(name)
	if err != nil {
		return name, false
	}
	if isFile(here) {
		return here, true
	}
	home, err := files.Home(runtime.GOOS, getenv)
	if err != nil {
		return here, false
	}
	b, err := os.ReadFile(filepath.Join(home, kept))
	if dir := strings.TrimSpace(string(b)); err == nil && filepath.IsAbs(dir) {
		if path := filepath.Join(dir, name); isFile(path) || isFile(filepath.Join(dir, Programs[0])) {
			return path, isFile(path)
		}
	}
	return here, false
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Need writes a program with holes where there is none yet. Errors: those of the
// system.
func Need(path string) error {
	original, _ := Original(filepath.Base(path), false)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	_, err := writeNew(path, original)
	return err
}
