package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Temp is a directory for what is worth nothing once this process has ended. It
// is ours alone (0700). Its lock stands beside it and ends with the process,
// however that ends: only a directory whose lock we made, and that nobody holds,
// is ever removed by a later [NewTemp].
type Temp struct {
	Dir  string
	lock *os.File // nil where nothing can be locked
}

const (
	tempFolder = "temp"
	runPrefix  = "run-"
	lockSuffix = ".lock"
)

// NewTemp makes a directory below the first private place that takes it, and
// removes there what labo left when it was killed. Close it. The error joins
// those of all places.
func NewTemp() (*Temp, error) {
	var failed error
	for _, base := range Places() {
		t, err := newTemp(filepath.Join(base, tempFolder))
		if err == nil {
			return t, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

// Places are the private directories for what can be made again, best first:
// labo's in the user's cache ([os.UserCacheDir]), else one of the user's own
// among the temporary ones. They may not exist: [Private] makes one.
func Places() []string {
	var places []string
	if cache, err := os.UserCacheDir(); err == nil && filepath.IsAbs(cache) {
		places = append(places, filepath.Join(cache, "labo"))
	}
	return append(places, filepath.Join(os.TempDir(), fmt.Sprintf("labo-%d", os.Getuid())))
}

// Private makes dir, in a directory of ours too, and fails where others may
// write in one of the two.
func Private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := oursAlone(d); err != nil {
			return err
		}
	}
	return nil
}

func newTemp(base string) (*Temp, error) {
	if err := Private(base); err != nil {
		return nil, err
	}
	sweep(base)
	const tries = 1000
	for i := 0; ; i++ {
		dir := filepath.Join(base, fmt.Sprintf("%s%d-%d", runPrefix, os.Getpid(), i))
		lock, err := Take(dir+lockSuffix, time.Now())
		if _, held := errors.AsType[*HeldError](err); (held || errors.Is(err, ErrForeign)) && i < tries {
			continue
		}
		if err != nil {
			return nil, err
		}
		t := &Temp{Dir: dir, lock: lock}
		if err := os.Mkdir(dir, 0o700); err != nil {
			os.Remove(dir + lockSuffix)
			t.unlock()
			if errors.Is(err, fs.ErrExist) && i < tries {
				continue
			}
			return nil, err
		}
		return t, nil
	}
}

// Close removes the directory. Where it cannot, a later [NewTemp] will.
func (t *Temp) Close() error {
	if err := os.RemoveAll(t.Dir); err != nil {
		t.unlock()
		return err
	}
	err := os.Remove(t.Dir + lockSuffix)
	t.unlock()
	if err != nil { // Windows removes no file that is open
		err = os.Remove(t.Dir + lockSuffix)
	}
	return err
}

func (t *Temp) unlock() {
	if t.lock != nil {
		t.lock.Close()
	}
}

// sweep removes the directories of base whose process has ended.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), lockSuffix)
		if !ok || !strings.HasPrefix(name, runPrefix) {
			continue
		}
		dir := filepath.Join(base, name)
		if lock, err := Inherit(dir + lockSuffix); err == nil {
			(&Temp{Dir: dir, lock: lock}).Close()
		}
	}
}
