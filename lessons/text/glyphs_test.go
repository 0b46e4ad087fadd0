package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
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

// consoleFonts are the characters beyond ASCII that labo may leave as they
// are on a Linux console: those that the kernel's own font (cp437.uni), Lat15
// and Uni2 of console-setup (Debian) and eurlatgr of kbd (Fedora) all draw. The kernel's draws
// some capitals without their accent.
const consoleFonts = "─│├┤┌┐└┘┬┴┼═║█░▒■→←↑↓·•«»×¶µ°≥≤æàâäéèêëîïôöùûüÿçñÀÂÄÉÈÊËÎÏÔÖÙÛÜÇÑ"

// Everything that labo writes can be drawn on a console and in ASCII, cell for
// cell, and every character of its prose and of its sources has a counterpart
// of its own, not "?".
func TestAllThatIsSaidCanBeDrawn(t *testing.T) {
	for r, where := range said(t) {
		for _, g := range []Glyphs{ASCII, Console} {
			drawn := g.Draw(string(r))
			if _, longer := ligatures[r]; !longer && Width(drawn) != Width(string(r)) || drawn == "?" && r != '?' {
				t.Errorf("%q (%U, %s) is drawn %q", r, r, where, drawn)
			}
			for _, d := range drawn {
				if d >= utf8.RuneSelf && (g == ASCII || !strings.ContainsRune(consoleFonts, d)) {
					t.Errorf("%q (%U, %s) is drawn %q, which fonts lack", r, r, where, drawn)
				}
			}
		}
	}
	if got := ASCII.Draw("日\u0301x"); got != "??x" {
		t.Errorf("wide and combining characters: %q", got)
	}
	if got := Console.Draw("␛␊␀"); got != "·¶·" {
		t.Errorf("control characters: %q", got)
	}
}

// said returns the characters beyond ASCII of the prose and of the strings of
// the sources, and a place of each. Left out are those that only come from
// outside, and what is sent to programs under test.
func said(t *testing.T) map[rune]string {
	all := map[rune]string{}
	add := func(words, where string) {
		for _, r := range words {
			if r >= utf8.RuneSelf && r != utf8.RuneError && all[r] == "" {
				all[r] = where
			}
		}
	}
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "check" || d.Name() == "text"):
				return filepath.SkipDir
			case strings.HasSuffix(path, ".md"):
				b, err := os.ReadFile(path)
				add(string(b), path)
				return err
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && (l.Kind == token.STRING || l.Kind == token.CHAR) {
					add(l.Value, path)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 50 || all['é'] == "" || all['■'] == "" {
		t.Fatalf("only %d characters were found", len(all))
	}
	return all
}

// A ligature takes a cell more, and the blank after it one less.
func TestLigaturesKeepColumns(t *testing.T) {
	for in, want := range map[string]string{
		"un cœur occupé":              "un coeur occupe",
		"un cœur  │":                  "un coeur |",
		"cœur et cœur    │":           "coeur et coeur  |",
		"cœur\n  un":                  "coeur\n  un",
		"\x1b[1mcœur\x1b[22m     fin": "\x1b[1mcoeur\x1b[22m    fin",
	} {
		if got := ASCII.Draw(in); got != want {
			t.Errorf("%q is drawn %q, want %q", in, got, want)
		}
	}
}
