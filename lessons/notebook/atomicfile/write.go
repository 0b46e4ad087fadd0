// Package atomicfile replaces files so that whoever looks, at any moment and
// after any crash, finds the old content or the new, whole.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What a system does its own way, set by the init of its file.
var (
	// syncDir makes a rename last: on systems where a directory can be
	// synced (fsync(2)).
	syncDir = func(string) error { return nil }
	// rename replaces to by from.
	rename = os.Rename
)

// The name of a file that is being written, beside the one it will replace.
const (
	tempPrefix = "."
	tempSuffix = ".nouveau"
)

// Write replaces the content of the file path, or makes it, with permissions
// perm (before umask): a new file in the same directory is written, synced, and
// renamed. A symbolic link is followed: its target is replaced. On an error the
// old file is as it was.
func Write(path string, data []byte, perm fs.FileMode) error {
	return write(path, data, perm, (*os.File).Sync, syncDir)
}

// Swap is [Write] for what is worth nothing once this process has ended: it does
// not wait for the disk, so a machine that loses its power may leave an empty
// file.
func Swap(path string, data []byte, perm fs.FileMode) error {
	return write(path, data, perm, func(*os.File) error { return nil }, func(string) error { return nil })
}

func write(path string, data []byte, perm fs.FileMode, sync func(*os.File) error, syncDir func(string) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir, base := filepath.Split(path)
	temp, err := create(dir+tempPrefix+base+".", perm)
	if err != nil {
		return err
	}
	err = fill(temp, data, sync)
	if err == nil {
		err = rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// create makes a new file whose name nobody else has. ([os.CreateTemp] leaves
// the umask aside.)
func create(prefix string, perm fs.FileMode) (*os.File, error) {
	const tries = 1000
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s%d-%d%s", prefix, os.Getpid(), i, tempSuffix)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) || i == tries {
			return f, err
		}
	}
}

// fill writes, syncs and closes.
func fill(f *os.File, data []byte, sync func(*os.File) error) error {
	_, err := f.Write(data)
	if err == nil {
		err = sync(f)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// Sweep removes what processes that were killed left beside path. Nobody else
// may be writing path.
func Sweep(path string) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix+base+".") && strings.HasSuffix(e.Name(), tempSuffix) {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
