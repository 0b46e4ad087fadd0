package text

import (
	"strings"
	"unicode/utf8"
)

// Glyphs is which characters a terminal can draw.
type Glyphs uint8

const (
	Unicode Glyphs = iota // everything
	Console               // the Linux console: letters, boxes and blocks, not arrows and check marks (console_codes(4))
	ASCII                 // nothing beyond ASCII: the character set is not UTF-8
)

// GlyphsOf chooses by the environment: the character set of LC_ALL, LC_CTYPE
// or LANG, the first that is set (setlocale(3)), and TERM. Where none is set,
// the terminal is taken for one of today, in UTF-8.
func GlyphsOf(getenv func(string) string) Glyphs {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		locale := getenv(name)
		if locale == "" {
			continue
		}
		charset := strings.ToLower(locale)
		if !strings.Contains(charset, "utf-8") && !strings.Contains(charset, "utf8") {
			return ASCII
		}
		break
	}
	if getenv("TERM") == "linux" {
		return Console
	}
	return Unicode
}

// marks are the characters of labo's screens that a plain font lacks, each
// with one of the same width.
var marks = map[rune]rune{
	'▶': '>', '◀': '<', '▸': '>', '›': '>', '→': '>', '←': '<', '↑': '^', '↓': 'v', '↔': '-', '⇒': '>',
	'✓': '+', '✗': 'x', '…': '.', '╌': '-', '−': '-', '␣': '_', '⟨': '<', '⟩': '>', '\u00a0': ' ', '\u202f': ' ',
	'▁': '_', '▂': '_', '▃': '.', '▄': '▄', '▅': '▄', '▆': '▀', '▇': '█', '▏': '|',
}

// plainMarks are those that ASCII lacks too.
var plainMarks = map[rune]rune{
	'─': '-', '━': '=', '│': '|', '├': '+', '┤': '+', '┌': '+', '┐': '+', '└': '+', '┘': '+', '▼': 'v', '▲': '^',
	'█': '#', '░': '.', '▄': 'o', '▀': 'O', '·': '-', '•': '*', '«': '"', '»': '"', '’': '\'', '—': '-', '–': '-',
	'×': 'x', '≥': '>', '≤': '<', 'µ': 'u', '°': 'o', 'œ': 'o', 'Œ': 'O', 'æ': 'a', '€': 'E',
}

// unaccentedLetters are the letters of French without their accents.
var unaccentedLetters = func() map[rune]rune {
	const accented, bare = "àâäéèêëîïôöùûüçñÀÂÄÉÈÊËÎÏÔÖÙÛÜÇÑ", "aaaeeeeiioouuucnAAAEEEEIIOOUUUCN"
	m := make(map[rune]rune)
	for i, r := range []rune(accented) {
		m[r] = rune(bare[i])
	}
	return m
}()

// Draw replaces the characters that cannot be drawn, cell for cell: a letter
// by the letter without its accent, what is unknown by "?". Control sequences
// are ASCII and stay.
func (g Glyphs) Draw(s string) string {
	if g == Unicode {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		b.WriteString(g.draw(r))
	}
	return b.String()
}

func (g Glyphs) draw(r rune) string {
	if r < utf8.RuneSelf {
		return string(r)
	}
	if m, ok := marks[r]; ok {
		r = m
	}
	if r < utf8.RuneSelf || g == Console && (plainMarks[r] != 0 || unaccentedLetters[r] != 0) {
		return string(r)
	}
	for _, known := range []map[rune]rune{plainMarks, unaccentedLetters} {
		if m, ok := known[r]; ok {
			return string(m)
		}
	}
	return strings.Repeat("?", Width(string(r)))
}
