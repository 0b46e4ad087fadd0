package paquet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"labo/probe/files"
)

// A TakenError says that something else has the name of a file of the kit.
// Nothing was written.
type TakenError struct{ Path string }

func (e *TakenError) Error() string { return e.Path + " is there already" }

// WriteFolder puts the kit into a folder, which it makes when needed. What is
// there with the same bytes stays; where anything else has the name of one of
// its files, nothing is written. No link inside the folder leads out of it
// ([os.Root]). The error is a [*TakenError], that of the context or of the
// system; the files written before stay.
func (k *Kit) WriteFolder(ctx context.Context, dir string) error {
	all, err := k.files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	var absent []file
	for _, f := range all {
		there, err := same(root, f)
		if err != nil {
			return err
		}
		if !there {
			absent = append(absent, f)
		}
	}
	for _, f := range absent {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := writeNew(root, f); err != nil {
			return err
		}
	}
	return nil
}

// same reports whether the file is there, with its bytes. The error is a
// *TakenError where another has its name.
func same(root *os.Root, f file) (bool, error) {
	info, err := root.Lstat(filepath.FromSlash(f.name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil && info.Mode().IsRegular() && info.Size() == int64(len(f.data)) {
		now, err := root.ReadFile(filepath.FromSlash(f.name))
		if err == nil && bytes.Equal(now, f.data) {
			return true, nil
		}
	}
	return false, &TakenError{Path: filepath.Join(root.Name(), filepath.FromSlash(f.name))}
}

// writeNew writes a file that is not there.
func writeNew(root *os.Root, f file) error {
	if dir := path.Dir(f.name); dir != "." {
		if err := root.MkdirAll(filepath.FromSlash(dir), 0o755); err != nil {
			return err
		}
	}
	name := filepath.FromSlash(f.name)
	to, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode())
	if errors.Is(err, fs.ErrExist) {
		return &TakenError{Path: filepath.Join(root.Name(), name)}
	}
	if err != nil {
		return err
	}
	_, err = to.Write(f.data)
	if err = errors.Join(err, to.Close()); err != nil {
		_ = root.Remove(name) // half a program would be given
	}
	return err
}

func (f file) mode() fs.FileMode { return pick[fs.FileMode](f.program, 0o755, 0o644) }

// zipFolder is where the files of a zip are: unpacked, they stay together.
const zipFolder = "labo-classe/"

// WriteZip writes the kit as one archive, whose files are below a folder. What
// is there with the same bytes stays; anything else has it fail with a
// [*TakenError]. Other errors: those of the system, and then nothing is left.
func (k *Kit) WriteZip(name string) error {
	all, err := k.files()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range all {
		h := &zip.FileHeader{Name: zipFolder + f.name, Method: zip.Deflate, Modified: k.When}
		h.SetMode(f.mode())
		to, err := w.CreateHeader(h)
		if err == nil {
			_, err = to.Write(f.data)
		}
		if err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	to, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		if now, err := files.Read(name, int64(b.Len())); err == nil && bytes.Equal(now, b.Bytes()) {
			return nil
		}
		return &TakenError{Path: name}
	}
	if err != nil {
		return err
	}
	_, err = to.Write(b.Bytes())
	if err = errors.Join(err, to.Close()); err != nil {
		_ = os.Remove(name)
	}
	return err
}
