package files

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

func init() { lockFile = lockFileEx }

// lockFileEx locks one byte far beyond the content: on Windows what is locked
// cannot be read by others, and they want to read who has the lock.
func lockFileEx(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	far := &windows.Overlapped{OffsetHigh: 1 << 20}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, far)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}
