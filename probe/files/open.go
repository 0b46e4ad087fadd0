// Package files keeps labo's hands to its own files: it opens none that another
// may have put in the way, replaces whole, locks for one process at a time, and
// removes only what it can prove that labo made.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// NotRegularError: what stands at Path is no ordinary file, or is a link that
// somebody else may have put there.
type NotRegularError struct {
	Path string
	Mode fs.FileMode // its type, as lstat(2) gives it
}

func (e *NotRegularError) Error() string {
	return fmt.Sprintf("%s is no regular file of ours (%v)", e.Path, e.Mode.Type())
}

// Open opens a regular file of ours, as [os.OpenFile] does. It never waits, as
// opening a named pipe would, and follows a symbolic link only where nobody
// else could have put it. The error is a [*NotRegularError] or that of the file.
func Open(path string, flag int, perm fs.FileMode) (*os.File, error) {
	real, err := follow(path)
	if err != nil {
		return nil, err
	}
	return openRegular(real, flag, perm)
}

// Create opens what the user named for writing, as [os.Create] does: a file,
// which is emptied, or a device, or a named pipe that somebody reads (else
// ENXIO, open(2): it never waits). A link that another made is not followed.
func Create(path string) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 && !trusted(info) {
		return nil, &NotRegularError{Path: path, Mode: info.Mode()}
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|noWait, 0o666)
}

// ErrTooLarge: the file is larger than any that labo writes.
var ErrTooLarge = errors.New("larger than any file of labo")

// Read returns the content of a regular file of ours, of at most that many
// bytes. The error is [ErrTooLarge] or that of [Open].
func Read(path string, most int64) ([]byte, error) {
	f, err := Open(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, ErrTooLarge
	}
	return data, err
}

// openRegular is [Open] that follows no link at all.
func openRegular(path string, flag int, perm fs.FileMode) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &NotRegularError{Path: path, Mode: info.Mode()}
	}
	f, err := os.OpenFile(path, flag&^os.O_TRUNC|noFollow|noWait, perm)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat() // what came there meanwhile
	if err == nil && !info.Mode().IsRegular() {
		err = &NotRegularError{Path: path, Mode: info.Mode()}
	}
	if err == nil && flag&os.O_TRUNC != 0 {
		err = f.Truncate(0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// follow returns what path names, where it is a link that may be trusted. A path that is no link, or that names nothing, is returned as it is.
func follow(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path, nil // opening it says what is wrong
	}
	if !trusted(info) {
		return "", &NotRegularError{Path: path, Mode: info.Mode()}
	}
	return filepath.EvalSymlinks(path)
}
