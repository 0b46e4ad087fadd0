package paquet

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"labo/probe/files"
)

// What an archive may be at most. It comes from anywhere: no name in it is ever
// used as a path, and no size in it is believed.
const (
	mostArchive = 64 << 20  // bytes, compressed
	mostProgram = 128 << 20 // bytes of one file in it
	mostRead    = 256 << 20 // bytes uncompressed before what is sought
	mostEntries = 1000
)

// licences is the file of an archive that says under which terms it may be given.
const licences = "LICENCES.txt"

// ErrNotFolder: what was given for a folder is none.
var ErrNotFolder = errors.New("not a folder")

// An ArchiveError says why an archive is not used.
type ArchiveError struct {
	Name string // of the archive
	Why  string // in French
	Err  error  // nil where the archive could be read
}

func (e *ArchiveError) Error() string { return fmt.Sprintf("archive %q is not used", e.Name) }

func (e *ArchiveError) Unwrap() error { return e.Err }

// Open reads the archives of a folder. Without any, the kit has no binaries. A
// checksum in the folder's SHA256SUMS must be that of the archive. The error is
// an [*ArchiveError], [ErrNotFolder] or that of the folder.
func Open(dir string) (*Kit, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, ErrNotFolder
	}
	sums, err := readSums(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		return nil, err
	}
	k := &Kit{}
	for _, s := range systems {
		path := filepath.Join(dir, s.Archive())
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			k.Missing = append(k.Missing, s)
			continue
		}
		if err != nil {
			return nil, &ArchiveError{Name: s.Archive(), Why: "illisible", Err: err}
		}
		program, terms, err := open(path, s, sums[s.Archive()])
		if err != nil {
			return nil, err
		}
		k.Binaries = append(k.Binaries, Binary{s, program})
		if info.ModTime().After(k.When) { // the terms of the newest are those of all
			k.When, k.Licences = info.ModTime(), terms
		}
	}
	return k, nil
}

// open returns labo and its licences from an archive; sum is "" or what its
// checksum must be.
func open(path string, s System, sum string) (program, terms []byte, err error) {
	refused := func(why string, err error) ([]byte, []byte, error) {
		return nil, nil, &ArchiveError{Name: s.Archive(), Why: why, Err: err}
	}
	data, err := files.Read(path, mostArchive)
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return refused("plus grande qu'une archive de labo", nil)
	case err != nil:
		return refused("illisible", err)
	}
	if got := sha256.Sum256(data); sum != "" && !strings.EqualFold(sum, hex.EncodeToString(got[:])) {
		return refused("sa somme n'est pas celle de SHA256SUMS : elle est abîmée, ou d'une autre version", nil)
	}
	found, err := entries(data, strings.HasSuffix(path, ".zip"), s.program(), licences)
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return refused("plus grande, une fois ouverte, qu'une archive de labo", nil)
	case err != nil:
		return refused("ce n'est pas une archive entière", nil)
	case found[s.program()] == nil:
		return refused("il n'y a pas de "+s.program()+" dedans", nil)
	case !runsOn(found[s.program()], s):
		return refused("le "+s.program()+" qui est dedans n'est pas pour "+s.Words, nil)
	case found[licences] == nil:
		return refused("il n'y a pas de "+licences+" dedans, et labo ne se donne pas sans", nil)
	}
	return found[s.program()], found[licences], nil
}

// entries returns the files of an archive that have one of the names, the first
// of each. Nothing else of it is kept.
func entries(data []byte, zipped bool, names ...string) (map[string][]byte, error) {
	found := map[string][]byte{}
	take := func(name string, regular bool, open func() (io.ReadCloser, error)) error {
		for _, n := range names {
			if n != name || !regular || found[n] != nil {
				continue
			}
			r, err := open()
			if err != nil {
				return err
			}
			defer r.Close()
			b, err := io.ReadAll(io.LimitReader(r, mostProgram+1))
			if err == nil && len(b) > mostProgram {
				err = files.ErrTooLarge
			}
			if err != nil {
				return err
			}
			found[n] = b
		}
		return nil
	}
	if zipped {
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil, err
		}
		if len(r.File) > mostEntries {
			return nil, files.ErrTooLarge
		}
		for _, f := range r.File {
			if err := take(f.Name, f.Mode().IsRegular(), f.Open); err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	gz, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	all := &io.LimitedReader{R: gz, N: mostRead}
	r := tar.NewReader(all)
	for range mostEntries {
		h, err := r.Next()
		if err == io.EOF {
			return found, nil
		}
		if err == nil {
			err = take(h.Name, h.Typeflag == tar.TypeReg, func() (io.ReadCloser, error) { return io.NopCloser(r), nil })
		}
		if all.N <= 0 {
			return nil, files.ErrTooLarge
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, files.ErrTooLarge
}

// readSums returns the checksum of each file that a SHA256SUMS names; none where
// there is no such file.
func readSums(path string) (map[string]string, error) {
	b, err := files.Read(path, 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &ArchiveError{Name: filepath.Base(path), Why: "illisible", Err: err}
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 2 {
			sums[strings.TrimPrefix(f[1], "*")] = f[0]
		}
	}
	return sums, nil
}
