package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/prose"
	"labo/lessons/prose/markdown"
)

// What the program shows is what the Markdown says, and nothing else.
func TestEveryTextIsCompiled(t *testing.T) {
	files, err := filepath.Glob("../*.md")
	if err != nil || len(files) != 2*prose.Steps+len([]string{"etats", "voisin", "bilan", "mots"}) {
		t.Fatalf("%d texts, %v", len(files), err)
	}
	all, err := os.ReadFile(filepath.Join("..", target))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := compiled(file, src)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(all, want) {
			t.Errorf("%s has changed: run “go generate ./lessons/prose”", file)
		}
		parsed, err := markdown.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		read := new(prose.Step)
		if err := json.Unmarshal(want[bytes.IndexByte(want, '\n'):], read); err != nil {
			t.Fatal(err)
		}
		lines := cmp.FilterPath(func(p cmp.Path) bool {
			return slices.Contains([]string{".Line", ".Cited", ".Unnamed"}, p.Last().String())
		}, cmp.Ignore())
		if diff := cmp.Diff(parsed, read, lines); diff != "" {
			t.Errorf("%s: what was parsed (-) and what the program has (+):\n%s", file, diff)
		}
	}
}
