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

// What a program wrote on its page, however it is cut.
func TestPage(t *testing.T) {
	for in, want := range map[string][]string{
		"un\r\ndeux":              {"un", "deux"},
		"abc\rX":                  {"Xbc"},
		"abc\b\b\x1b[KX":          {"aX"},
		"a\tb":                    {"a       b"},
		"\x1b[1;31mrouge\x1b[0m!": {"rouge!"},
		"\x1b]0;titre\x07x":       {"x"},
		"vieux\x1b[2J\x1b[Hneuf":  {"neuf"},
		"caf\xc3\xa9":             {"café"},
		"\xff\u202e":              {"⟨ff⟩⟨U+202", "E⟩"},
		"0123456789ab":            {"0123456789", "ab"},
		"日本\x1b[3GX":              {"日X"},
		"🙂a\b\bB":                 {" Ba"},
	} {
		p := newPage()
		p.resize(10, 4)
		for i := range len(in) {
			p.Write([]byte{in[i]})
		}
		if diff := cmp.Diff(want, written(p)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
		p.close()
	}
}

// written are the rows of a page down to the last that is not empty.
func written(p *glass) []string {
	rows, _, _ := p.view()
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// Lines break anew when the page changes its size, and come back when it grows.
func TestPageOfAnotherSize(t *testing.T) {
	p := newPage()
	defer p.close()
	p.resize(10, 4)
	p.Write([]byte("un\r\ndeux\r\n0123456789abc\r\n>>> "))
	for _, tc := range []struct {
		width, height int
		want          []string
		x, y          int
	}{
		{10, 4, []string{"deux", "0123456789", "abc", ">>>"}, 4, 3},
		{5, 2, []string{"abc", ">>>"}, 4, 1},
		{20, 5, []string{"un", "deux", "0123456789abc", ">>>"}, 4, 3},
	} {
		p.resize(tc.width, tc.height)
		_, x, y := p.view()
		if diff := cmp.Diff(tc.want, written(p)); diff != "" || x != tc.x || y != tc.y {
			t.Errorf("%dx%d: cursor %d, %d: %s", tc.width, tc.height, x, y, diff)
		}
	}
}

func TestPageIsBounded(t *testing.T) {
	p := newPage()
	defer p.close()
	for range 300 {
		p.Write([]byte("encore\n" + strings.Repeat("x", 500)))
	}
	p.Write([]byte("\x1b]" + strings.Repeat("y", 3*keptBytes)))
	if len(p.kept) > keptBytes {
		t.Errorf("%d bytes are kept", len(p.kept))
	}
}

// The screen is full and never more than full, whatever its size.
func TestScreenFits(t *testing.T) {
	for _, n := range []int{1, 2} {
		var panes []*pane
		for range n {
			p := &pane{command: &trace.Command{Words: []string{"serveur.py"}, Script: "/tmp/serveur.py"}, screen: newPage()}
			p.screen.Write([]byte(strings.Repeat("une ligne bien longue du programme\r\n", 40)))
			panes = append(panes, p)
		}
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}, {20, 5}} {
			m := newModel(Options{Options: terminal.Options{Palette: paint.New(true)}, View: "fil"}, panes)
			m.width, m.height = size[0], size[1]
			m.lines = strings.Split(strings.Repeat("accept4(3) = 4\n", 90), "\n")
			for _, help := range []bool{false, true} {
				m.help.Open = help
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
