package scope

import (
	"net/netip"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/stage/terminal"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe"
)

func TestTerminal(t *testing.T) {
	for in, want := range map[string][]string{
		"un\r\ndeux":              {"un", "deux"},
		"abc\rX":                  {"Xbc"},
		"abc\b\b\x1b[KX":          {"aX"},
		"a\tb":                    {"a       b"},
		"\x1b[1;31mrouge\x1b[0m!": {"rouge!"},
		"\x1b]0;titre\x07x":       {"x"},
		"vieux\x1b[2Jneuf":        {"neuf"},
		"caf\xc3\xa9":             {"café"},
		"\xff\u202e":              {"⟨ff⟩⟨U+202E⟩"},
		"0123456789ab":            {"0123456789", "ab"},
	} {
		term := newEmulator()
		for i := range len(in) { // however it is cut
			term.Write([]byte{in[i]})
		}
		width := 10
		if strings.Contains(in, "\t") || strings.Contains(in, "\xff") {
			width = 40
		}
		rows, _, _ := term.view(width, 24)
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestTerminalIsBounded(t *testing.T) {
	term := newEmulator()
	for range 10_000 {
		term.Write([]byte("encore\n" + strings.Repeat("x", 500)))
	}
	if len(term.lines) > keptLines+2 {
		t.Errorf("%d lines", len(term.lines))
	}
}

// The screen is full and never more than full, whatever its size.
func TestScreenFits(t *testing.T) {
	for _, n := range []int{1, 2} {
		var panes []*pane
		for range n {
			p := &pane{command: &trace.Command{Words: []string{"serveur.py"}, Script: "/tmp/serveur.py"}, screen: newEmulator()}
			p.screen.Write([]byte(strings.Repeat("une ligne bien longue du programme\r\n", 40)))
			panes = append(panes, p)
		}
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}, {20, 5}} {
			m := newModel(Options{Options: terminal.Options{Palette: paint.New(true)}, View: "fil"}, panes)
			m.width, m.height = size[0], size[1]
			m.lines = strings.Split(strings.Repeat("accept4(3) = 4\n", 90), "\n")
			for _, help := range []bool{false, true} {
				m.help = help
				lines := strings.Split(m.View().Content, "\n")
				if len(lines) != size[1] {
					t.Errorf("%v: %d rows", size, len(lines))
				}
				for _, l := range lines {
					if text.Width(l) > size[0] {
						t.Errorf("%v: %d cells: %q", size, text.Width(l), l)
					}
				}
			}
		}
	}
}

func TestKeysReachTheProgram(t *testing.T) {
	for _, tc := range []struct {
		key  tea.KeyPressMsg
		want string
	}{
		{tea.KeyPressMsg{Code: 'a', Text: "a"}, "a"},
		{tea.KeyPressMsg{Code: 'é', Text: "é"}, "é"},
		{tea.KeyPressMsg{Code: tea.KeyEnter}, "\r"},
		{tea.KeyPressMsg{Code: tea.KeyBackspace}, "\x7f"},
		{tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}, " "},
		{tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}, "\x03"},
		{tea.KeyPressMsg{Code: 'd', Mod: tea.ModCtrl}, "\x04"},
		{tea.KeyPressMsg{Code: tea.KeyUp}, "\x1b[A"},
		{tea.KeyPressMsg{Code: tea.KeyF5}, ""},
	} {
		if got := string(keyBytes(tc.key)); got != tc.want {
			t.Errorf("%s sends %q, want %q", tc.key, got, tc.want)
		}
	}
}

// Where room is scarce each socket keeps its line, whatever else must go.
func TestSocketsComeFirst(t *testing.T) {
	local, peer := netip.MustParseAddrPort("127.0.0.1:12345"), netip.MustParseAddrPort("127.0.0.1:50878")
	sockets := []probe.Socket{{Local: local, State: probe.Listen}, {Local: local, Remote: peer, State: probe.Established}}
	for room, want := range map[int]int{1: 2, 2: 2, 20: 3} {
		rows := socketRows(panel.NewGrid(paint.New(false), 60, probe.Auto, sockets), sockets, room)
		if len(rows) != want {
			t.Errorf("room for %d: %d rows: %q", room, len(rows), rows)
		}
		all := strings.Join(rows, "\n")
		if !strings.Contains(all, "LISTEN") || !strings.Contains(all, "50878") {
			t.Errorf("room for %d: a socket is missing: %q", room, rows)
		}
	}
}
