package projection

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"labo/lessons/fault"
	"labo/probe/files"
)

// Projector tells where a lesson is. Whatever happens to its files, the lesson
// goes on.
type Projector struct {
	dir   string
	lock  *os.File // nil where nothing can be locked
	state State
	fault error // why nothing can be told
	said  bool  // and this was said
}

// New returns a projector for this user's second terminal. Close it.
func New(getenv func(string) string) *Projector {
	p := &Projector{}
	p.fault = p.open(getenv)
	return p
}

func (p *Projector) open(getenv func(string) string) (err error) {
	if p.dir, err = Folder(getenv); err != nil {
		return err
	}
	sweep(p.dir)
	const tries = 100
	for i := range tries {
		name := fmt.Sprint(os.Getpid())
		if i > 0 { // a process of another container may have the same number
			name += fmt.Sprint("-", i)
		}
		if err = os.MkdirAll(p.dir, folderMode); err != nil { // each time: another projector may have removed it
			return err
		}
		p.lock, err = files.Take(filepath.Join(p.dir, name+lockEnd), time.Now())
		if err == nil {
			p.state = State{Format: format, PID: os.Getpid(), Locked: p.lock != nil, name: name}
			return nil
		}
		if _, held := errors.AsType[*files.HeldError](err); !held && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// Tell is the projector's [screen.Teller]. Why nothing can be told is said once.
func (p *Projector) Tell(status Status) (notice string) {
	p.state.take(status)
	err := p.fault
	if err == nil {
		err = p.write()
	}
	if err == nil || p.said {
		return ""
	}
	p.said = true
	return "labo notes ne suivra pas : " + reason(err) + "." // short: it stands in one line, before the class
}

func (p *Projector) write() error {
	data, err := json.Marshal(&p.state)
	if err != nil {
		return err
	}
	return files.Tell(filepath.Join(p.dir, p.state.name+stateEnd), data, fileMode)
}

// Close takes back all that was told.
func (p *Projector) Close() {
	if p.state.name == "" {
		return
	}
	p.fault = fs.ErrClosed
	remove(filepath.Join(p.dir, p.state.name), p.lock)
	os.Remove(p.dir) // unless another is in it
}

// remove removes the files of a projector, and ends its lock. The lock is ended
// last, where a file that is open can be removed: whoever waits for it then
// finds that it is gone.
func remove(path string, lock *os.File) {
	os.Remove(path + stateEnd)
	files.Forget(path + stateEnd)
	err := os.Remove(path + lockEnd)
	if lock != nil {
		lock.Close()
	}
	if err != nil {
		os.Remove(path + lockEnd)
	}
}

// sweep removes what projectors that were killed have left.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), lockEnd)
		if !ok {
			continue
		}
		if lock, err := files.Inherit(filepath.Join(dir, name+lockEnd)); err == nil {
			remove(filepath.Join(dir, name), lock)
		}
	}
}

// reason says in French why files cannot be written or read.
func reason(err error) string {
	if errors.Is(err, files.ErrNoHome) {
		return "ni HOME ni LABO_HOME ne dit où écrire"
	}
	return fault.File(err)
}
