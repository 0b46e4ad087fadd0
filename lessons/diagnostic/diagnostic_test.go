package diagnostic

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"labo/probe/probetest"
	"labo/probe/syscalls"
)

func TestMain(m *testing.M) {
	syscalls.Helper()
	os.Exit(probetest.OwnNetwork(m))
}

var update = flag.Bool("update", false, "write the table of docs/systemes.md")

// The table of the documents is the one of this code.
func TestTableOfTheDocuments(t *testing.T) {
	const path, from, to = "../../docs/systemes.md", "<!-- tableau -->\n", "<!-- fin -->"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), from)
	_, tail, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", path)
	}
	if want := head + from + Table() + to + tail; want == string(page) {
		return
	} else if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s is old: go test ./lessons/diagnostic -update", path)
}

// What the table says of this system is what is tried here.
func TestFeaturesAsDeclared(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w, err := watch(t.Context(), []string{self, "-test.run=^$"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		declared := f.on[runtime.GOOS]
		level, said, _ := f.tried(w)
		rightful := f.id == "others" && level == Fine // who has all rights, or is alone, sees all
		if level != declared.level && !rightful {
			t.Errorf("%s: %v (%s), the table says %v (%s)", f.id, level, said, declared.level, declared.words)
		}
		for _, system := range []string{"linux", "darwin", "windows"} {
			if f.on[system].words == "" {
				t.Errorf("%s: nothing is said of %s", f.id, system)
			}
		}
	}
}

// A machine that is asked answers everything, in French, and one document.
func TestExamine(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	hostile := Terminal{Is: true, Name: "x\x1b[2Jterm", Columns: 40, Rows: 10, Locale: "C\x07"}
	t.Setenv("LABO_HOME", t.TempDir())
	parts := Examine(t.Context(), Setting{Self: []string{self, "-test.run=^$"}, Port: 23456, Getenv: os.Getenv, Terminal: hostile})
	for p := range parts {
		if len(p.Findings) == 0 {
			t.Errorf("%s: nothing", p.Title)
		}
		for _, f := range p.Findings {
			if f.ID == "" || f.Subject == "" || f.Said == "" {
				t.Errorf("%+v", f)
			}
			if strings.ContainsFunc(f.Said+f.Remedy+f.Subject, unicode.IsControl) {
				t.Errorf("%q", f)
			}
		}
	}
	var b strings.Builder
	if err := WriteJSON(&b, parts); err != nil || !json.Valid([]byte(b.String())) {
		t.Errorf("%v: %s", err, b.String())
	}
}

// A folder where nothing may be written is told, with what to do.
func TestNoPlaceToKeep(t *testing.T) {
	file := t.TempDir() + "/fichier"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LABO_HOME", file+"/cahier")
	if f := kept("home", "cahier", "LABO_HOME", homeTried); f.Level != Lacking || !strings.Contains(f.Remedy, "LABO_HOME") {
		t.Errorf("%+v", f)
	}
}

// Ctrl+C is not waited for.
func TestExamineEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range Examine(ctx, Setting{Self: []string{"labo"}, Port: 23456, Getenv: os.Getenv}) {
		}
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on")
	}
}

// What opens an address is looked for where programs are; each lack has its remedy.
func TestBrowser(t *testing.T) {
	env := func(pairs map[string]string) func(string) string { return func(k string) string { return pairs[k] } }
	t.Setenv("PATH", t.TempDir())
	if f := browser(env(nil)); f.Level != Limited || f.Remedy == "" {
		t.Errorf("nothing there: %+v", f)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if err := os.WriteFile(os.Getenv("PATH")+"/xdg-open", []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if f := browser(env(nil)); f.Level != Limited || !strings.Contains(f.Said, "DISPLAY") || f.Remedy == "" {
		t.Errorf("no desktop: %+v", f)
	}
	if f := browser(env(map[string]string{"WAYLAND_DISPLAY": "wayland-0"})); f.Level != Fine || f.Remedy != "" {
		t.Errorf("a desktop: %+v", f)
	}
}
