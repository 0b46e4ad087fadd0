package scope

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"labo/lessons/text"
)

// emulator is what a traced program wrote: a page that only grows downwards.
// It obeys what line-by-line programs send (line ends, backspace, tabs, moves
// within the line, erasing) and drops other sequences: nothing of what a
// program writes reaches the reader's terminal as it is.
type emulator struct {
	mu      sync.Mutex
	lines   [][]rune // the last one is being written
	column  int      // in the last line
	escape  []byte   // a sequence that has begun
	partial []byte   // a character that has begun
	written int      // bytes, to know that something changed
}

const (
	keptLines  = 500
	maxColumns = 400
	maxEscape  = 64
)

func newEmulator() *emulator { return &emulator{lines: [][]rune{nil}} }

// Write takes what the program wrote.
func (t *emulator) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written += len(p)
	for _, b := range p {
		t.take(b)
	}
	return len(p), nil
}

func (t *emulator) take(b byte) {
	if len(t.escape) > 0 {
		t.inEscape(b)
		return
	}
	if len(t.partial) > 0 || b >= utf8.RuneSelf {
		t.partial = append(t.partial, b)
		if utf8.FullRune(t.partial) {
			r, n := utf8.DecodeRune(t.partial)
			rest := t.partial[n:]
			t.partial = nil
			t.visible(r, b)
			for _, c := range rest {
				t.take(c)
			}
		}
		return
	}
	switch b {
	case '\n':
		t.lines = append(t.lines, nil)
		if len(t.lines) > keptLines {
			t.lines = t.lines[len(t.lines)-keptLines:]
		}
		t.column = 0
	case '\r':
		t.column = 0
	case '\b':
		t.column = max(0, t.column-1)
	case '\t':
		for t.put(' '); t.column%8 != 0; {
			t.put(' ')
		}
	case 0x1b:
		t.escape = []byte{b}
	case 0x07, 0x00:
	default:
		t.visible(rune(b), b)
	}
}

// visible puts a character that is shown, or the picture of one that is not.
func (t *emulator) visible(r rune, b byte) {
	s := string(r)
	if r == utf8.RuneError {
		s = string([]byte{b})
	}
	for _, r := range text.Visible(s) {
		t.put(r)
	}
}

func (t *emulator) put(r rune) {
	last := len(t.lines) - 1
	line := t.lines[last]
	for len(line) <= t.column {
		line = append(line, ' ')
	}
	line[t.column] = r
	t.lines[last] = line
	if t.column++; t.column >= maxColumns {
		t.lines, t.column = append(t.lines, nil), 0
	}
}

// inEscape takes a byte of a sequence (ECMA-48) and does what it asks when it
// is complete.
func (t *emulator) inEscape(b byte) {
	t.escape = append(t.escape, b)
	e := t.escape
	switch {
	case len(e) > maxEscape:
		t.escape = nil
	case len(e) == 2 && b != '[' && b != ']' && b != '(' && b != ')':
		t.escape = nil
	case len(e) == 3 && (e[1] == '(' || e[1] == ')'):
		t.escape = nil
	case e[1] == ']' && (b == 0x07 || b == '\\' && e[len(e)-2] == 0x1b):
		t.escape = nil
	case e[1] == '[' && len(e) > 2 && b >= 0x40 && b <= 0x7e:
		t.control(string(e[2:len(e)-1]), b)
		t.escape = nil
	}
}

func (t *emulator) control(params string, final byte) {
	n, err := strconv.Atoi(params)
	if err != nil || n < 1 {
		n = 1
	}
	n = min(n, maxColumns)
	last := len(t.lines) - 1
	switch final {
	case 'C':
		t.column = min(t.column+n, maxColumns-1)
	case 'D':
		t.column = max(t.column-n, 0)
	case 'G':
		t.column = n - 1
	case 'K':
		if params == "" || params == "0" {
			t.lines[last] = t.lines[last][:min(t.column, len(t.lines[last]))]
		} else {
			t.lines[last] = nil
		}
	case 'J':
		if params == "2" || params == "3" {
			t.lines, t.column = [][]rune{nil}, 0
		}
	}
}

// view returns the last rows that fit and where the cursor is in them.
func (t *emulator) view(width, height int) (rows []string, x, y int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := max(0, len(t.lines)-height)
	for i, line := range t.lines[first:] {
		s := string(line)
		if first+i == len(t.lines)-1 {
			before := string(line[:min(t.column, len(line))]) + strings.Repeat(" ", max(0, t.column-len(line)))
			x = text.Width(before)
		}
		wrapped := wrapCells(s, width)
		rows = append(rows, wrapped...)
	}
	y = len(rows) - 1 - countAfter(string(t.lines[len(t.lines)-1]), width, x)
	if len(rows) > height {
		y -= len(rows) - height
		rows = rows[len(rows)-height:]
	}
	return rows, x % max(width, 1), max(y, 0)
}

// countAfter is how many rows of a wrapped line come after column x.
func countAfter(line string, width, x int) int {
	return max(0, len(wrapCells(line, width))-1-x/max(width, 1))
}

// wrapCells cuts a line every width cells.
func wrapCells(s string, width int) []string {
	if width < 1 || text.Width(s) <= width {
		return []string{s}
	}
	var rows []string
	row, cells := strings.Builder{}, 0
	for _, r := range s {
		w := text.Width(string(r))
		if cells+w > width {
			rows = append(rows, row.String())
			row.Reset()
			cells = 0
		}
		row.WriteRune(r)
		cells += w
	}
	return append(rows, row.String())
}
