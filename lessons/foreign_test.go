package lessons

import (
	"os"
	"path/filepath"
	"testing"
)

// amongOthers gives a test a temporary place and a cache where other people's
// files have the names that labo gives to its own, or once gave. At the end each
// must be there, as it was.
func amongOthers(t *testing.T) {
	t.Helper()
	temp, cache := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("XDG_CACHE_HOME", cache)
	private := filepath.Join(cache, "labo", "temp")
	var foreign []string
	for _, path := range []string{
		filepath.Join(temp, "labo-2026000-projet", "rapport.txt"),
		filepath.Join(temp, "labo-99999-rendu", "serveur.py"),
		filepath.Join(temp, "labo-88888-notes.txt"),
		filepath.Join(temp, "labo-123456789", "client.py"),
		filepath.Join(temp, "run-99999-0", "rapport.txt"),
		filepath.Join(private, "run-99999-0", "rapport.txt"),
		filepath.Join(private, "run-99999-0.lock"),
		filepath.Join(private, "run-88888-0", "rapport.txt"),
		filepath.Join(private, "autre.txt"),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
		foreign = append(foreign, path)
	}
	t.Cleanup(func() {
		for _, path := range foreign {
			if got, err := os.ReadFile(path); err != nil || string(got) != path {
				t.Errorf("somebody else's %s: %q, %v", path, got, err)
			}
		}
	})
}
