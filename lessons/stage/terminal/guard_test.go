package terminal

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/emulator"
)

// rows is a view that numbers the rows of its terminal.
type rows struct {
	height int
	begun  chan struct{} // closed by the first size, that of no terminal
}

func (r *rows) Init() tea.Cmd { return nil }

func (r *rows) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		if r.height = size.Height; size.Height == 0 {
			close(r.begun)
		}
	}
	return r, nil
}

func (r *rows) View() tea.View { return tea.NewView(strings.Join(numbered(r.height), "\n")) }

func numbered(height int) (lines []string) {
	for i := range height {
		lines = append(lines, fmt.Sprintf("ligne %d", i))
	}
	return lines
}

// driver is a terminal whose driver turns line feeds into new lines (ONLCR, see
// termios(3)).
type driver struct{ term *emulator.Terminal }

func (d driver) Write(p []byte) (int, error) {
	_, err := d.term.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	return len(p), err
}

// A picture made for the old size of a terminal may come after the change, and
// set margins: the next picture is whole all the same.
func TestMarginsOfAnotherSizeAreForgotten(t *testing.T) {
	const bound = 20 * time.Second
	term := emulator.New(60, 24, nil)
	defer term.Close()
	view := &rows{begun: make(chan struct{})}
	p := New(view, Options{In: strings.NewReader(""), Out: driver{term}, Env: []string{"TERM=xterm-256color"}})
	ended := make(chan error, 1)
	go func() { ended <- p.Run() }()
	shows := func(height int) {
		t.Helper()
		for limit := time.Now().Add(bound); !slices.Equal(term.Lines(), numbered(height)); time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatalf("%d rows:\n%s", height, term.Text())
			}
		}
	}
	select {
	case <-view.begun:
	case <-time.After(bound):
		t.Fatal("the view does not begin")
	}
	p.Send(tea.WindowSizeMsg{Width: 60, Height: 24})
	shows(24)
	for _, height := range []int{44, 25, 12, 30} {
		term.Resize(60, height)
		if _, err := term.Write([]byte("\x1b[5;10r")); err != nil {
			t.Fatal(err)
		}
		p.Send(tea.WindowSizeMsg{Width: 60, Height: height})
		shows(height)
	}
	p.Quit()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(bound):
		t.Error("the view does not end")
	}
	if odd := term.Odd(); len(odd) > 0 {
		t.Errorf("sent to the terminal: %q", odd)
	}
}
