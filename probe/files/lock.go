package files

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// lockFile locks f for this process alone, without waiting, until f is closed
// or the process ends, however it ends. It returns errHeld where another
// process has the lock, and [errors.ErrUnsupported] where the system or the
// file system has none. It is set by the init of a system's file.
var lockFile = func(*os.File) error { return errors.ErrUnsupported }

var errHeld = errors.New("lock held")

// ErrForeign: the file is not a lock that labo made. It is as it was.
var ErrForeign = errors.New("not a lock file of labo")

// fileMode is the permissions of a lock file.
const fileMode fs.FileMode = 0o600

// HeldError: another has the lock.
type HeldError struct {
	PID   int       // 0 where it is not known
	Since time.Time // zero where it is not known
}

func (e *HeldError) Error() string { return fmt.Sprintf("lock held by process %d", e.PID) }

// holder is what the lock file says of who has the lock.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// Take takes the lock of the file path, which it makes, and signs it with this
// process and now. The file it returns holds the lock while it is open; it is
// nil, without error, where nothing can be locked here. The error is a
// [*HeldError], [ErrForeign], a [*NotRegularError] or that of the file.
func Take(path string, now time.Time) (*os.File, error) {
	for {
		f, err := openRegular(path, os.O_RDWR|os.O_CREATE, fileMode)
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
			if _, ours := signed(f); !ours {
				return nil, errors.Join(ErrForeign, f.Close())
			}
			sign(f, now)
			return f, nil
		}
		f.Close() // somebody removed the file meanwhile: lock the new one
	}
}

// Held reports whether somebody has the lock of the file path. The error is that
// of the file ([fs.ErrNotExist]), or [errors.ErrUnsupported] where nothing can
// be locked here. To know, it takes the lock for a moment.
func Held(path string) (bool, error) {
	f, err := openRegular(path, os.O_RDWR, 0)
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = lockFile(f)
	if errors.Is(err, errHeld) {
		return true, nil
	}
	return false, err
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
	b, err := json.Marshal(holder{PID: os.Getpid(), Since: now.Round(0).Truncate(time.Microsecond)})
	if err == nil && f.Truncate(0) == nil {
		f.WriteAt(append(b, '\n'), 0)
	}
}

// Inherit takes the lock that a process which has ended left in the file path.
// The error is [ErrForeign] where it is not certain that labo made the file, a
// [*HeldError] where its process lives, that of the file, or
// [errors.ErrUnsupported] where nothing can be locked here.
func Inherit(path string) (*os.File, error) {
	f, err := openRegular(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err = lockFile(f); errors.Is(err, errHeld) {
		err = heldBy(f)
	}
	if by, _ := signed(f); err == nil && (by.PID == 0 || !same(f, path)) {
		err = ErrForeign
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// heldBy reads who has the lock.
func heldBy(f *os.File) *HeldError {
	by, _ := signed(f)
	return &HeldError{PID: by.PID, Since: by.Since}
}

// signed reads who signed the file: zero where nobody did. It is ours when
// somebody did, and when it is empty (zeros: the machine lost its power).
func signed(f *os.File) (by holder, ours bool) {
	const longest = 1 << 10
	b, err := io.ReadAll(io.NewSectionReader(f, 0, longest+1))
	if err != nil || len(b) > longest {
		return holder{}, false
	}
	if len(bytes.Trim(b, "\x00")) == 0 {
		return holder{}, true
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if d.Decode(&by) != nil || by.PID <= 0 || by.Since.IsZero() {
		return holder{}, false
	}
	return by, true
}
