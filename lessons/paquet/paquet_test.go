package paquet

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// program is the header of a program for the system, and nothing to run.
func program(s System) []byte {
	b := make([]byte, 256)
	arm := s.Arch == "arm64"
	switch s.OS {
	case "linux":
		copy(b, "\x7fELF\x02\x01")
		b[18] = pick[byte](arm, 183, 62)
	case "windows":
		copy(b, "MZ")
		b[0x3c] = 0x80
		copy(b[0x80:], "PE\x00\x00")
		copy(b[0x84:], pick(arm, "\x64\xaa", "\x64\x86"))
	case "darwin":
		copy(b, "\xcf\xfa\xed\xfe")
		copy(b[4:], pick(arm, "\x0c\x00\x00\x01", "\x07\x00\x00\x01"))
	}
	return b
}

type entry struct {
	name string
	data []byte
	kind byte // of tar; 0: a regular file
}

func archive(t *testing.T, s System, all ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if s.OS == "windows" {
		w := zip.NewWriter(&b)
		for _, e := range all {
			f, cerr := w.Create(e.name)
			_, werr := f.Write(e.data)
			err = errors.Join(err, cerr, werr)
		}
		err = errors.Join(err, w.Close())
	} else {
		gz := gzip.NewWriter(&b)
		w := tar.NewWriter(gz)
		for _, e := range all {
			h := &tar.Header{Name: e.name, Size: int64(len(e.data)), Mode: 0o755, Typeflag: e.kind}
			if e.kind == tar.TypeSymlink {
				h.Size, h.Linkname = 0, string(e.data)
			}
			err = errors.Join(err, w.WriteHeader(h))
			if e.kind == 0 {
				_, werr := w.Write(e.data)
				err = errors.Join(err, werr)
			}
		}
		err = errors.Join(err, w.Close(), gz.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// shelf is a folder with an archive for each of the systems.
func shelf(t *testing.T, systems ...System) string {
	dir := t.TempDir()
	for _, s := range systems {
		put(t, filepath.Join(dir, s.Archive()), archive(t, s, entry{name: s.program(), data: program(s)}, entry{name: licences, data: []byte("MIT")}))
	}
	return dir
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Each system's program is in its folder, and can be executed; what its page
// says is for it, in plain French.
func TestKitOfEverySystem(t *testing.T) {
	k, err := Open(shelf(t, systems...))
	if err != nil || len(k.Missing) > 0 || len(k.Binaries) != len(systems) {
		t.Fatalf("%v, %+v", err, k)
	}
	dir := filepath.Join(t.TempDir(), "clé USB", "été")
	if err := k.WriteFolder(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for _, s := range systems {
		path := filepath.Join(dir, s.Folder, s.program())
		if b, err := os.ReadFile(path); err != nil || !runsOn(b, s) {
			t.Errorf("%s: %v", path, err)
		}
		if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
			t.Errorf("%s cannot be executed", path)
		}
		page, err := os.ReadFile(filepath.Join(dir, s.Folder, "LISEZMOI.txt"))
		if err != nil || !strings.Contains(string(page), s.Words) || !strings.Contains(string(page), "signé") || strings.ContainsAny(string(page), "{}") || !utf8.Valid(page) {
			t.Errorf("%s: %v\n%s", s.Folder, err, page)
		}
		if strings.Contains(strings.ReplaceAll(string(page), "\r\n", ""), "\n") {
			t.Errorf("%s: a line ends without \\r", s.Folder)
		}
		for other := range strings.FieldsSeq(`Exécuter|windows Ouvrir\squand|darwin`) {
			if words, system, _ := strings.Cut(other, "|"); strings.Contains(string(page), strings.ReplaceAll(words, `\s`, " ")) != (system == s.OS) {
				t.Errorf("%s: %q", s.Folder, words)
			}
		}
	}
	for folder, command := range map[string]string{"Windows": "python ", "Linux": "python3 "} {
		page, err := os.ReadFile(filepath.Join(dir, folder, "atelier", "LISEZMOI.txt"))
		if err != nil || !strings.Contains(string(page), command) {
			t.Errorf("%v: %q is not said\n%s", err, command, page)
		}
	}
	if err := k.WriteFolder(t.Context(), dir); err != nil { // again: all is there
		t.Error(err)
	}
}

// A zip has the same files, below one folder; the same kit is the same bytes.
func TestZip(t *testing.T) {
	dir := shelf(t, systems[0], systems[4])
	k, err := Open(dir)
	if err != nil || len(k.Missing) != 4 {
		t.Fatalf("%v, %+v", err, k.Missing)
	}
	name := filepath.Join(t.TempDir(), "classe.zip")
	for range 2 {
		if err := k.WriteZip(name); err != nil {
			t.Fatal(err)
		}
	}
	r, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	found := 0
	for _, f := range r.File {
		if !strings.HasPrefix(f.Name, zipFolder) {
			t.Error(f.Name)
		}
		if f.Name == zipFolder+"Linux/labo" && f.Mode()&0o111 != 0 || f.Name == zipFolder+"Windows/labo.exe" {
			found++
		}
	}
	if found != 2 {
		t.Errorf("%d programs", found)
	}
}

// What stands where a file of the kit would go is left alone, and nothing else
// is written then.
func TestNothingIsReplaced(t *testing.T) {
	k, err := Open(shelf(t, systems...))
	if err != nil {
		t.Fatal(err)
	}
	for name, prepare := range map[string]func(path string) error{
		"other bytes": func(p string) error { return os.WriteFile(p, []byte("à moi"), 0o600) },
		"folder":      func(p string) error { return os.Mkdir(p, 0o755) },
		"link":        func(p string) error { return os.Symlink(os.DevNull, p) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "Linux", "labo")
			if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o755), prepare(path)); err != nil {
				t.Fatal(err)
			}
			before, _ := os.Lstat(path)
			if taken, ok := errors.AsType[*TakenError](k.WriteFolder(t.Context(), dir)); !ok || taken.Path != path {
				t.Errorf("%+v", taken)
			}
			after, err := os.Lstat(path)
			if err != nil || !os.SameFile(before, after) || after.Size() != before.Size() {
				t.Errorf("%v: it was touched", err)
			}
			if all, _ := os.ReadDir(dir); len(all) != 1 {
				t.Errorf("%v", all)
			}
		})
	}
	zip := filepath.Join(t.TempDir(), "a.zip")
	put(t, zip, []byte("à moi"))
	if _, ok := errors.AsType[*TakenError](k.WriteZip(zip)); !ok {
		t.Error("written over")
	}
	if b, _ := os.ReadFile(zip); string(b) != "à moi" {
		t.Errorf("%q", b)
	}
}

// A link in the folder leads nowhere else.
func TestNoWayOutOfTheFolder(t *testing.T) {
	k, err := Open(shelf(t, systems...))
	if err != nil {
		t.Fatal(err)
	}
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "Linux")); err != nil {
		t.Fatal(err)
	}
	if err := k.WriteFolder(t.Context(), dir); err == nil {
		t.Error("it was written")
	}
	if all, _ := os.ReadDir(elsewhere); len(all) > 0 {
		t.Errorf("%v", all)
	}
}

// zeros are an archive's worth of nothing, which compresses to little.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestHostileArchives(t *testing.T) {
	linux := systems[4]
	good := entry{name: "labo", data: program(linux)}
	terms := entry{name: licences, data: []byte("MIT")}
	var bomb bytes.Buffer
	gz := gzip.NewWriter(&bomb)
	w := tar.NewWriter(gz)
	const size = mostProgram + 1
	if err := w.WriteHeader(&tar.Header{Name: "labo", Size: size, Mode: 0o755}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, size); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	many := make([]entry, mostEntries)
	for i := range many {
		many[i] = entry{name: fmt.Sprint(i)}
	}
	whole := archive(t, linux, good, terms)
	for name, b := range map[string][]byte{
		"no archive":        []byte("bonjour"),
		"empty":             {},
		"cut":               whole[:len(whole)/2],
		"way up":            archive(t, linux, entry{name: "../labo", data: good.data}, terms),
		"absolute":          archive(t, linux, entry{name: "/labo", data: good.data}, terms),
		"link":              archive(t, linux, entry{name: "labo", data: []byte("/bin/sh"), kind: tar.TypeSymlink}, terms),
		"no licences":       archive(t, linux, good),
		"another system":    archive(t, linux, entry{name: "labo", data: program(systems[0])}, terms),
		"another processor": archive(t, linux, entry{name: "labo", data: program(systems[5])}, terms),
		"script":            archive(t, linux, entry{name: "labo", data: []byte("#!/bin/sh\n")}, terms),
		"bomb":              bomb.Bytes(),
		"too many":          archive(t, linux, append(many, good, terms)...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, filepath.Join(dir, linux.Archive()), b)
			k, err := Open(dir)
			if bad, ok := errors.AsType[*ArchiveError](err); !ok || bad.Why == "" || bad.Name != linux.Archive() {
				t.Errorf("%v, %+v", err, k)
			}
			if all, _ := os.ReadDir(dir); len(all) != 1 {
				t.Errorf("%v", all)
			}
		})
	}
	if _, err := Open(shelf(t, linux)); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

// A checksum beside an archive is that of the archive.
func TestChecksums(t *testing.T) {
	linux := systems[4]
	dir := shelf(t, linux)
	b, err := os.ReadFile(filepath.Join(dir, linux.Archive()))
	if err != nil {
		t.Fatal(err)
	}
	for sum, good := range map[string]bool{fmt.Sprintf("%x", sha256.Sum256(b)): true, fmt.Sprintf("%x", sha256.Sum256(nil)): false} {
		put(t, filepath.Join(dir, "SHA256SUMS"), []byte(sum+"  "+linux.Archive()+"\n"))
		if _, err := Open(dir); (err == nil) != good {
			t.Errorf("%s: %v", sum, err)
		}
	}
}

func TestWithoutArchives(t *testing.T) {
	k, err := Open(t.TempDir())
	if err != nil || len(k.Missing) != len(systems) || len(k.Binaries) > 0 {
		t.Fatalf("%v %+v", err, k)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Own(self, []byte("MIT")); err != nil {
		t.Fatal(err)
	}
	if len(k.Binaries)+len(k.Missing) != len(systems) {
		t.Errorf("%d + %d", len(k.Binaries), len(k.Missing))
	}
	for _, b := range k.Binaries {
		if !runsOn(b.Program, b.System) {
			t.Errorf("the program of this test does not look like one for %s", b.System.Words)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Open(self); !errors.Is(err, ErrNotFolder) {
		t.Error(err)
	}
}

func FuzzRunsOn(f *testing.F) {
	for _, s := range systems {
		f.Add(program(s))
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		for _, s := range systems {
			runsOn(b, s)
		}
	})
}
