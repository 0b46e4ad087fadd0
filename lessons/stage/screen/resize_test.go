package screen

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/scene"
)

// A terminal made wider, or higher, keeps nothing of what was on it before.
// (Made wider but not higher, ultraviolet forgot until July 2026 what it had
// written in the new columns, and left it there.)
func TestAWiderTerminalKeepsNothing(t *testing.T) {
	long, short := scene.Head{Title: strings.Repeat("titre ", 60), Total: 2}, scene.Head{Title: "Court", Total: 2}
	for _, from := range [][2]int{{1, 12}, {20, 16}, {60, 24}, {99, 12}, {120, 5}} {
		for _, to := range [][2]int{{80, 24}, {101, 12}, {240, 5}} {
			g := onGlass(t, plainOptions(), from[0], from[1])
			g.send(beginMsg{long, nil})
			g.look()
			g.resize(to[0], to[1])
			g.look()
			g.send(beginMsg{short, nil})
			g.look()
		}
	}
}

// resize gives the terminal another size, as a reader's window has.
func (g *glass) resize(width, height int) {
	g.term.Resize(width, height)
	g.send(tea.WindowSizeMsg{Width: width, Height: height})
}
