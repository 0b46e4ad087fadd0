// Package text holds the rules that every text on screen follows: what comes
// from outside is made visible, columns are counted in cells, and French is
// set with its no-break spaces.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s with everything a terminal could obey turned into
// something a reader can see. Control characters become their pictures
// (U+2400 block: ␛ for ESC, ␊ for a line feed), bytes that are not UTF-8
// become ⟨xx⟩ in hexadecimal, and invisible or direction-changing characters
// become ⟨U+XXXX⟩. The result has no line break and no escape sequence.
func Visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "⟨%02x⟩", s[0])
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case r == 0x7f:
			b.WriteRune('␡')
		case hidden(r):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// Spaced returns s with the spaces that a reader would not see as signs: those
// at an end, and those after another.
func Spaced(s string) string {
	if !strings.HasPrefix(s, " ") && !strings.HasSuffix(s, " ") && !strings.Contains(s, "  ") {
		return s
	}
	from := len(strings.TrimRight(s, " "))
	var b strings.Builder
	for i := range len(s) {
		if s[i] == ' ' && (i == 0 || i >= from || s[i-1] == ' ' || s[i+1] == ' ') {
			b.WriteRune('␣')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// plain reports whether s is printable ASCII, the common case.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden reports whether r changes the display without being seen: C1
// controls, format characters (among them bidirectional overrides and
// zero-width spaces), line and paragraph separators, private use, surrogates.
// The zero-width joiner stays: emoji are made with it.
func hidden(r rune) bool {
	if r == 0x200d {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
}
