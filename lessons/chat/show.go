package chat

import (
	"strings"
	"unicode/utf8"

	"labo/lessons/text"
)

// show returns a received text as the sheet prints it, under a tag such as
// "[Client] ", with every control character made visible. A line feed is
// shown and then breaks the line; what follows is set under the text, so that
// nothing received can pass for a line of the program itself.
func show(tag, received string) string {
	margin := strings.Repeat(" ", utf8.RuneCountInString(tag))
	var b strings.Builder
	for i, line := range strings.SplitAfter(received, "\n") {
		switch {
		case i == 0:
			b.WriteString(tag)
		case line == "": // after the last line feed
			continue
		default:
			b.WriteString(margin)
		}
		b.WriteString(text.Visible(line))
		b.WriteByte('\n')
	}
	return b.String()
}

// obeyed reports whether s holds valid characters that a terminal would obey
// or hide, line ends aside.
func obeyed(s string) bool {
	s = strings.NewReplacer("\r", "", "\n", "").Replace(strings.ToValidUTF8(s, ""))
	return text.Visible(s) != s
}

// excerpt returns the first n bytes of b made visible, on one line, with a
// mark when there were more.
func excerpt(b []byte, n int) string {
	if len(b) <= n {
		return text.Visible(string(b))
	}
	return text.Visible(string(b[:n])) + "…"
}
