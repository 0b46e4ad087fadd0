package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/prose"
	texts "labo/lessons/prose/compiled"
	"labo/lessons/prose/markdown"
)

// What the program shows is what the Markdown says, and nothing else.
func TestEveryTextIsCompiled(t *testing.T) {
	for _, name := range names(t) {
		src, err := os.ReadFile("../" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		want, err := source(name, src)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", compiled, name+".go"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s.md has changed: run “go generate ./lessons/prose”", name)
		}
	}
}

// names are those of the texts, without “.md”.
func names(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("../*.md")
	if err != nil || len(files) != texts.Steps+1 {
		t.Fatalf("%d texts, %v", len(files), err)
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".md"))
	}
	return names
}

// The Go that is written reads back as the text that was parsed.
func TestSource(t *testing.T) {
	read := map[string]*prose.Step{"etats": texts.States()}
	for n := 1; n <= texts.Steps; n++ {
		step, err := texts.Load(n)
		if err != nil {
			t.Fatal(err)
		}
		read[fmt.Sprintf("etape%d", n)] = step
	}
	for _, name := range names(t) {
		src, err := os.ReadFile("../" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := markdown.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(parsed, read[name]); diff != "" {
			t.Errorf("%s: what was parsed (-) and what the program has (+):\n%s", name, diff)
		}
	}
}
