//go:build unix

package lessons

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"labo/lessons/check"
	"labo/probe/probetest"
)

// mine are names of modules that labo's demonstrations import, or that Python
// does when it starts.
var mine = []string{"socket", "threading", "asyncio", "selectors", "enum", "signal", "time", "sys", "os", "io", "codecs", "site",
	"sitecustomize", "usercustomize", "encodings", "types", "queue", "struct", "ssl", "contextlib"}

// shadow writes files of those names, each of which leaves a mark where it runs.
func shadow(t *testing.T, dir, mark string) {
	t.Helper()
	for _, name := range mine {
		text := fmt.Sprintf("open(%q, 'a').write(%q)\nraise SystemExit('mine')\n", mark, name+"\n")
		if err := os.WriteFile(filepath.Join(dir, name+".py"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// labo looks for Python in the reader's folder, which may hold a file of any name,
// and be in PYTHONPATH: none of them runs. [TestWorlds] plays the scenes there.
func TestFindingPythonIsIsolated(t *testing.T) {
	probetest.Need(t, "python3")
	dir, mark := t.TempDir(), filepath.Join(t.TempDir(), "ran")
	shadow(t, dir, mark)
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
}
