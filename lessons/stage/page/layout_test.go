package page_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"labo/probe/probetest"
)

// What the drawings lay out, and what they tell of moves, holds for random
// sockets at every size: testdata/layout.mjs, run on the modules as they are.
func TestNoTwoTextsMeet(t *testing.T) {
	node := probetest.Need(t, "node")
	dir := t.TempDir()
	modules, err := filepath.Glob("web/*.js")
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	for _, from := range append(modules, "testdata/layout.mjs") {
		source, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(from)), source, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "--test", "layout.mjs")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A film is one file, where the modules share one scope: no name stands twice.
func TestModulesShareOneScope(t *testing.T) {
	modules, err := filepath.Glob("web/*.js")
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	named := regexp.MustCompile(`(?m)^(?:export )?(?:async )?(?:const|let|function|class) (\w+)`)
	where := map[string]string{}
	for _, path := range modules {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			if before, twice := where[m[1]]; twice {
				t.Errorf("%s is in %s and in %s", m[1], before, path)
			}
			where[m[1]] = path
		}
	}
}
