package projection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"labo/lessons/text"
	"labo/probe"
	"labo/probe/files"
)

// Sight is what can be seen of projections at one moment.
type Sight struct {
	At     time.Time
	Live   []*State // those that go on, the one begun last first
	Killed []*State // those whose projector is gone and could not take back what it told
	Err    error    // a [*BlindError] where not all could be seen
}

// Same reports whether nothing is seen to have changed since other, in whole
// seconds of the clock.
func (s Sight) Same(other Sight) bool {
	second := s.At.Unix() == other.At.Unix()
	s.At, other.At = time.Time{}, time.Time{}
	return second && reflect.DeepEqual(s, other)
}

// maxFile bounds what is read of a file, in bytes.
const maxFile = 1 << 20

// OtherReleaseError: a projector of another release of labo tells what this one
// does not understand.
type OtherReleaseError struct{ Format int }

func (e *OtherReleaseError) Error() string {
	return fmt.Sprintf("projection told in format %d", e.Format)
}

// BlindError: what is projected could not be seen, or not all of it.
type BlindError struct{ Err error }

func (e *BlindError) Error() string { return "cannot see projections: " + e.Err.Error() }
func (e *BlindError) Unwrap() error { return e.Err }

// Words says in French why projections cannot be seen.
func Words(err error) string {
	if _, ok := errors.AsType[*OtherReleaseError](err); ok {
		return "Une projection est faite par une autre version de labo : lancez-la avec celle-ci."
	}
	where := ""
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		where = " (" + text.Visible(e.Path) + ")"
	}
	why := reason(err)
	if errors.Is(err, fs.ErrPermission) {
		why = "vous n'avez pas le droit de lire là"
	}
	return "labo ne voit pas les projections : " + why + where + "."
}

// Look returns what can be seen now. It changes nothing.
func Look(ctx context.Context, getenv func(string) string) Sight {
	s := Sight{At: time.Now()}
	dir, err := Folder(getenv)
	if err != nil {
		s.Err = &BlindError{err}
		return s
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Err = &BlindError{err}
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), stateEnd)
		if !ok || strings.HasPrefix(name, ".") {
			continue
		}
		state, err := read(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it ended meanwhile
		}
		if err != nil {
			if alive, _ := files.Held(filepath.Join(dir, name+lockEnd)); alive {
				s.Err = &BlindError{err}
			}
			continue
		}
		state.name = name
		if lives(ctx, dir, state) {
			s.Live = append(s.Live, state)
		} else if _, err := os.Lstat(filepath.Join(dir, e.Name())); err == nil { // not taken back meanwhile
			s.Killed = append(s.Killed, state)
		}
	}
	slices.SortFunc(s.Live, func(a, b *State) int { return b.Started.Compare(a.Started) })
	return s
}

// lives reports whether the projector of a state still lives.
func lives(ctx context.Context, dir string, s *State) bool {
	if s.Locked {
		held, err := files.Held(filepath.Join(dir, s.name+lockEnd))
		if !errors.Is(err, errors.ErrUnsupported) {
			return held
		}
	}
	p, err := probe.Process(ctx, s.PID)
	return err == nil && !p.StartedAt.Or(s.Started).After(s.Started.Add(10*time.Second)) // else another has its number
}

func read(path string) (*State, error) {
	data, err := files.Read(path, maxFile)
	if err != nil {
		return nil, err
	}
	var s State
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	if s.Format != format {
		return nil, &OtherReleaseError{s.Format}
	}
	s.clean()
	return &s, nil
}

// clean makes what was read fit to be shown: the file is somebody's.
func (s *State) clean() {
	for _, p := range []*string{&s.Head.ID, &s.Head.Title, &s.Head.StepTitle, &s.Page, &s.Options, (*string)(&s.Waiting)} {
		*p = text.Visible(*p)
	}
	for i := range s.Past {
		for _, p := range []*string{&s.Past[i].Head.ID, &s.Past[i].Head.Title, &s.Past[i].Head.StepTitle} {
			*p = text.Visible(*p)
		}
	}
	for _, lines := range [][]string{s.Wall, s.Coming} {
		for i := range lines {
			lines[i] = text.Visible(lines[i])
		}
	}
	if s.Vote != nil {
		s.Vote.clean()
	}
}
