package editor

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/text"
)

// Line is the text being typed, in what a reader sees as characters, and those
// entered before. It is pure.
type Line struct {
	cells []cell
	pos   int // the cursor stands before cells[pos]

	history []string
	back    int    // how far up the history; 0: the line itself
	kept    string // the line itself, while back > 0

	appended int // how many cells the last insertion left as they were
}

// cell is one character: a grapheme cluster (UAX #29).
type cell struct {
	text  string
	shown string // with controls and hidden characters made visible
	width int    // of shown, in terminal cells
}

const (
	// maxLine is the longest line, in cells: enough to fill any buffer the
	// lessons speak of.
	maxLine = 1 << 20
	// maxHistory is how many lines are remembered.
	maxHistory = 100
)

func (l *Line) empty() bool { return len(l.cells) == 0 }

func split(s string) []cell {
	var cells []cell
	for s != "" {
		c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		if c == "" {
			c = s[:1]
		}
		shown := text.Visible(c)
		cells = append(cells, cell{c, shown, text.Width(shown)})
		s = s[len(c):]
	}
	return cells
}

func join(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.text)
	}
	return b.String()
}

// shown returns the cells from one to another as they are shown.
func (l *Line) shown(from, to int) string {
	var b strings.Builder
	for _, c := range l.cells[from:to] {
		b.WriteString(c.shown)
	}
	return b.String()
}

// width returns the terminal cells of a part of the line.
func (l *Line) width(from, to int) int {
	w := 0
	for _, c := range l.cells[from:to] {
		w += c.width
	}
	return w
}

// grew reports whether the last key appended to a line of n cells without
// changing those (a combining accent changes the letter before it).
func (l *Line) grew(n int) bool { return len(l.cells) > n && l.appended == n }

// take returns the text and begins a new line.
func (l *Line) take() string {
	s := join(l.cells)
	if n := len(l.history); s != "" && (n == 0 || l.history[n-1] != s) {
		l.history = append(l.history, s)
		l.history = l.history[max(0, len(l.history)-maxHistory):]
	}
	l.set("")
	l.back = 0
	return s
}

func (l *Line) set(s string) {
	l.cells = split(s)
	l.pos = len(l.cells)
}

// apply does what a key says to the line.
func (l *Line) apply(k key) {
	switch k.kind {
	case keyText:
		l.insert(k.text)
	case keyLeft:
		l.pos = max(0, l.pos-1)
	case keyRight:
		l.pos = min(len(l.cells), l.pos+1)
	case keyWordLeft:
		l.pos = l.wordLeft()
	case keyWordRight:
		l.pos = l.wordRight()
	case keyHome:
		l.pos = 0
	case keyEnd:
		l.pos = len(l.cells)
	case keyUp:
		l.recall(l.back + 1)
	case keyDown:
		l.recall(l.back - 1)
	case keyBackspace:
		l.remove(l.pos-1, l.pos)
	case keyDelete:
		l.remove(l.pos, l.pos+1)
	case keyDeleteWord:
		l.remove(l.wordLeft(), l.pos)
	case keyDeleteToStart:
		l.remove(0, l.pos)
	case keyDeleteToEnd:
		l.remove(l.pos, len(l.cells))
	}
}

// insert puts s before the cursor. It may join the character there.
func (l *Line) insert(s string) {
	if len(l.cells) >= maxLine {
		return
	}
	from := max(0, l.pos-1)
	before := join(l.cells[from:l.pos])
	added := split(before + s)
	l.appended = from
	if from < l.pos && added[0].text == before {
		l.appended = l.pos
	}
	l.cells = slices.Replace(l.cells, from, l.pos, added...)
	l.pos = from + len(added)
}

func (l *Line) remove(from, to int) {
	if from < 0 || to > len(l.cells) {
		return
	}
	l.cells = slices.Delete(l.cells, from, to)
	l.pos = from
}

// wordLeft returns where the word before the cursor begins.
func (l *Line) wordLeft() int {
	i := l.pos
	for i > 0 && l.cells[i-1].text == " " {
		i--
	}
	for i > 0 && l.cells[i-1].text != " " {
		i--
	}
	return i
}

// wordRight returns where the word after the cursor ends.
func (l *Line) wordRight() int {
	i := l.pos
	for i < len(l.cells) && l.cells[i].text == " " {
		i++
	}
	for i < len(l.cells) && l.cells[i].text != " " {
		i++
	}
	return i
}

// recall shows a line of the history, back lines ago.
func (l *Line) recall(back int) {
	if back < 0 || back > len(l.history) {
		return
	}
	if l.back == 0 {
		l.kept = join(l.cells)
	}
	l.back = back
	if back == 0 {
		l.set(l.kept)
		return
	}
	l.set(l.history[len(l.history)-back])
}
