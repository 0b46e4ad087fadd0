package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// What a system does its own way, set by the init of its file.
var (
	// syncDir makes a rename last: on systems where a directory can be
	// synced (fsync(2)).
	syncDir = func(string) error { return nil }
	// rename replaces to by from.
	rename = os.Rename
)

// Write replaces the content of the file path, or makes it, with permissions
// perm (before umask), so that whoever looks, at any moment and after any crash,
// finds the old content or the new, whole: a new file in the same directory is
// written, synced, and renamed. A symbolic link is followed where it is ours: its
// target is replaced. On an error the old file is as it was. The error is a
// [*NotRegularError] or that of a file.
func Write(path string, data []byte, perm fs.FileMode) error {
	return write(path, perm, create, func(f *os.File) error { return fill(f, data, (*os.File).Sync) }, syncDir)
}

// Keep is [Write] for a file of labo's own whose lock we hold: what is being
// written stands under one hidden name beside it, which the next Keep takes over
// from a process that was killed.
func Keep(path string, data []byte, perm fs.FileMode) error {
	return write(path, perm, reuse(data), func(f *os.File) error { return fill(f, data, (*os.File).Sync) }, syncDir)
}

// Tell is [Keep] for what is worth nothing once this process has ended: it does
// not wait for the disk, so a machine that loses its power may leave an empty
// file.
func Tell(path string, data []byte, perm fs.FileMode) error {
	return write(path, perm, reuse(data), func(f *os.File) error { return fill(f, data, nil) }, func(string) error { return nil })
}

// Forget removes what Keep or Tell may have left beside path.
func Forget(path string) { os.Remove(hidden(path)) }

func write(path string, perm fs.FileMode, open func(string, fs.FileMode) (*os.File, error), fill func(*os.File) error, syncDir func(string) error) error {
	path, err := follow(path)
	if err != nil {
		return err
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return &NotRegularError{Path: path, Mode: info.Mode()}
	}
	temp, err := open(path, perm)
	if err != nil {
		return err
	}
	if err = fill(temp); err == nil {
		err = rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// hidden is the name under which a new content of path is written.
func hidden(path string) string {
	dir, base := filepath.Split(path)
	return dir + "." + base + ".nouveau"
}

// reuse opens the hidden file of a path, new or left half written by a process
// that was killed: one that begins as data does. Any other is not ours, and
// stays.
func reuse(data []byte) func(string, fs.FileMode) (*os.File, error) {
	return func(path string, perm fs.FileMode) (*os.File, error) {
		f, err := openRegular(hidden(path), os.O_RDWR|os.O_CREATE, perm)
		if err != nil {
			return create(path, perm)
		}
		const known = 12 // bytes: `{` and the first name of an object
		head := make([]byte, min(known, len(data)))
		n, err := f.ReadAt(head, 0)
		if (err == nil || errors.Is(err, io.EOF)) && bytes.HasPrefix(data, head[:n]) {
			err = f.Truncate(0)
		} else {
			err = fs.ErrExist
		}
		if err != nil {
			f.Close()
			return create(path, perm)
		}
		return f, nil
	}
}

// create makes a new file whose name nobody else has. ([os.CreateTemp] leaves
// the umask aside.)
func create(path string, perm fs.FileMode) (*os.File, error) {
	const tries = 1000
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s-%d-%d", hidden(path), os.Getpid(), i)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) || i == tries {
			return f, err
		}
	}
}

// fill writes, syncs (nil: does not) and closes.
func fill(f *os.File, data []byte, sync func(*os.File) error) error {
	_, err := f.Write(data)
	if err == nil && sync != nil {
		err = sync(f)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}
