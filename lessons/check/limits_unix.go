//go:build unix

package check

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// mayChange reports whether this process may write a file, or make one of that
// name.
func mayChange(path string) bool {
	err := unix.Access(path, unix.W_OK)
	return err == nil || err == unix.ENOENT && unix.Access(filepath.Dir(path), unix.W_OK) == nil
}
