package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"labo/probe/probetest"
)

// private gives the test a cache and a temporary directory of its own.
func private(t *testing.T) (cache, shared string) {
	t.Helper()
	home, shared := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, ".cache"))
	t.Setenv("LocalAppData", home)
	t.Setenv("TMPDIR", shared)
	t.Setenv("TMP", shared)
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "labo", tempFolder), shared
}

func newTempFor(t *testing.T) *Temp {
	t.Helper()
	temp, err := NewTemp()
	if err != nil {
		t.Fatal(err)
	}
	return temp
}

// killed leaves a directory as a process that was killed does: its lock ended
// with it.
func killed(t *testing.T) string {
	temp := newTempFor(t)
	file := filepath.Join(temp.Dir, "serveur.py")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	temp.unlock()
	return file
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestTempIsRemovedByWhoeverComesNext(t *testing.T) {
	base, _ := private(t)
	if f := take(t, filepath.Join(t.TempDir(), "x")); f == nil {
		return
	}
	left, live := killed(t), newTempFor(t)
	if filepath.Dir(filepath.Dir(left)) != base {
		t.Errorf("made in %s, want %s", left, base)
	}
	if exists(left) || !exists(live.Dir) {
		t.Errorf("left by a killed process: %v; of a living one: %v", exists(left), exists(live.Dir))
	}
	again := newTempFor(t)
	if !exists(live.Dir) {
		t.Error("the directory of a living process was removed")
	}
	for _, temp := range []*Temp{live, again} {
		if err := temp.Close(); err != nil {
			t.Error(err)
		}
	}
	if entries, _ := os.ReadDir(base); len(entries) != 0 {
		t.Errorf("left: %v", entries)
	}
}

// Foreign files of every such name, in the shared place and in the private one.
func TestTempRemovesNothingElse(t *testing.T) {
	base, shared := private(t)
	newTempFor(t).Close()
	var foreign []string
	put := func(dir, name, content string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		foreign = append(foreign, path)
	}
	put(shared, "labo-2026000-projet/rapport.txt", "des heures de travail")
	put(shared, "labo-99999-rendu/serveur.py", "x")
	put(shared, "labo-88888-notes.txt", "x")
	put(shared, "labo-123456789/client.py", "x")
	put(shared, "run-99999-0/rapport.txt", "x")
	for _, lock := range []string{"", "mes notes", `{"pid":0}`} {
		put(base, fmt.Sprintf("run-9999%d-0/rapport.txt", len(lock)), "x")
		put(base, fmt.Sprintf("run-9999%d-0.lock", len(lock)), lock)
	}
	put(base, "run-77777-0/rapport.txt", "x") // no lock at all
	put(base, fmt.Sprintf("run-%d-0/rapport.txt", os.Getpid()), "x")
	put(base, fmt.Sprintf("run-%d-1.lock", os.Getpid()), "mes notes")
	put(base, "autre.txt", "x")
	for range 3 {
		killed(t)
		newTempFor(t).Close()
	}
	for _, path := range foreign {
		if !exists(path) {
			t.Errorf("%s is gone", path)
		}
	}
}

func TestTempFallsBackToAPlaceOfItsOwn(t *testing.T) {
	if runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "Windows has no permissions of this kind")
	}
	_, shared := private(t)
	cache, _ := os.UserCacheDir()
	if err := os.MkdirAll(filepath.Dir(cache), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cache, nil, 0o600); err != nil { // a file occupies its place
		t.Fatal(err)
	}
	temp := newTempFor(t)
	defer temp.Close()
	if want := filepath.Join(shared, fmt.Sprintf("labo-%d", os.Getuid()), tempFolder); filepath.Dir(temp.Dir) != want {
		t.Errorf("made in %s, want %s", temp.Dir, want)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(temp.Dir)), 0o777); err != nil {
		t.Fatal(err)
	}
	if other, err := NewTemp(); err == nil {
		t.Errorf("made in %s, where all may write", other.Dir)
	}
}

func TestOpenNeverWaitsNorFollowsAnothersLink(t *testing.T) {
	if runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "Windows has no named pipes in directories")
	}
	dir := t.TempDir()
	pipe, target, link := filepath.Join(dir, "tube"), filepath.Join(dir, "cible"), filepath.Join(dir, "lien")
	if err := mkfifo(pipe); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, []byte("à garder"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	refused := func(path string, err error) {
		t.Helper()
		if _, ok := errors.AsType[*NotRegularError](err); !ok {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{pipe, dir} {
		_, err := Open(path, os.O_RDONLY, 0)
		refused(path, err)
		refused(path, Write(path, nil, 0o600))
		_, err = Take(path, noon)
		refused(path, err)
	}
	_, err := Take(link, noon)
	refused(link, err)
	if _, err := Create(pipe); err == nil {
		t.Error("Create of a pipe that nobody reads succeeded")
	}
	if f, err := Open(link, os.O_RDONLY, 0); err != nil { // our own
		t.Error(err)
	} else {
		f.Close()
	}
	if os.Geteuid() != 0 {
		return // only root makes another's link
	}
	if err := os.Lchown(link, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func() (*os.File, error){
		func() (*os.File, error) { return Open(link, os.O_RDWR|os.O_TRUNC, 0) },
		func() (*os.File, error) { return Create(link) },
	} {
		_, err := open()
		refused(link, err)
	}
	refused(link, Write(link, []byte("x"), 0o600))
	if got, err := os.ReadFile(target); string(got) != "à garder" || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the target holds %q, %v", got, err)
	}
	entries, _ := os.ReadDir(dir)
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name()[0] == '.' }) {
		t.Errorf("left: %v", entries)
	}
}
