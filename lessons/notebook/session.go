package notebook

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"labo/lessons/record"
	"labo/lessons/scene"
	"labo/probe/files"
)

// Options are what a [Session] needs to know.
type Options struct {
	Getenv  func(string) string // usually [os.Getenv]
	Program string              // the release that is running
	Machine string              // what the measurements are made on, "" leaves it out
	// Tell receives French sentences, each at most once: why nothing is kept,
	// what could not be read of a damaged file. nil: they are dropped.
	Tell func(sentence string)
	Now  func() time.Time // nil: [time.Now]
}

// patience bounds how long a save waits for another labo to end its own.
var patience = 2 * time.Second

// Session records into a notebook. Whatever happens to its file, its methods
// work and the lesson goes on. It is used by one goroutine.
type Session struct {
	opt  Options
	path string // "" without a home
	book *Notebook

	pending []func(*Notebook) // what was recorded and is not in the file
	changed bool              // since the last save
	failing error             // the last save failed: why
	attempt []byte            // what the save that failed may have written all the same
	told    map[string]bool

	play *play // that goes on
}

// Open reads the notebook, as far as it can be read. It always returns a
// session, and changes nothing before something is recorded. Close it.
func Open(o Options) *Session {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	s := &Session{opt: o, book: &Notebook{}, told: map[string]bool{}}
	if path, err := Path(o.Getenv); err == nil {
		s.path = path
		s.book, _, _ = load(path) // what is wrong with it, the first save tells
	}
	return s
}

// Notebook returns what the session knows: the file as it was at the last save,
// with all that was recorded since. It must not be changed by the caller.
func (s *Session) Notebook() *Notebook { return s.book }

// Err returns why the last save failed, nil when it did not: [files.ErrNoHome], a
// [*NewerError] or an [*UnsavedError].
func (s *Session) Err() error { return s.failing }

// Close saves what is not yet, and returns [Session.Err].
func (s *Session) Close() error {
	if p := s.play; p != nil && p.run.Ended.IsZero() {
		p.run.Left, s.changed = record.Moment(s.opt.Now()), true
	}
	if s.changed {
		s.save(s.wait(patience / 4))
	}
	return s.failing
}

// Restart forgets what is kept of a step: --recommencer, once the reader has
// agreed. Where that cannot be saved, nothing is forgotten, and the error says
// why, as [Session.Err].
func (s *Session) Restart(step int) error {
	s.leave()
	before, at := s.book.Steps, len(s.pending)
	s.record(func(n *Notebook) {
		n.Steps = slices.DeleteFunc(slices.Clone(n.Steps), func(st *Step) bool { return st.Number == step })
	})
	if s.failing != nil {
		s.book.Steps, s.pending = before, s.pending[:at]
	}
	return s.failing
}

// Repair saves a notebook of which a part cannot be read, as any other save
// does, and returns what it left out: nil where there was no damage.
func (s *Session) Repair() (*DamagedError, error) { return s.write(patience) }

// record does something to the notebook: to what the session knows, and to
// what the file holds as soon as it can be saved.
func (s *Session) record(do func(*Notebook)) {
	do(s.book)
	s.pending = append(s.pending, do)
	s.save(s.wait(0))
}

// wait is how long to wait for another labo: again, where it was waited for and
// is still there.
func (s *Session) wait(again time.Duration) time.Duration {
	if _, held := errors.AsType[*files.HeldError](s.failing); held {
		return again
	}
	return patience
}

// save writes the notebook, and tells when it can no longer be written and
// when it can again.
func (s *Session) save(wait time.Duration) {
	s.changed = true
	was := s.failing
	damage, err := s.write(wait)
	s.failing = err
	if err != nil {
		s.tell(err)
		return
	}
	s.changed = false
	if damage != nil {
		s.tell(damage)
	}
	if was != nil {
		s.sayOnce("Votre cahier a de nouveau pu être enregistré, avec tout ce qui manquait.")
	}
}

// write applies what is pending to what the file holds now, which others may
// have written since. damage is what could not be read of it.
func (s *Session) write(wait time.Duration) (damage *DamagedError, err error) {
	if s.path == "" {
		return nil, files.ErrNoHome
	}
	lock, err := takeLock(s.path, s.opt.Now, wait)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	book, old, err := load(s.path)
	damage, isDamaged := errors.AsType[*DamagedError](err)
	if err != nil && !isDamaged {
		return nil, err
	}
	if s.attempt != nil && bytes.Equal(old, s.attempt) {
		s.pending = nil // the save that failed had failed after that
	}
	for _, do := range s.pending {
		do(book)
	}
	if s.play != nil {
		s.play.in(book)
	}
	if book.Begun.IsZero() {
		book.Begun = record.Moment(s.opt.Now())
	}
	book.Format, book.Program, book.Saved = book.format(), s.opt.Program, record.Moment(s.opt.Now())
	data, err := book.bytes()
	if err == nil && isDamaged {
		damage.Aside, err = setAside(filepath.Dir(s.path), old, s.opt.Now())
	}
	if err == nil {
		s.attempt = data
		err = files.Keep(s.path, data, fileMode)
	}
	if err != nil {
		return nil, &UnsavedError{Path: s.path, Err: err}
	}
	s.book, s.pending, s.attempt = book, nil, nil
	if old != nil && !isDamaged {
		// After the notebook, which goes before its copy on a disk that fills up.
		files.Tell(filepath.Join(filepath.Dir(s.path), pastName), old, fileMode)
	}
	return damage, nil
}

// takeLock makes the notebook's directory and takes its lock, for which it
// waits so long. The file is nil where nothing can be locked here.
func takeLock(path string, now func() time.Time, wait time.Duration) (*os.File, error) {
	home := filepath.Dir(path)
	if err := os.MkdirAll(home, dirMode); err != nil {
		return nil, &UnsavedError{Path: path, Err: err}
	}
	// Short pauses: whoever saves without end leaves the lock for a moment only.
	for limit := time.Now().Add(wait); ; time.Sleep(rand.N(2 * time.Millisecond)) {
		f, err := files.Take(filepath.Join(home, lockName), now())
		if err == nil {
			return f, nil
		}
		if _, held := errors.AsType[*files.HeldError](err); !held || time.Now().After(limit) {
			return nil, &UnsavedError{Path: path, Err: err}
		}
	}
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

func (s *Session) tell(err error) { s.sayOnce(Words(err)) }

func (s *Session) sayOnce(sentence string) {
	if !s.told[sentence] {
		s.told[sentence] = true
		s.opt.Tell(sentence)
	}
}

// Erase removes the notebook, and the copy of what it was before. Files that
// were set aside stay; their names are returned. The error is [files.ErrNoHome] or an
// [*UnsavedError]; that nothing was there is no error.
func Erase(getenv func(string) string, now time.Time) (left []string, err error) {
	path, err := Path(getenv)
	if err != nil {
		return nil, err
	}
	home := filepath.Dir(path)
	if _, err := os.Stat(home); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	lock, err := takeLock(path, func() time.Time { return now }, patience)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	for _, name := range []string{path, filepath.Join(home, pastName)} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, &UnsavedError{Path: name, Err: err}
		}
		files.Forget(name)
	}
	return asides(home), nil
}

// Tally is [Notebook.Tally] of what the session knows.
func (s *Session) Tally(step int, scenes []string) scene.Tally { return s.book.Tally(step, scenes) }
