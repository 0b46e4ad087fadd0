package frame

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// A frame is as high as its screen and no wider, whatever is in it, and the
// keys stay.
func TestAFrameFits(t *testing.T) {
	p := paint.New(true)
	long := strings.Repeat("très long 日本 ", 30)
	for width := 1; width <= 140; width += 17 {
		for height := 1; height <= 45; height += 5 {
			for _, rows := range []int{0, 3, 100} {
				f := Frame{Width: width, Height: height, Top: []string{Heading(p, long, long, width), Sides(long, "[source]", width)},
					Bottom: []string{Rule(p, long, long, width), "les touches"}, Cursor: tea.NewCursor(500, min(rows, 7))}
				for i := range rows {
					f.Body = append(f.Body, fmt.Sprint(i, long))
				}
				view := f.View()
				lines := strings.Split(view.Content, "\n")
				if len(lines) != height {
					t.Errorf("%dx%d, %d rows: %d lines", width, height, rows, len(lines))
				}
				for _, l := range lines {
					if text.Width(l) > width {
						t.Errorf("%dx%d: %d cells: %q", width, height, text.Width(l), l)
					}
				}
				if last := lines[len(lines)-1]; width > 11 && last != "les touches" {
					t.Errorf("%dx%d: the keys are %q", width, height, last)
				}
				if c := view.Cursor; c != nil && (c.X < 0 || c.X >= width || c.Y >= height) {
					t.Errorf("%dx%d: the cursor is at %d, %d", width, height, c.X, c.Y)
				}
			}
		}
	}
}

// Where not all keys fit in words, the help and the way out keep theirs.
func TestKeysGiveWay(t *testing.T) {
	first := [][2]string{{"Entrée", "suite"}}
	rest := [][2]string{{"←", "précédente"}, {"q", "quitter"}, {"?", "aide"}, {"Tab", "vue"}}
	for width, want := range map[int]string{
		80: " Entrée  suite   ←  précédente   q  quitter   ?  aide   Tab  vue",
		61: " Entrée  suite  ←  précédente  q  quitter  ?  aide  Tab  vue",
		55: " Entrée  suite  ←   q  quitter  ?  aide  Tab  vue",
		40: " Entrée  suite  ←   q   ?  aide  Tab ",
	} {
		if got := Keys(paint.Palette{}, first, rest, width); got != want {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
	for width := 15; width < 80; width++ {
		for _, f := range [][][2]string{first, nil} {
			if got := Keys(paint.New(true), f, rest, width); text.Width(got) > width || strings.HasPrefix(ansi.Strip(got), "  ") {
				t.Errorf("%d: %q", width, ansi.Strip(got))
			}
		}
	}
}

func TestKeysMove(t *testing.T) {
	for _, tc := range []struct {
		name                  string
		top, rows, room, want int
		moves                 bool
	}{
		{"down", 0, 10, 4, 1, true}, {"down", 6, 10, 4, 6, true}, {"up", 0, 10, 4, 0, true}, {"pgdown", 0, 10, 4, 3, true},
		{"pgup", 5, 10, 4, 2, true}, {"end", 0, 10, 4, 6, true}, {"home", 5, 10, 4, 0, true}, {"end", 0, 3, 4, 0, true}, {"x", 2, 10, 4, 2, false},
	} {
		if got, ok := Moved(tc.name, tc.top, tc.rows, tc.room); got != tc.want || ok != tc.moves {
			t.Errorf("%s from %d: %d, %v, want %d, %v", tc.name, tc.top, got, ok, tc.want, tc.moves)
		}
	}
}

// The help closes with any key, but those that move in it where it is long.
func TestHelpCloses(t *testing.T) {
	h := Help{Open: true}
	h.Press("down", 10, 4)
	if !h.Open || h.Top(10, 4) != 1 || !strings.Contains(h.Says(10, 4), "défilent") {
		t.Errorf("%+v", h)
	}
	if h.Top(10, 40) != 0 { // the screen has grown
		t.Errorf("%+v", h)
	}
	h.Press("down", 10, 40)
	if h.Open {
		t.Error("a key does not close it")
	}
	h = Help{Open: true}
	h.Press("x", 10, 4)
	if h.Open || h.top != 0 {
		t.Errorf("%+v", h)
	}
}

func TestTerms(t *testing.T) {
	got := Terms(paint.Palette{}, [][2]string{{"q", "quitter"}, {}, {"Pg↑", "une page, puis une autre page encore"}}, 32)
	want := []string{"  q    quitter", "", "  Pg↑  une page, puis une autre", "       page encore"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
}
