// Package atelier writes the student's starting files: the four programs of
// the sheet, with holes to fill or whole, and a page that says what to do with
// them. It never overwrites.
package atelier

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

//go:embed fichiers
var embedded embed.FS

// Names are the files of the workshop, in the order of the sheet.
var Names = []string{"serveur.py", "client.py", "serveur2.py", "client2.py", "LISEZMOI.txt"}

// Original returns the content of a file of the workshop, with holes to fill or,
// complete, as the sheet has it; false where there is none of that name.
func Original(name string, complete bool) ([]byte, bool) {
	return OriginalOn(runtime.GOOS, name, complete)
}

// OriginalOn is [Original] for a student on another system, by runtime.GOOS.
func OriginalOn(goos, name string, complete bool) ([]byte, bool) {
	b, err := embedded.ReadFile("fichiers/" + name)
	if grown := Grown(name, 0, Port); grown != "" && !complete {
		return inWordsOf(goos, []byte(grown)), true
	}
	return inWordsOf(goos, b), err == nil
}

// inWordsOf returns a file with the words of a system: on Windows, the sheet's
// python, and its own key for the end of input.
func inWordsOf(goos string, b []byte) []byte {
	if goos == "windows" {
		b = bytes.ReplaceAll(b, []byte("python3 "), []byte("python "))
		b = bytes.ReplaceAll(b, []byte("Ctrl+D"), []byte("Ctrl+Z puis Entrée"))
	}
	return b
}

// untouched reports whether that is what labo writes in a file of that name.
func untouched(name string, content []byte) bool {
	for _, complete := range []bool{false, true} {
		if original, ok := Original(name, complete); ok && bytes.Equal(content, original) {
			return true
		}
	}
	return false
}

// Outcome is what became of a file.
type Outcome uint8

const (
	Created   Outcome = iota // it was not there
	Unchanged                // it is there, as labo wrote it
	Other                    // it is there, as labo wrote it: with holes where it was to be complete, or the reverse
	Kept                     // it is there, and is the student's: left alone
)

// File is one file of the workshop in a folder.
type File struct {
	Name    string
	Outcome Outcome
}

// Write puts the files into a folder, which it makes when needed: with holes, or
// complete. A file that is there stays as it is. Errors: those of the system; the
// files written before stay.
func Write(dir string, complete bool) ([]File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var files []File
	for _, name := range Names {
		original, _ := Original(name, complete)
		outcome, err := writeNew(filepath.Join(dir, name), original)
		if err != nil {
			return files, err
		}
		files = append(files, File{name, outcome})
	}
	return files, nil
}

// writeNew writes a file that is not there.
func writeNew(path string, content []byte) (Outcome, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		switch now, err := os.ReadFile(path); {
		case err == nil && bytes.Equal(now, content):
			return Unchanged, nil
		case err == nil && untouched(filepath.Base(path), now):
			return Other, nil
		}
		return Kept, nil
	}
	if err != nil {
		return 0, err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path) // half a file would be kept for ever
		return 0, err
	}
	return Created, nil
}

// maxCopies bounds the names tried for the copy of a file.
const maxCopies = 1000

// errCopies says that no name was left for the copy of a file.
var errCopies = errors.New("no free name for a copy")

// Restore writes a file of the workshop anew, with its holes or complete. The one that is there is first
// renamed, to "serveur.py.ancien" or "serveur.py.ancien-2"…: copy is its new
// name, "" when there was none. Errors: fs.ErrNotExist for a name that is not
// of the workshop, [errCopies], and those of the system.
func Restore(path string, complete bool) (copy string, err error) {
	original, ok := Original(filepath.Base(path), complete)
	if !ok {
		return "", fmt.Errorf("%s: %w", filepath.Base(path), fs.ErrNotExist)
	}
	if _, err := os.Lstat(path); err == nil {
		if copy, err = setAside(path); err != nil {
			return "", err
		}
	}
	_, err = writeNew(path, original)
	return copy, err
}

// setAside gives a file a name that nothing has.
func setAside(path string) (string, error) {
	for n := 1; n <= maxCopies; n++ {
		name := path + ".ancien"
		if n > 1 {
			name = fmt.Sprintf("%s.ancien-%d", path, n)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(path, name)
		}
	}
	return "", errCopies
}
