package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width returns the number of terminal cells s takes, colour sequences aside.
func Width(s string) int {
	if plain(s) { // nearly every cell of a table: no need to look for graphemes
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Truncate cuts s to at most width cells; what was cut ends with "…".
func Truncate(s string, width int) string {
	if width <= 0 {
		return ""
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
