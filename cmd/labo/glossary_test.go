package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The glossary explains the words of key i, in the same sentences; what each is
// called in English, and where the standard defines it, is written there.
func TestGlossary(t *testing.T) {
	const from, to, head = "<!-- mots -->\n", "<!-- fin -->", "| mot | en anglais | où | ce que c'est |\n|---|---|---|---|\n"
	path := filepath.Join(moduleRoot, "docs", "glossaire.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	before, rest, opened := strings.Cut(page, from)
	table, after, closed := strings.Cut(rest, to)
	if !opened || !closed {
		t.Fatal("docs/glossaire.md has no place for the words")
	}
	english := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+ \| [^|]+) \|`).FindAllStringSubmatch(table, -1) {
		english[m[1]] = m[2]
	}
	words, err := os.ReadFile(filepath.Join(moduleRoot, "lessons", "prose", "mots.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	sections := regexp.MustCompile(`(?m)^## (.+) \{#\S+\}$`).FindAllStringSubmatchIndex(string(words), -1)
	for i, at := range sections {
		end := len(words)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		word, sentence := string(words[at[2]:at[3]]), strings.Join(strings.Fields(string(words[at[1]:end])), " ")
		known := english[word]
		if known == "" {
			known = "? | ?"
			t.Errorf("docs/glossaire.md: what is %q called in English, and where is it defined?", word)
		}
		rows.WriteString("| " + word + " | " + known + " | " + sentence + " |\n")
	}
	if len(sections) < 20 {
		t.Errorf("only %d words", len(sections))
	}
	want := before + from + head + rows.String() + to + after
	switch {
	case want == page:
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("docs/glossaire.md does not have the words of lessons/prose/mots.md: go generate ./cmd/labo")
	}
}
