package notebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// lockFile locks f for this process alone, without waiting, until f is closed
// or the process ends, however it ends. It returns errHeld where another
// process has the lock, and [errors.ErrUnsupported] where the system or the
// file system has none. It is set by the init of a system's file.
var lockFile = func(*os.File) error { return errors.ErrUnsupported }

var errHeld = errors.New("lock held")

// LockedError: another labo is writing the notebook.
type LockedError struct {
	PID   int       // 0 where it is not known
	Since time.Time // zero where it is not known
}

func (e *LockedError) Error() string { return fmt.Sprintf("notebook held by process %d", e.PID) }

// holder is what the lock file says of who has the lock.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// lock takes the notebook's lock. The file it returns holds the lock while it
// is open; it is nil, without error, where nothing can be locked here. The
// error is a [*LockedError] or that of the file.
func lock(path string, now time.Time) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
		if err != nil {
			return nil, err
		}
		switch err := lockFile(f); {
		case errors.Is(err, errors.ErrUnsupported):
			return nil, f.Close()
		case errors.Is(err, errHeld):
			defer f.Close()
			return nil, heldBy(f)
		case err != nil:
			return nil, errors.Join(err, f.Close())
		}
		if same(f, path) {
			sign(f, now)
			return f, nil
		}
		f.Close() // somebody removed the file meanwhile: lock the new one
	}
}

// same reports whether path still names the open file f.
func same(f *os.File, path string) bool {
	a, errA := f.Stat()
	b, errB := os.Stat(path)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

// sign writes who has the lock. Who cannot write it (a full disk) has it all
// the same.
func sign(f *os.File, now time.Time) {
	b, err := json.Marshal(holder{PID: os.Getpid(), Since: moment(now)})
	if err == nil && f.Truncate(0) == nil {
		f.WriteAt(append(b, '\n'), 0)
	}
}

// heldBy reads who has the lock.
func heldBy(f *os.File) *LockedError {
	var h holder
	b, err := io.ReadAll(io.LimitReader(f, 1<<10))
	if err != nil || json.Unmarshal(b, &h) != nil || h.PID < 0 {
		return &LockedError{}
	}
	return &LockedError{PID: h.PID, Since: h.Since}
}
