package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"labo/probe/files"
)

// Options are what a [Session] needs to know.
type Options struct {
	Getenv  func(string) string // usually [os.Getenv]
	Program string              // the release that is running
	Machine string              // what the measurements are made on, "" leaves it out
	// Tell receives French sentences, each at most once: why nothing is kept,
	// what became of a damaged file. nil: they are dropped.
	Tell func(sentence string)
	Now  func() time.Time // nil: [time.Now]
}

// Session is a notebook open for recording. Whatever happens to its file, its
// methods work and the lesson goes on. It is used by one goroutine.
type Session struct {
	opt  Options
	path string
	book *Notebook
	lock *os.File

	blocked error // nothing will be saved: why
	failing error // the last save failed: why
	told    map[string]bool
	changed bool // since the last save

	scene *Scene // that was begun last
	run   *Run   // its play that goes on
}

// Open opens the notebook, takes its lock, and reads it. It always returns a
// session; where nothing can be saved, [Options].Tell has heard why. Close it.
func Open(o Options) *Session {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	s := &Session{opt: o, book: &Notebook{}, told: map[string]bool{}}
	if err := s.open(); err != nil {
		s.blocked = err
		s.tell(err)
	}
	if s.book.Begun.IsZero() {
		s.book.Begun = moment(o.Now())
	}
	return s
}

// open returns why nothing will be saved. It reads the notebook all the same
// where it can be read.
func (s *Session) open() error {
	home, err := Home(runtime.GOOS, s.opt.Getenv)
	if err != nil {
		return err
	}
	s.path = filepath.Join(home, fileName)
	closed := s.takeLock(home)
	book, err := load(s.path)
	s.book = book
	if closed != nil {
		return closed
	}
	damaged, isDamaged := errors.AsType[*DamagedError](err)
	switch {
	case isDamaged:
		damaged.Aside, err = setAside(s.path, s.opt.Now())
		if err != nil {
			damaged.Aside = ""
			return &UnsavedError{Path: s.path, Err: errors.Join(damaged, err)}
		}
		s.tell(damaged)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

func (s *Session) takeLock(home string) error {
	if err := os.MkdirAll(home, dirMode); err != nil {
		return &UnsavedError{Path: home, Err: err}
	}
	f, err := files.Take(filepath.Join(home, lockName), s.opt.Now())
	if err != nil {
		if _, ok := errors.AsType[*LockedError](err); ok {
			return err
		}
		return &UnsavedError{Path: home, Err: err}
	}
	s.lock = f
	return nil
}

// Notebook returns what the session knows, as it changes. It must not be
// changed by the caller.
func (s *Session) Notebook() *Notebook { return s.book }

// Err returns why nothing is saved at present, nil when all is: [ErrNoHome], a
// [*LockedError], a [*NewerError] or an [*UnsavedError].
func (s *Session) Err() error {
	if s.blocked != nil {
		return s.blocked
	}
	return s.failing
}

// Close saves what is not yet, and lets others open the notebook.
func (s *Session) Close() error {
	if s.changed {
		s.save()
	}
	if s.lock == nil {
		return nil
	}
	f := s.lock
	s.lock, s.blocked = nil, fs.ErrClosed
	return f.Close()
}

// Restart forgets what is kept of a step: --recommencer, once the reader has
// agreed. Where that cannot be saved, nothing is forgotten, and the error says
// why, as [Session.Err].
func (s *Session) Restart(step int) error {
	if s.blocked != nil {
		return s.blocked
	}
	before := s.book.Steps
	s.book.Steps = slices.DeleteFunc(slices.Clone(before), func(st *Step) bool { return st.Number == step })
	s.scene, s.run = nil, nil
	s.save()
	if s.failing != nil {
		s.book.Steps = before
	}
	return s.failing
}

// save writes the notebook, and tells when it can no longer be written and
// when it can again.
func (s *Session) save() {
	s.changed = true
	if s.blocked != nil {
		return
	}
	err := s.write()
	recovered := s.failing != nil && err == nil
	s.failing = nil
	if err != nil {
		s.failing = &UnsavedError{Path: s.path, Err: err}
		s.tell(s.failing)
		return
	}
	s.changed = false
	if recovered {
		s.sayOnce("Votre cahier a de nouveau pu être enregistré, avec tout ce qui manquait.")
	}
}

func (s *Session) write() error {
	s.book.Format = s.book.format()
	s.book.Program, s.book.Saved = s.opt.Program, moment(s.opt.Now())
	data, err := s.book.bytes()
	if err != nil {
		return err
	}
	err = files.Keep(s.path, data, fileMode)
	if errors.Is(err, fs.ErrNotExist) { // the directory was removed meanwhile
		if err = os.MkdirAll(filepath.Dir(s.path), dirMode); err == nil {
			err = files.Keep(s.path, data, fileMode)
		}
	}
	return err
}

// format is the one to write: ours, or that of a newer release whose fields
// are in the notebook.
func (n *Notebook) format() string {
	minor := formatMinor
	if major, m, ok := version(n.Format); ok && major == formatMajor {
		minor = max(minor, m)
	}
	return fmt.Sprintf("%d.%d", formatMajor, minor)
}

// bytes returns the content of the file.
func (n *Notebook) bytes() ([]byte, error) {
	dense, err := plainJSON(n)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, dense, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (s *Session) tell(err error) { s.sayOnce(Words(err)) }

func (s *Session) sayOnce(sentence string) {
	if !s.told[sentence] {
		s.told[sentence] = true
		s.opt.Tell(sentence)
	}
}

// Erase removes the notebook. Files that were set aside stay; their names are
// returned. The error is [ErrNoHome], a [*LockedError] or an [*UnsavedError];
// that nothing was there is no error.
func Erase(getenv func(string) string, now time.Time) (left []string, err error) {
	path, err := Path(getenv)
	if err != nil {
		return nil, err
	}
	home := filepath.Dir(path)
	if _, err := os.Stat(home); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	s := &Session{opt: Options{Now: func() time.Time { return now }}}
	if err := s.takeLock(home); err != nil {
		return nil, err
	}
	defer s.Close()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &UnsavedError{Path: path, Err: err}
	}
	files.Forget(path)
	return asides(home), nil
}
