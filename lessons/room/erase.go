package room

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"labo/probe/files"
)

// Keeping is what this machine keeps of a room.
type Keeping struct {
	Dir   string
	Made  time.Time // when the room was opened first
	Bytes int64     // of all its files
}

// Kept says what this machine keeps of the room of that name. The error is
// [fs.ErrNotExist] where it keeps nothing, or that of a file.
func Kept(dir, name string) (Keeping, error) {
	at := folder(dir, name)
	k, err := read[kept](filepath.Join(at, keptFile))
	if err != nil {
		return Keeping{}, err
	}
	w := Keeping{Dir: at, Made: k.Made}
	err = filepath.WalkDir(at, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			w.Bytes += info.Size()
		}
		return err
	})
	return w, err
}

// Erase removes what this machine keeps of a room: the files that [Open] made,
// by their names, and nothing else that may be in its folder. The error is a
// [*files.HeldError] where the room is open, [fs.ErrNotExist] where nothing is
// kept, or that of a file.
func Erase(dir, name string) error {
	at := folder(dir, name)
	if _, err := read[kept](filepath.Join(at, keptFile)); err != nil {
		return err
	}
	if err := files.Private(at); err != nil {
		return err
	}
	lock, err := files.Take(filepath.Join(at, lockName), time.Now())
	if err != nil {
		return err
	}
	err = errors.Join(os.RemoveAll(filepath.Join(at, jetFiles)), os.RemoveAll(filepath.Join(at, HandedFolder)))
	for _, f := range []string{openFile, keptFile} {
		if e := os.Remove(filepath.Join(at, f)); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	if lock != nil {
		err = errors.Join(err, lock.Close())
	}
	os.Remove(filepath.Join(at, lockName))
	os.Remove(at) // stays where something else is in it
	return err
}
