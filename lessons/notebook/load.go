package notebook

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"

	"labo/probe/files"
)

// Names and permissions of what the notebook puts in its directory.
const (
	fileName = "cahier.json"
	lockName = "cahier.lock"
	pastName = "cahier.json.avant" // what the last save replaced
	asideFor = "cahier-abime-"     // and a date: a file of which a part could not be read

	fileMode fs.FileMode = 0o600
	dirMode  fs.FileMode = 0o700
)

// maxFile bounds what is read, in bytes: a notebook that was bounded as it was
// written is far smaller.
const maxFile = 64 << 20

// NewerError: the notebook was written by a release that changed the format.
type NewerError struct {
	Path   string
	Format string
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("notebook %s has the newer format %s", e.Path, e.Format)
}

// UnsavedError: the notebook could not be read or written at Path.
type UnsavedError struct {
	Path string
	Err  error
}

func (e *UnsavedError) Error() string { return fmt.Sprintf("notebook %s: %v", e.Path, e.Err) }
func (e *UnsavedError) Unwrap() error { return e.Err }

// Path returns the file of the notebook, which may not exist; or [files.ErrNoHome].
func Path(getenv func(string) string) (string, error) {
	home, err := files.Home(runtime.GOOS, getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(home, fileName), nil
}

// Read returns the notebook as it was last saved, without locking or changing
// anything: an empty one where there is none yet. It is never nil. The error
// is [files.ErrNoHome], a [*DamagedError] or a [*NewerError] (the notebook then holds
// what could be read, or what this release understands) or an [*UnsavedError].
func Read(getenv func(string) string) (*Notebook, error) {
	path, err := Path(getenv)
	if err != nil {
		return &Notebook{}, err
	}
	book, _, err := load(path)
	return book, err
}

// load reads the file path, which may not exist (data is then nil). The
// notebook is never nil; the errors are those of [Read].
func load(path string) (book *Notebook, data []byte, err error) {
	data, err = files.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &Notebook{}, nil, nil
	}
	if err != nil {
		return &Notebook{}, nil, &UnsavedError{Path: path, Err: err}
	}
	book, damage, err := parse(data)
	if newer, ok := errors.AsType[*NewerError](err); ok {
		newer.Path = path
	}
	if damage == nil {
		return book, data, err
	}
	damage.Path = path
	if damage.cut {
		past, err := files.Read(filepath.Join(filepath.Dir(path), pastName), maxFile)
		if old, damaged, newer := parse(past); err == nil && damaged == nil && newer == nil && len(past) >= len(data) {
			book, damage.restored = old, true
		}
	}
	return book, data, damage
}
