//go:build unix

package lessons

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"labo/lessons/check"
	"labo/probe/probetest"
)

// mine are names of modules that labo's demonstrations import, or that Python
// does when it starts.
var mine = []string{"socket", "threading", "asyncio", "selectors", "enum", "signal", "time", "sys", "os", "io", "codecs", "site",
	"sitecustomize", "usercustomize", "encodings", "types", "queue", "struct", "ssl", "contextlib"}

// labo runs Python in the reader's folder, which may hold a file of any name,
// and be in PYTHONPATH: none of them runs, and each scene goes as it does
// elsewhere.
func TestPythonOfTheScenesIsIsolated(t *testing.T) {
	probetest.Need(t, "python3")
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "the scenes are played by another process")
	}
	dir, mark := t.TempDir(), filepath.Join(t.TempDir(), "ran")
	for _, name := range mine {
		text := fmt.Sprintf("open(%q, 'a').write(%q)\nraise SystemExit('mine')\n", mark, name+"\n")
		if err := os.WriteFile(filepath.Join(dir, name+".py"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hostile := func(cmd *exec.Cmd) {
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "PYTHONPATH="+dir, "PYTHONSTARTUP="+filepath.Join(dir, "os.py"))
	}
	for _, sc := range []struct {
		step int
		id   string
	}{{2, "caractere-coupe"}, {2, "partir-sans-exit"}, {2, "a-vous"}, {3, "deux-fils"}, {3, "a-vous-deux"}, {4, "systeme-implique"}, {4, "threads-a-qui"}} {
		t.Run(sc.id, func(t *testing.T) {
			here, there := play(t, sc.step, sc.id, freePort(t)), play(t, sc.step, sc.id, freePort(t), hostile)
			if there.Failed || len(there.Right) != len(here.Right) && !(sc.id == "threads-a-qui" && isBusy(here.Page+there.Page)) {
				t.Errorf("failed %v, answers %q, and %q elsewhere:\n%s", there.Failed, there.Right, here.Right, there.Page)
			}
			if ran, err := os.ReadFile(mark); err == nil {
				t.Errorf("files of the reader's folder ran:\n%s", ran)
				os.Remove(mark)
			}
		})
	}
	t.Run("finding Python", func(t *testing.T) {
		t.Chdir(dir)
		t.Setenv("PYTHONPATH", dir)
		p, err := check.FindPython(t.Context())
		if err != nil || p.Major != 3 {
			t.Errorf("%+v, %v", p, err)
		}
		if names := check.Shadows(t.Context(), p.Path, filepath.Join(dir, "socket.py")); slices.Contains(names, "sys.py") {
			t.Errorf("%q", names)
		}
		if ran, err := os.ReadFile(mark); err == nil {
			t.Errorf("files of the reader's folder ran:\n%s", ran)
		}
	})
}
