package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// failures is a test that keeps its failures to itself.
type failures struct {
	testing.TB
	told []string
}

func (f *failures) Helper() {}
func (f *failures) Errorf(format string, args ...any) {
	f.told = append(f.told, format)
}

// A document, and a file, is held to what is drawn, and written with -update.
func TestScreensAreHeldAndWritten(t *testing.T) {
	defer func(was bool) { *update = was }(*update)
	doc := filepath.Join(t.TempDir(), "page.md")
	const page = "Un écran :\n\n<!-- écran un -->\n```\nune ligne\n\n  deux\n```\n\n<!-- écran deux -->\n```\nautre\n```\nLa fin.\n"
	if err := os.WriteFile(doc, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	*update = false
	f := &failures{TB: t}
	Screen(f, doc, "un", []string{"une\u00a0ligne ", "", "  deux", ""})
	Screen(f, doc, "deux", []string{"autre"})
	Same(f, doc, page)
	if len(f.told) > 0 {
		t.Errorf("the same, and yet: %q", f.told)
	}
	Screen(f, doc, "un", []string{"une autre"})
	Same(f, doc, page+"\n")
	if len(f.told) != 2 {
		t.Errorf("two differences, told: %q", f.told)
	}
	*update = true
	Screen(t, doc, "un", []string{"neuve"})
	got, err := os.ReadFile(doc)
	if want := strings.Replace(page, "une ligne\n\n  deux", "neuve", 1); err != nil || string(got) != want {
		t.Errorf("written: %q, %v", got, err)
	}
}
