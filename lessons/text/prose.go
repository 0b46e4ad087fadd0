package text

import "strings"

// Prose returns a French sentence as it is shown: set by [French], except what
// stands between backquotes, a command to copy, which is left as it is and set
// in guillemets. A backquote without its pair is an ordinary character.
func Prose(s string) string {
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 { // the last backquote has no pair
		last := len(parts) - 1
		parts[last-1] += "`" + parts[last]
		parts = parts[:last]
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 0 {
			b.WriteString(French(part))
		} else {
			b.WriteString("«" + NBSP + part + NBSP + "»")
		}
	}
	return b.String()
}

// stuck stands for a space of a command while its paragraph is wrapped. It is
// of private use, so [Visible] lets none through from outside.
const stuck = "\uf8ff"

// Paragraph sets a French sentence with [Prose] and wraps it into lines of at
// most width cells. A command between backquotes is not cut at its spaces, so
// that it can be copied, unless it is wider than the line by itself.
func Paragraph(s string, width int) []string {
	parts := strings.Split(Prose(s), NBSP+"»")
	for i, part := range parts {
		if start := strings.LastIndex(part, "«"+NBSP); start >= 0 && i < len(parts)-1 && Width(part[start:]) < width {
			parts[i] = part[:start] + strings.ReplaceAll(part[start:], " ", stuck)
		}
	}
	lines := Wrap(strings.Join(parts, NBSP+"»"), width)
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, stuck, " ")
	}
	return lines
}
