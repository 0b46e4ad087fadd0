package text

import (
	"os"
	"path/filepath"
	"testing"
)

func TestGlyphsOf(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want Glyphs
	}{
		{nil, Unicode},
		{map[string]string{"LANG": "fr_FR.UTF-8"}, Unicode},
		{map[string]string{"LANG": "C.utf8", "TERM": "xterm"}, Unicode},
		{map[string]string{"LANG": "fr_FR.ISO-8859-1"}, ASCII},
		{map[string]string{"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, ASCII},
		{map[string]string{"LC_CTYPE": "UTF-8"}, Unicode}, // as macOS sets it
		{map[string]string{"LANG": "fr_FR.UTF-8", "TERM": "linux"}, Console},
		{map[string]string{"LANG": "POSIX", "TERM": "linux"}, ASCII},
	} {
		if got := GlyphsOf(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %v", c.env, got)
		}
	}
}

// Everything that labo writes can be drawn in ASCII, cell for cell, and every
// character of its prose has a counterpart of its own, not "?".
func TestProseInASCII(t *testing.T) {
	files, err := filepath.Glob("../prose/*.md")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	said := "▶◀▸›→←↑↓⇒✓✗…╌─━│├┤▼█░·•«»—–×≥µ°œ▁▂▃▄▅▆▇█▏⟨⟩−\u00a0"
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		said += string(b)
	}
	for _, r := range said {
		for _, g := range []Glyphs{ASCII, Console} {
			drawn := g.Draw(string(r))
			if Width(drawn) != Width(string(r)) || drawn == "?" && r != '?' {
				t.Errorf("%q (%U) is drawn %q", r, r, drawn)
			}
			if g == ASCII && len(drawn) != 1 {
				t.Errorf("%q is not ASCII: %q", r, drawn)
			}
		}
	}
	if got := ASCII.Draw("日\u0301x"); got != "??x" {
		t.Errorf("wide and combining characters: %q", got)
	}
}
