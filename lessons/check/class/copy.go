package class

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"labo/probe/files"
)

// What is copied of a student's folder: more than an exercise ever has.
const (
	maxFiles = 500
	maxBytes = 64 << 20
)

// errTooMuch ends a copy.
var errTooMuch = errors.New("more files or bytes than an exercise has")

// copyProgram copies a program, with what is in its folder unless it is alone,
// and returns the copy. Only folders and regular files are copied: no link is
// followed, and no pipe opened. Errors: [errTooMuch], those of the files.
func copyProgram(program, to string, alone bool) (string, error) {
	target := filepath.Join(to, filepath.Base(program))
	if alone {
		_, err := copyFile(program, target, maxBytes)
		return target, err
	}
	from, count, left := filepath.Dir(program), 0, int64(maxBytes)
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(from, path)
		switch {
		case relErr != nil:
			return relErr
		case err != nil:
			if e != nil && e.IsDir() && path != from {
				return fs.SkipDir
			}
			return err
		case rel == ".":
			return nil
		case strings.HasPrefix(e.Name(), "."), e.Name() == "__pycache__":
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if count++; count > maxFiles {
			return errTooMuch
		}
		switch {
		case e.IsDir():
			return os.Mkdir(filepath.Join(to, rel), 0o700)
		case e.Type().IsRegular():
			n, err := copyFile(path, filepath.Join(to, rel), left)
			left -= n
			return err
		}
		return nil
	})
	return target, err
}

// copyFile copies a file of at most so many bytes.
func copyFile(from, to string, most int64) (int64, error) {
	in, err := files.Open(from, os.O_RDONLY, 0)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(out, io.LimitReader(in, most+1))
	if err = errors.Join(err, out.Close()); err == nil && n > most {
		err = errTooMuch
	}
	return n, err
}
