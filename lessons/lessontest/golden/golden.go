// Package golden holds what is drawn against what was agreed on: a file of
// testdata, or a screen in a document. It is imported by tests only, and gives
// them the flag -update, which writes what is drawn.
package golden

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/text"
)

var update = flag.Bool("update", false, "write what is drawn into the golden files and the documents")

// Same holds that a file has what is drawn.
func Same(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; -update makes it", err)
	}
	compare(t, file, string(want), got)
}

// Words returns what is read of something drawn, whatever its width: its words,
// without rules and bars.
func Words(drawn string) string {
	return strings.Join(strings.FieldsFunc(drawn, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x2500 && r < 0x2580 /* box drawing */ }), " ")
}

// Screen holds that a document shows a screen: in the block of code that
// follows the line “<!-- écran NAME -->”, with plain spaces, none at the end of
// a line.
func Screen(t testing.TB, document, name string, lines []string) {
	t.Helper()
	b, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	const fence = "\n```\n"
	before, rest, found := strings.Cut(string(b), mark(name)+fence)
	want, after, closed := strings.Cut(rest, fence)
	if !found || !closed {
		t.Fatalf("%s has no block of code after “%s”", document, mark(name))
	}
	var screen strings.Builder
	for _, l := range lines {
		screen.WriteString(strings.TrimRight(strings.ReplaceAll(l, text.NBSP, " "), " ") + "\n")
	}
	got := strings.TrimRight(screen.String(), "\n")
	if *update && got != want {
		whole := before + mark(name) + fence + got + fence + after
		if err := os.WriteFile(document, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	compare(t, fmt.Sprintf("%s, %s", document, name), want, got)
}

// mark stands before a screen in a document.
func mark(name string) string { return "<!-- écran " + name + " -->" }

func compare(t testing.TB, what, want, got string) {
	t.Helper()
	if want == got { // most are, and splitting costs
		return
	}
	diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
	t.Errorf("%s is otherwise (-agreed +drawn; “go generate ./lessons/...” writes it again):\n%s", what, diff)
}
