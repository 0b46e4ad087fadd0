package files

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"labo/probe/probetest"
)

func TestWriteReplacesWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cahier.json")
	for _, write := range []func(string, []byte, fs.FileMode) error{Write, Keep, Tell} {
		for _, content := range []string{"long, long, long", "court", ""} {
			if err := write(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != content {
				t.Errorf("read %q, %v, want %q", got, err, content)
			}
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left beside it: %v", entries)
	}
}

// A reader never meets a file that is half written or missing.
func TestReadersSeeOldOrNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cahier.json")
	content := func(i int) []byte { return []byte(strings.Repeat(fmt.Sprint(i%10), 200_000)) }
	if err := Write(path, content(0), 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		var err error
		for i := 1; i <= 50 && err == nil; i++ {
			err = Write(path, content(i), 0o600)
		}
		done <- err
	}()
	for reads := 0; ; reads++ {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			if reads == 0 {
				t.Error("nothing was read meanwhile")
			}
			return
		default:
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 200_000 || strings.Trim(string(got), string(got[:1])) != "" {
			t.Fatalf("a mixture of %d bytes", len(got))
		}
	}
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cahier.json")
	if err := Write(path, []byte("avant"), 0o600); err != nil {
		t.Fatal(err)
	}
	failing := fmt.Errorf("no rename today")
	defer func(old func(string, string) error) { rename = old }(rename)
	rename = func(string, string) error { return failing }
	if err := Write(path, []byte("après"), 0o600); err == nil {
		t.Fatal("Write succeeded without a rename")
	}
	if got, _ := os.ReadFile(path); string(got) != "avant" {
		t.Errorf("the old file holds %q", got)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left beside it: %v", entries)
	}
	if err := Write(filepath.Join(dir, "absent", "x"), nil, 0o600); !os.IsNotExist(err) {
		t.Errorf("Write into no directory: %v", err)
	}
	if err := Write(dir, nil, 0o600); err == nil {
		t.Error("Write over a directory succeeded")
	}
}

// What a killed process left is written over; what somebody else put there stays.
func TestKeepTakesOverOnlyWhatIsItsOwn(t *testing.T) {
	for _, tc := range []struct {
		there string
		ours  bool
	}{{"", true}, {`{"format": "1`, true}, {`{"form`, true}, {"mes notes", false}, {`{"format" : "autre"}`, false}} {
		dir := t.TempDir()
		path := filepath.Join(dir, "cahier.json")
		if err := os.WriteFile(hidden(path), []byte(tc.there), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Keep(path, []byte(`{"format": "2"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != `{"format": "2"}` {
			t.Errorf("beside %q: the file holds %q", tc.there, got)
		}
		if got, err := os.ReadFile(hidden(path)); tc.ours != os.IsNotExist(err) || !tc.ours && string(got) != tc.there {
			t.Errorf("of %q is left %q, %v", tc.there, got, err)
		}
		if entries, _ := os.ReadDir(dir); tc.ours && len(entries) != 1 || !tc.ours && len(entries) != 2 {
			t.Errorf("left: %v", entries)
		}
	}
}

func TestPermissionsObeyTheUmask(t *testing.T) {
	if runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "Windows has no umask")
	}
	path := filepath.Join(t.TempDir(), "x")
	plain := filepath.Join(t.TempDir(), "y")
	if err := os.WriteFile(plain, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	a, errA := os.Stat(path)
	b, errB := os.Stat(plain)
	if errA != nil || errB != nil || a.Mode() != b.Mode() {
		t.Errorf("Write made %v, os.WriteFile %v", a.Mode(), b.Mode())
	}
}
