// Package projection lets a second terminal know where a lesson in projection
// is: `labo etape N --projection` writes it to a small file ([Projector]),
// `labo notes` reads it ([Look], [Follower]).
//
// The files are in a directory of their own beside the notebook: for each
// projection NAME.json, what is known of it, replaced whole at each change, and
// NAME.lock, locked as long as the projector lives: it ends with the process,
// even killed. Both are removed at the end. Only files: no socket, no goroutine
// and no open connection, for the lesson counts those of this process.
package projection

import (
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"labo/lessons/scene"
	"labo/probe/files"
)

// State is what a projector tells.
type State struct {
	Format int
	PID    int
	Locked bool // its file is locked: else only its pid tells that it lives
	Status
	Past []Play // the scenes that were left, in that order, the latest last

	name string // of its files
}

// format is that of the file: another is another release's.
const format = 3

// Play is a scene that was played, or left on the way.
type Play struct {
	Head         scene.Head
	Begun, Ended time.Time
}

// maxPast bounds what is told of the past, in plays: more than any class sees.
const maxPast = 500

// same reports whether both are states of one projection.
func (s *State) same(other *State) bool {
	return s.name == other.name && s.Started.Equal(other.Started)
}

// take makes the state tell a new status.
func (s *State) take(status Status) {
	if !s.Begun.IsZero() && !status.Begun.Equal(s.Begun) {
		s.Past = append(s.Past, Play{Head: s.Head, Begun: s.Begun, Ended: status.Begun})
		s.Past = slices.Clone(s.Past[max(0, len(s.Past)-maxPast):])
	}
	s.Status = status
}

// Names and permissions.
const (
	folder     = "projection"
	stateEnd   = ".json"
	lockEnd    = ".lock"
	fileMode   = fs.FileMode(0o600)
	folderMode = fs.FileMode(0o700)
)

// Folder returns the directory of the files, which may not exist. The error is
// [files.ErrNoHome].
func Folder(getenv func(string) string) (string, error) {
	home, err := files.Home(runtime.GOOS, getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(home, folder), nil
}
