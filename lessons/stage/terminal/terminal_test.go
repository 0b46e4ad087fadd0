package terminal

import (
	"bytes"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// leaving is a view that ends at once.
type leaving struct{}

func (leaving) Init() tea.Cmd                         { return tea.Quit }
func (l leaving) Update(tea.Msg) (tea.Model, tea.Cmd) { return l, nil }
func (leaving) View() tea.View                        { return tea.NewView("dessin") }

// Only the Linux console, which has no second screen, is left empty.
func TestConsoleIsLeftEmpty(t *testing.T) {
	for term, want := range map[string]bool{"linux": true, "xterm-256color": false, "tmux": false} {
		var out bytes.Buffer
		if err := New(leaving{}, Options{In: strings.NewReader(""), Out: &out, Env: []string{"TERM=" + term}}).Run(); err != nil {
			t.Fatal(err)
		}
		if got := strings.HasSuffix(out.String(), "\x1b[H\x1b[J\x1b[?1049l"); got != want {
			t.Errorf("%s: left empty: %v, want %v (%q)", term, got, want, out.String())
		}
	}
}
