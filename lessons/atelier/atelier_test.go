package atelier

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func outcomes(t *testing.T, dir string) map[string]Outcome {
	t.Helper()
	files, err := Write(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]Outcome{}
	for _, f := range files {
		all[f.Name] = f.Outcome
	}
	return all
}

// On Windows, nothing that is there says a word of the other systems.
func TestWordsOfTheSystem(t *testing.T) {
	for _, name := range Names {
		b, err := embedded.ReadFile("fichiers/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for goos, foreign := range map[string][]string{"windows": {"python3 serveur.py", "python3 client.py", "Ctrl+D"},
			"darwin": {"Ctrl+Z"}, "linux": {"Ctrl+Z"}} {
			for _, word := range foreign {
				if strings.Contains(string(inWordsOf(goos, b)), word) {
					t.Errorf("%s on %s says %q", name, goos, word)
				}
			}
		}
	}
}

func TestWriteNeverOverwrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "un", "dossier")
	for name, got := range outcomes(t, dir) {
		if got != Created {
			t.Errorf("%s: outcome %d in an empty folder", name, got)
		}
	}
	mine := filepath.Join(dir, "client.py")
	if err := os.WriteFile(mine, []byte("print('à moi')\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := outcomes(t, dir)
	want := map[string]Outcome{"serveur.py": Unchanged, "client.py": Kept, "serveur2.py": Unchanged, "client2.py": Unchanged, "LISEZMOI.txt": Unchanged}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("second time (-want +got):\n%s", diff)
	}
	if b, _ := os.ReadFile(mine); string(b) != "print('à moi')\n" {
		t.Errorf("client.py is now %q", b)
	}
}

func TestRestoreKeepsACopy(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "serveur.py")
	for n, want := range []string{"", path + ".ancien", path + ".ancien-2"} {
		content := []byte{byte('0' + n)}
		if n > 0 {
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		copy, err := Restore(path, true)
		if err != nil || copy != want {
			t.Fatalf("Restore = %q, %v; want %q", copy, err, want)
		}
		if original, _ := Original("serveur.py", true); !cmp.Equal(read(t, path), original) {
			t.Errorf("serveur.py is not the original")
		}
		if want != "" && !cmp.Equal(read(t, copy), content) {
			t.Errorf("%s holds %q, want %q", copy, read(t, copy), content)
		}
	}
	if _, err := Restore(filepath.Join(dir, "autre.py"), true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Restore of a file that is not ours: %v", err)
	}
}

func TestWriteSaysWhyItCannot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fichier")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(path, false); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
