//go:build !windows

package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"

	"labo/lessons/text"
)

// openTerminal returns a real terminal of the given size.
func openTerminal(t *testing.T, columns, rows uint16) *os.File {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close(); master.Close() })
	if err := pty.Setsize(tty, &pty.Winsize{Cols: columns, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	return tty
}

func environment(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestConsoleOnATerminal(t *testing.T) {
	tty := openTerminal(t, 60, 20)
	c := newConsole(tty, tty, tty, environment(map[string]string{"TERM": "xterm", "COLUMNS": "132"}))
	if !c.inTerminal() || !c.outTerminal() || !c.errTerminal() || !c.canDraw() {
		t.Error("a terminal was not seen as one")
	}
	if columns, rows := c.size(); columns != 60 || rows != 20 || c.width() != 60 {
		t.Errorf("size = %d×%d, want the terminal's own 60×20", columns, rows)
	}
}

func TestConsoleOnAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for name, c := range map[string]*console{
		"pipe":    newConsole(r, w, w, nil),
		"buffers": newConsole(new(bytes.Buffer), new(bytes.Buffer), new(bytes.Buffer), nil),
	} {
		if c.inTerminal() || c.outTerminal() || c.errTerminal() || c.canDraw() || c.wantsColor() {
			t.Errorf("%s: seen as a terminal", name)
		}
		if columns, rows := c.size(); columns != 80 || rows != 24 {
			t.Errorf("%s: size = %d×%d, want 80×24", name, columns, rows)
		}
	}
}

func TestWantsColor(t *testing.T) {
	tty := openTerminal(t, 80, 24)
	for _, tc := range []struct {
		name   string
		choice colorChoice
		env    map[string]string
		piped  bool
		want   bool
	}{
		{"terminal", colorAuto, nil, false, true},
		{"pipe", colorAuto, nil, true, false},
		{"NO_COLOR", colorAuto, map[string]string{"NO_COLOR": "0"}, false, false},
		{"NO_COLOR empty", colorAuto, map[string]string{"NO_COLOR": ""}, false, true},
		{"dumb", colorAuto, map[string]string{"TERM": "dumb"}, false, false},
		{"jamais", colorNever, nil, false, false},
		{"toujours in a pipe", colorAlways, nil, true, true},
		{"toujours over NO_COLOR", colorAlways, map[string]string{"NO_COLOR": "1"}, false, true},
	} {
		c := newConsole(tty, tty, tty, environment(tc.env))
		if tc.piped {
			c = newConsole(tty, new(bytes.Buffer), tty, environment(tc.env))
		}
		c.colors = tc.choice
		if got := c.wantsColor(); got != tc.want {
			t.Errorf("%s: wantsColor = %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestDumbTerminalIsNotDrawnOn(t *testing.T) {
	tty := openTerminal(t, 80, 24)
	if newConsole(tty, tty, tty, environment(map[string]string{"TERM": "dumb"})).canDraw() {
		t.Error("canDraw on TERM=dumb")
	}
}

func TestHelpFitsANarrowTerminal(t *testing.T) {
	for _, columns := range []uint16{60, 80, 200} {
		var page bytes.Buffer
		c := newConsole(nil, &page, io.Discard, nil)
		c.outFile = openTerminal(t, columns, 20) // measured there, written here
		if exit := run(t.Context(), []string{"aide", "etape"}, c); exit != 0 {
			t.Fatalf("exit status %d", exit)
		}
		widest := 0
		for line := range strings.Lines(page.String()) {
			widest = max(widest, text.Width(strings.TrimSuffix(line, "\n")))
		}
		if widest > int(columns) || widest > maxHelpColumns || widest < int(min(columns, maxHelpColumns))-15 {
			t.Errorf("on %d columns, the widest line has %d cells:\n%s", columns, widest, page.String())
		}
	}
}
