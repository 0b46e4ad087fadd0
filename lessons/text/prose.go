package text

import "strings"

// Prose returns a French sentence as it is shown: set by [French], except what
// stands between backquotes, a command to copy, which is left as it is and set
// in guillemets. A backquote without its pair is an ordinary character.
func Prose(s string) string {
	return prose(s, func(code string) string { return code })
}

// stuck stands for a space of a command while its paragraph is wrapped. It is
// of private use, so [Visible] lets none through from outside.
const stuck = "\uf8ff"

// Paragraph sets a French sentence with [Prose] and wraps it into lines of at
// most width cells. A command between backquotes is not cut at its spaces, so
// that it can be copied, unless it is wider than a line by itself.
func Paragraph(s string, width int) []string {
	set := prose(s, func(code string) string {
		if Width(code)+Width("«  »,") > width {
			return code
		}
		return strings.ReplaceAll(code, " ", stuck)
	})
	lines := Wrap(set, width)
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, stuck, " ")
	}
	return lines
}

// prose sets a sentence as [Prose] does, with each command changed by code.
func prose(s string, code func(string) string) string {
	parts := strings.Split(s, "`")
	if last := len(parts) - 1; last%2 == 1 { // the last backquote has no pair
		parts[last-1] += "`" + parts[last]
		parts = parts[:last]
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 0 {
			b.WriteString(French(part))
		} else {
			b.WriteString("«" + NBSP + code(part) + NBSP + "»")
		}
	}
	return b.String()
}
