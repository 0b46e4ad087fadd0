package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// The files that a program imports in place of Python's are named: those that
// it needs, by itself or through what it imports, and no other. None is run to
// find out.
func TestShadowsAreNamed(t *testing.T) {
	python := probetest.Need(t, "python3")
	for name, tc := range map[string]struct {
		beside []string
		want   []string
	}{
		"nothing beside":               {nil, nil},
		"other programs":               {[]string{"client.py", "chat.py", "notes/__init__.py"}, nil},
		"what it imports":              {[]string{"socket.py", "client.py"}, []string{"socket.py"}},
		"a folder":                     {[]string{"selectors/__init__.py"}, []string{"selectors/__init__.py"}},
		"what socket imports":          {[]string{"selectors.py"}, []string{"selectors.py"}},
		"two":                          {[]string{"socket.py", "selectors.py"}, []string{"selectors.py", "socket.py"}},
		"of Python, and not needed":    {[]string{"turtle.py", "asyncio.py"}, nil},
		"in Python itself, or started": {[]string{"sys.py", "time.py", "os.py", "codecs.py"}, nil},
		"a folder that is no package":  {[]string{"socket/notes.txt"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mark := filepath.Join(dir, "ran")
			write := func(file, text string) {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("serveur.py", "import socket\nfrom threading import Thread\nopen('ran', 'w')\n")
			for _, file := range tc.beside {
				write(file, "open("+`r"`+mark+`"`+", 'w')\n")
			}
			if got := Shadows(t.Context(), python, filepath.Join(dir, "serveur.py")); !slices.Equal(got, tc.want) {
				t.Errorf("%q, want %q", got, tc.want)
			}
			if _, err := os.Stat(mark); err == nil {
				t.Error("a file of the folder was run")
			}
		})
	}
}

// A judgement names the file, and its remedy works: under another name, the
// same check passes.
func TestAShadowedProgramIsTold(t *testing.T) {
	python, err := FindPython(t.Context())
	if err != nil {
		probetest.Missing(t, "%v", err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "serveur.py")
	source, err := os.ReadFile(filepath.Join("..", "atelier", "fichiers", "serveur.py"))
	if err != nil {
		t.Fatal(err)
	}
	shadow := filepath.Join(dir, "socket.py")
	for path, text := range map[string]string{file: string(source), shadow: "print('mes essais')\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	judge := func() *Report {
		r, err := Judge(t.Context(), Config{File: file, Python: python, Role: Server, Only: []string{"ecoute"}, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := judge()
	if !slices.Equal(r.Shadows, []string{"socket.py"}) || r.OK() {
		t.Errorf("shadows %q, accepted %v", r.Shadows, r.OK())
	}
	if what, remedy := ShadowWords("socket.py"); !strings.Contains(what, "socket.py") || !strings.Contains(remedy, "autre nom") {
		t.Errorf("%q, %q", what, remedy)
	}
	if err := os.Rename(shadow, filepath.Join(dir, "mes_essais.py")); err != nil {
		t.Fatal(err)
	}
	if r := judge(); len(r.Shadows) > 0 || !r.OK() {
		t.Errorf("after the remedy: shadows %q, accepted %v", r.Shadows, r.OK())
	}
}
