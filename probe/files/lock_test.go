package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"labo/probe/probetest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// take takes a lock that must be free, and skips where nothing can be locked.
func take(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := Take(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	if f == nil {
		probetest.Missing(t, "this file system has no locks")
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Whoever removes the directory must not let two in: the new file is locked,
// not the one that is gone.
func TestALockFollowsItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "essai.lock")
	take(t, path)
	if err := os.Remove(path); err != nil && runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "this system does not remove a file in use: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	if second := take(t, path); !same(second, path) {
		t.Error("the lock is on a file that is gone")
	}
}

func TestHeldTellsAndTakesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "essai.lock")
	if held, err := Held(path); held || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v, %v", held, err)
	}
	f := take(t, path)
	for range 2 {
		if held, err := Held(path); !held || err != nil {
			t.Errorf("locked: %v, %v", held, err)
		}
	}
	if _, err := Take(path, noon); !holds(err, os.Getpid()) {
		t.Errorf("Take of a lock that is held: %v", err)
	}
	f.Close()
	for range 2 {
		if held, err := Held(path); held || err != nil {
			t.Errorf("after it ended: %v, %v", held, err)
		}
	}
	take(t, path)
}

func holds(err error, pid int) bool {
	e, ok := errors.AsType[*HeldError](err)
	return ok && e.PID == pid && e.Since.Equal(noon)
}

func TestAnUnreadableHolderIsStillAHolder(t *testing.T) {
	for _, content := range []string{"", "{", `{"pid":-3}`, `"x"`, strings.Repeat("9", 5000)} {
		path := filepath.Join(t.TempDir(), "essai.lock")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if e := heldBy(f); e.PID != 0 {
			t.Errorf("heldBy(%q) = %+v", content, e)
		}
	}
}

// A file that is no lock of labo's is neither written nor removed.
func TestForeignFilesAreNoLocks(t *testing.T) {
	for _, content := range []string{"mes notes", `{"pid":7}`, `{"pid":7,"since":"2026-03-01T12:00:00Z","nom":"x"}`, strings.Repeat("a", 5000)} {
		path := filepath.Join(t.TempDir(), "essai.lock")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if f, err := Take(path, noon); !errors.Is(err, ErrForeign) {
			t.Errorf("Take of %.20q: %v, %v", content, f, err)
		}
		if f, err := Inherit(path); !errors.Is(err, ErrForeign) {
			t.Errorf("Inherit of %.20q: %v, %v", content, f, err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("%.20q became %.20q", content, got)
		}
	}
}

func TestInheritTakesOnlyWhatIsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "essai.lock")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Inherit(path); !errors.Is(err, ErrForeign) {
		t.Errorf("an unsigned file: %v", err)
	}
	f := take(t, path)
	if _, err := Inherit(path); !holds(err, os.Getpid()) {
		t.Errorf("a lock that is held: %v", err)
	}
	f.Close()
	f, err := Inherit(path)
	if err != nil {
		t.Fatalf("a lock that is left: %v", err)
	}
	f.Close()
}
