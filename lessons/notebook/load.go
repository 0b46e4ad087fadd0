package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"labo/probe/files"
)

// Names and permissions of what the notebook puts in its directory.
const (
	fileName = "cahier.json"
	lockName = "cahier.lock"
	asideFor = "cahier-abime-" // and a date: a file that could not be read

	fileMode fs.FileMode = 0o600
	dirMode  fs.FileMode = 0o700
)

// maxFile bounds what is read, in bytes: a notebook that was bounded as it was
// written is far smaller.
const maxFile = 64 << 20

// DamagedError: the file is not a notebook. Aside is where it was put, ""
// where it still is at Path.
type DamagedError struct {
	Path  string
	Aside string
	Err   error
}

func (e *DamagedError) Error() string { return fmt.Sprintf("damaged notebook %s: %v", e.Path, e.Err) }
func (e *DamagedError) Unwrap() error { return e.Err }

// NewerError: the notebook was written by a release that changed the format.
type NewerError struct {
	Path   string
	Format string
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("notebook %s has the newer format %s", e.Path, e.Format)
}

// LockedError: another labo is writing the notebook.
type LockedError = files.HeldError

// UnsavedError: the notebook could not be read or written at Path.
type UnsavedError struct {
	Path string
	Err  error
}

func (e *UnsavedError) Error() string { return fmt.Sprintf("notebook %s: %v", e.Path, e.Err) }
func (e *UnsavedError) Unwrap() error { return e.Err }

// Path returns the file of the notebook, which may not exist; or [ErrNoHome].
func Path(getenv func(string) string) (string, error) {
	home, err := Home(runtime.GOOS, getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(home, fileName), nil
}

// Read returns the notebook as it was last saved, without locking or changing
// anything: an empty one where there is none yet. It is never nil. The error
// is [ErrNoHome], a [*DamagedError], a [*NewerError] (the notebook then holds
// what this release understands) or an [*UnsavedError].
func Read(getenv func(string) string) (*Notebook, error) {
	path, err := Path(getenv)
	if err != nil {
		return &Notebook{}, err
	}
	book, err := load(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return book, err
}

// load reads the file path. The notebook is never nil; the errors are those of
// [Read], and fs.ErrNotExist.
func load(path string) (*Notebook, error) {
	data, err := contents(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Notebook{}, err
	case errors.Is(err, errTooLarge):
		return &Notebook{}, &DamagedError{Path: path, Err: err}
	case err != nil:
		return &Notebook{}, &UnsavedError{Path: path, Err: err}
	}
	book, err := parse(data)
	if newer, ok := errors.AsType[*NewerError](err); ok {
		newer.Path = path
		return book, newer
	}
	if err != nil {
		return &Notebook{}, &DamagedError{Path: path, Err: err}
	}
	return book, nil
}

var errTooLarge = errors.New("larger than any notebook")

func contents(path string) ([]byte, error) {
	f, err := files.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		return nil, errTooLarge
	}
	return data, err
}

// parse reads a notebook. With a [*NewerError] it returns what it understood.
func parse(data []byte) (*Notebook, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors add it
	var head struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, err
	}
	major, _, ok := version(head.Format)
	if !ok {
		return nil, fmt.Errorf("no format (found %q)", head.Format)
	}
	var book Notebook
	err := json.Unmarshal(data, &book)
	if major > formatMajor {
		if err != nil {
			book = Notebook{Format: head.Format}
		}
		err = &NewerError{Format: head.Format}
	} else if err != nil {
		return nil, err
	}
	book.tidy()
	return &book, err
}

// tidy removes what only an edited file has: null where an object should be.
func (n *Notebook) tidy() {
	n.Steps, n.Judgements, n.Traces = without(n.Steps), without(n.Judgements), without(n.Traces)
	for _, s := range n.Steps {
		s.Scenes = without(s.Scenes)
		for _, sc := range s.Scenes {
			sc.Predictions, sc.Writings = without(sc.Predictions), without(sc.Writings)
		}
	}
}

func without[T any](in []*T) []*T {
	return slices.DeleteFunc(in, func(p *T) bool { return p == nil })
}

// setAside renames a damaged file to a name that nothing has. The caller holds
// the lock.
func setAside(path string, now time.Time) (aside string, err error) {
	dir, stamp := filepath.Dir(path), now.Format("2006-01-02-150405")
	for i := 1; ; i++ {
		aside = filepath.Join(dir, asideFor+stamp+".json")
		if i > 1 {
			aside = filepath.Join(dir, fmt.Sprintf("%s%s-%d.json", asideFor, stamp, i))
		}
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(path, aside)
		}
	}
}

// asides returns the damaged files that were set aside in a directory.
func asides(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var found []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), asideFor) {
			found = append(found, filepath.Join(dir, e.Name()))
		}
	}
	return found
}
