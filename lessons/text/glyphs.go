package text

import (
	"strings"
	"unicode/utf8"
)

// Glyphs is which characters a terminal can draw.
type Glyphs uint8

const (
	Unicode Glyphs = iota // everything
	Console               // the Linux console: letters, boxes, shades and arrows, not check marks (console_codes(4))
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

// consoleMarks are the characters of labo's screens that one of the usual
// fonts of the Linux console lacks (the kernel's own, those of console-setup
// and of kbd), each with one of the same width that they all have.
var consoleMarks = map[rune]rune{
	'▶': '>', '◀': '<', '▸': '>', '›': '>', '▼': 'v', '▲': '^', '↔': '-', '⇒': '>',
	'✓': '+', '✗': 'x', '…': '.', '╌': '-', '−': '-', '␣': '_', '⟨': '<', '⟩': '>', '\u00a0': ' ', '\u202f': ' ',
	'▀': '■', '◉': 'o', '▁': '_', '▂': '_', '▃': '.', '▄': '░', '▅': '▒', '▆': '▒', '▇': '▒', '▓': '▒', '▏': '|', '◇': 'o', '‖': '|', '☐': 'o', '☑': 'x',
	'━': '═', '’': '\'', '“': '"', '”': '"', '—': '-', '–': '-', '€': 'E', '␊': '¶', '␍': '¶',
}

// asciiMarks are those that ASCII lacks too.
var asciiMarks = map[rune]rune{
	'─': '-', '═': '=', '│': '|', '├': '+', '┤': '+', '┌': '+', '┐': '+', '└': '+', '┘': '+', '→': '>', '←': '<', '↑': '^', '↓': 'v',
	'█': '#', '■': '#', '░': '.', '▒': 'o', '·': '-', '•': '*', '«': '"', '»': '"',
	'×': 'x', '≥': '>', '≤': '<', 'µ': 'u', '°': 'o', 'æ': 'a', '¶': '.',
}

// ligatures are letters that fonts lack and that no single one replaces: they
// take a cell more ([Glyphs.Draw]).
var ligatures = map[rune]string{'œ': "oe", 'Œ': "OE"}

// unaccentedLetters are the letters of French without their accents.
var unaccentedLetters = func() map[rune]rune {
	const accented, bare = "àâäéèêëîïôöùûüÿçñÀÂÄÉÈÊËÎÏÔÖÙÛÜÇÑ", "aaaeeeeiioouuuycnAAAEEEEIIOOUUUCN"
	m := make(map[rune]rune)
	for i, r := range []rune(accented) {
		m[r] = rune(bare[i])
	}
	return m
}()

// Draw replaces the characters that cannot be drawn, cell for cell: a letter
// by the letter without its accent, the picture of a control character by a
// dot, what is unknown by "?". Control sequences are ASCII and stay. The cell
// more of a ligature is taken from the next blank of its line, so that columns
// stay where they are.
func (g Glyphs) Draw(s string) string {
	if g == Unicode {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	owed, last := 0, ""
	for _, r := range s {
		if pair, ok := ligatures[r]; ok {
			b.WriteString(pair)
			owed, last = owed+1, pair
			continue
		}
		drawn := g.draw(r)
		switch {
		case drawn == "\n":
			owed = 0
		case owed > 0 && drawn == " " && last == " ":
			owed--
			continue
		}
		b.WriteString(drawn)
		last = drawn
	}
	return b.String()
}

func (g Glyphs) draw(r rune) string {
	if r < utf8.RuneSelf {
		return string(r)
	}
	if m, ok := consoleMarks[r]; ok {
		r = m
	}
	if r < utf8.RuneSelf || g == Console && (asciiMarks[r] != 0 || unaccentedLetters[r] != 0) {
		return string(r)
	}
	for _, known := range []map[rune]rune{asciiMarks, unaccentedLetters} {
		if m, ok := known[r]; ok {
			return string(m)
		}
	}
	if r >= 0x2400 && r <= 0x2421 { // the picture of a control character
		if g == Console {
			return "·"
		}
		return "."
	}
	return strings.Repeat("?", Width(string(r)))
}
