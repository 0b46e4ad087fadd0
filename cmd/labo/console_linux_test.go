package main

import (
	"os"
	"testing"

	"github.com/creack/pty"

	"labo/lessons/text"
)

// The locale does not decide alone: a console may not be in UTF-8.
func TestConsoleThatIsNotInUTF8(t *testing.T) {
	control, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer control.Close()
	defer tty.Close()
	if singleByte(tty) {
		t.Error("a terminal that is no console is taken for one")
	}
	ask := singleByte
	defer func() { singleByte = ask }()
	singleByte = func(*os.File) bool { return true }
	for term, want := range map[string]text.Glyphs{"linux": text.ASCII, "xterm": text.Unicode} {
		env := map[string]string{"TERM": term, "LANG": "fr_FR.UTF-8"}
		if c := newConsole(tty, tty, tty, func(name string) string { return env[name] }); c.glyphs != want || c.screen().Glyphs != want {
			t.Errorf("TERM=%s: %v, want %v", term, c.glyphs, want)
		}
	}
}
