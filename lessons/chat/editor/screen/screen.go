// Package screen is a small terminal for tests: it obeys what lessons/chat and
// its editor write, and tells what a reader would see.
package screen

import (
	"fmt"
	"strconv"
	"strings"

	"labo/lessons/text"
)

// Screen is a terminal of so many columns and as many rows as are needed.
type Screen struct {
	width    int
	rows     [][]string // a cell each; the second cell of a wide character is ""
	row, col int
	noWrap   bool
	saved    [2]int
	// Unknown lists the sequences that were not understood: a test wants none.
	Unknown []string
}

// Show returns what a terminal shows after it was sent s.
func Show(width int, s string) *Screen {
	t := &Screen{width: width}
	for len(s) > 0 {
		s = t.step(s)
	}
	return t
}

// String returns the rows, without trailing spaces and empty rows at the end.
func (t *Screen) String() string {
	var b strings.Builder
	for _, row := range t.rows {
		b.WriteString(strings.TrimRight(strings.Join(row, ""), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// Cursor returns where the cursor is, from 0.
func (t *Screen) Cursor() (row, col int) { return t.row, t.col }

func (t *Screen) step(s string) string {
	switch {
	case strings.HasPrefix(s, "\x1b7"):
		t.saved = [2]int{t.row, t.col}
		return s[2:]
	case strings.HasPrefix(s, "\x1b8"):
		t.row, t.col = t.saved[0], t.saved[1]
		return s[2:]
	case strings.HasPrefix(s, "\x1b["):
		end := strings.IndexFunc(s[2:], func(r rune) bool { return r >= 0x40 && r <= 0x7e })
		if end < 0 {
			t.Unknown = append(t.Unknown, s)
			return ""
		}
		t.sequence(s[2 : 2+end+1])
		return s[2+end+1:]
	}
	for i, r := range s {
		if i > 0 {
			return s[i:]
		}
		t.put(r)
	}
	return ""
}

func (t *Screen) sequence(body string) {
	switch body {
	case "K", "0K":
		t.line()
		t.rows[t.row] = t.rows[t.row][:min(t.col, len(t.rows[t.row]))]
	case "H":
		t.row, t.col = 0, 0
	case "2J":
		t.rows = nil
	case "?7l", "?7h":
		t.noWrap = body == "?7l"
	case "?2004h", "?2004l":
	default:
		t.Unknown = append(t.Unknown, strconv.Quote(body))
	}
}

func (t *Screen) put(r rune) {
	switch {
	case r == '\r':
		t.col = 0
		return
	case r == '\n':
		t.row++
		t.line()
		return
	case r == '\b':
		t.col = max(0, t.col-1)
		return
	case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0:
		t.Unknown = append(t.Unknown, fmt.Sprintf("%U", r))
		return
	}
	w := text.Width(string(r))
	if t.col+w > t.width {
		if t.noWrap {
			t.col = t.width - w
		} else {
			t.row, t.col = t.row+1, 0
		}
	}
	t.line()
	row := t.rows[t.row]
	for len(row) < t.col+w {
		row = append(row, " ")
	}
	if w == 0 && t.col > 0 {
		row[t.col-1] += string(r)
	}
	for i := range w {
		row[t.col+i] = ""
	}
	if w > 0 {
		row[t.col] = string(r)
	}
	t.rows[t.row] = row
	t.col += w
}

// line makes the row of the cursor exist.
func (t *Screen) line() {
	for len(t.rows) <= t.row {
		t.rows = append(t.rows, nil)
	}
}
