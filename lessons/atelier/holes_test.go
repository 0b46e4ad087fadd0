package atelier

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// Each hole has its sentence, which stands in the file, and no line of the answer.
func TestHoles(t *testing.T) {
	for _, name := range Programs {
		sentences := Holes(name)
		bare := Grown(name, 0, Port)
		if len(sentences) < 6 {
			t.Errorf("%s has %d holes", name, len(sentences))
		}
		for i, s := range sentences {
			first, _, _ := strings.Cut(s, ",")
			if len(first) > 30 {
				first = first[:30]
			}
			if !strings.HasSuffix(s, ".") || !strings.Contains(bare, fmt.Sprintf("# À VOUS %d : %s", i+1, first)) {
				t.Errorf("%s: hole %d, %q", name, i+1, s)
			}
			if before, after := Grown(name, i, Port), Grown(name, i+1, Port); before == after {
				t.Errorf("%s: hole %d has no answer", name, i+1)
			}
		}
		for _, line := range []string{"#1-", "socket.socket(" + "socket.AF_INET", ".bind((", ".join()"} {
			if strings.Contains(bare, line) && !strings.HasSuffix(name, "2.py") {
				t.Errorf("%s gives %q", name, line)
			}
		}
		if got := Empty([]byte(bare)); len(got) != len(sentences) {
			t.Errorf("%s: holes %v are empty", name, got)
		}
		if got := Empty([]byte(Grown(name, 1, Port))); slices.Contains(got, 1) || !slices.Contains(got, 2) {
			t.Errorf("%s: holes %v are empty once the first is filled", name, got)
		}
		if got := Grown(name, 0, 4321); !strings.Contains(got, "PORT = 4321") {
			t.Errorf("%s does not take its port", name)
		}
		if !untouched(name, []byte(bare)) || untouched(name, []byte(bare+"x")) {
			t.Errorf("%s: what labo writes is not told from the student's", name)
		}
	}
}

// The editor that is opened is the one that the environment names, else VS Code.
func TestEditor(t *testing.T) {
	cat := probetest.Need(t, "cat")
	for _, c := range []struct {
		visual, editor string
		want           []string
		terminal       bool
	}{
		{"cat", "ls", []string{cat, "a b.py"}, true},
		{"", "cat -n", []string{cat, "-n", "a b.py"}, true},
		{"nobody-has-this", `"` + cat + `" -n`, []string{cat, "-n", "a b.py"}, true},
	} {
		env := map[string]string{"VISUAL": c.visual, "EDITOR": c.editor}
		cmd, terminal, err := Editor(func(k string) string { return env[k] }, "a b.py")
		if err != nil {
			t.Fatal(err)
		}
		if got := append([]string{cmd.Path}, cmd.Args[1:]...); !slices.Equal(got, c.want) || terminal != c.terminal {
			t.Errorf("VISUAL=%q EDITOR=%q: %q, %v", c.visual, c.editor, got, terminal)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, _, err := Editor(func(string) string { return "" }, "a.py"); err != ErrNoEditor {
		t.Errorf("no editor: %v", err)
	}
}

// A program is looked for here, then where it was last written.
func TestFindRemembers(t *testing.T) {
	home, there, here := t.TempDir(), t.TempDir(), t.TempDir()
	getenv := func(k string) string { return map[string]string{"LABO_HOME": home}[k] }
	t.Chdir(here)
	if _, ok := Find(getenv, "serveur.py"); ok {
		t.Error("found in an empty folder")
	}
	if _, err := Write(there, false); err != nil {
		t.Fatal(err)
	}
	Remember(getenv, there)
	if path, ok := Find(getenv, "client.py"); !ok || path != filepath.Join(there, "client.py") {
		t.Errorf("Find = %q, %v", path, ok)
	}
	if err := Need(filepath.Join(here, "client.py")); err != nil {
		t.Fatal(err)
	}
	if path, ok := Find(getenv, "client.py"); !ok || filepath.Dir(path) == there {
		t.Errorf("Find = %q, %v: the current folder comes first", path, ok)
	}
}
