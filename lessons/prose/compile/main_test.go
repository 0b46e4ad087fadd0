package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/prose"
	"labo/lessons/prose/markdown"
)

// What the program shows is what the Markdown says, and nothing else.
func TestEveryTextIsCompiled(t *testing.T) {
	files, err := filepath.Glob("../*.md")
	if err != nil || len(files) != prose.Steps+len([]string{"etats", "mots"}) {
		t.Fatalf("%d texts, %v", len(files), err)
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
		if got, err := os.ReadFile(strings.TrimSuffix(file, ".md") + ".json"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s has changed (%v): run “go generate ./lessons/prose”", file, err)
		}
		parsed, err := markdown.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		read, err := prose.States()
		if n := strings.TrimPrefix(filepath.Base(file), "etape"); n != filepath.Base(file) {
			read, err = prose.Load(int(n[0] - '0'))
		} else if filepath.Base(file) == "mots.md" {
			read, err = prose.Glossary()
		}
		if diff := cmp.Diff(parsed, read); err != nil || diff != "" {
			t.Errorf("%s: what was parsed (-) and what the program has (+), %v:\n%s", file, err, diff)
		}
	}
}
