package text

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns the number of terminal cells s takes, colour sequences aside.
func Width(s string) int {
	if cells, ok := simple(s); ok {
		return cells
	}
	return ansi.StringWidth(s)
}

// simple counts the cells of what labo nearly always writes: characters of one
// cell each, that join no other, and colours. It is many times faster than
// looking for graphemes, which a screen does for each of its lines at each key.
// It reports false for anything else.
func simple(s string) (cells int, ok bool) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= 0x20 && c < 0x7f:
			cells++
			i++
		case c == '\x1b':
			n := colour(s[i:])
			if n == 0 {
				return 0, false
			}
			i += n
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !oneCell(r) {
				return 0, false
			}
			cells++
			i += n
		}
	}
	return cells, true
}

// colour returns the length of the colour sequence that s begins with (SGR of
// ECMA-48), 0 for anything else.
func colour(s string) int {
	if len(s) < 2 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// oneCell reports whether r is one of the characters beyond ASCII that French,
// labo's marks and its drawings are made of: each takes one cell, and none
// joins the one before it.
func oneCell(r rune) bool {
	switch {
	case r < 0xa0:
		return false
	case r <= 0x24f: // Latin letters; the soft hyphen takes no cell
		return r != 0xad
	case r < 0x2010:
		return false
	case r <= 0x2027: // dashes, quotes, dots
		return true
	case r >= 0x2190 && r <= 0x2193, r >= 0x2500 && r <= 0x25a0: // arrows; boxes and blocks
		return true
	}
	switch r {
	case '\u202f', '€', '⇒', '−', '≤', '≥', '▲', '▶', '▸', '▼', '◀', '✓', '✗', '›', '‹', '⟨', '⟩':
		return true
	}
	return false
}

// Truncate cuts s to at most width cells; what was cut ends with "…".
func Truncate(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if cells, ok := simple(s); ok && cells <= width {
		return s
	}
	return ansi.Truncate(s, width, "…")
}

// PadRight fills s with spaces up to width cells, and never cuts it.
func PadRight(s string, width int) string {
	return s + spaces(width-Width(s))
}

// PadLeft fills s with spaces on its left up to width cells.
func PadLeft(s string, width int) string {
	return spaces(width-Width(s)) + s
}

func spaces(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat(" ", n)
}

// Wrap breaks s at spaces into lines of at most width cells; a word longer
// than the width is cut. It never breaks at a no-break space.
func Wrap(s string, width int) []string {
	if width < 1 {
		width = 1
	}
	var lines []string
	for _, para := range strings.Split(s, "\n") {
		line := ""
		for word := range strings.FieldsFuncSeq(para, func(r rune) bool { return r == ' ' || r == '\t' }) {
			switch {
			case line == "":
				line = word
			case Width(line)+1+Width(word) <= width:
				line += " " + word
			default:
				lines = append(lines, line)
				line = word
			}
			for Width(line) > width {
				head := ansi.Truncate(line, width, "")
				if head == "" { // a character wider than the whole line
					break
				}
				lines = append(lines, head)
				line = ansi.TruncateLeft(line, Width(head), "")
			}
		}
		lines = append(lines, line)
	}
	return lines
}
