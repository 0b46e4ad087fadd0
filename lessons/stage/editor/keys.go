package editor

import (
	"bytes"
	"unicode/utf8"
)

// key is one thing the reader did on the keyboard.
type key struct {
	kind keyKind
	text string // with keyText
}

type keyKind uint8

const (
	keyNone keyKind = iota
	keyText
	keyEnter
	keyEOF // Ctrl+D
	keyLeft
	keyRight
	keyWordLeft
	keyWordRight
	keyHome
	keyEnd
	keyUp
	keyDown
	keyBackspace
	keyDelete
	keyDeleteWord
	keyDeleteToStart
	keyDeleteToEnd
	keyClear
)

// controls are the keys of a shell's line (readline(3), EMACS MODE).
var controls = map[byte]keyKind{
	'\r': keyEnter, '\n': keyEnter, 4: keyEOF,
	1: keyHome, 5: keyEnd, 2: keyLeft, 6: keyRight, 16: keyUp, 14: keyDown,
	8: keyBackspace, 127: keyBackspace, 23: keyDeleteWord, 21: keyDeleteToStart, 11: keyDeleteToEnd, 12: keyClear,
}

// sequences are what terminals send for keys without a character, after
// ESC [ or ESC O (xterm, PC-Style Function Keys).
var sequences = map[string]keyKind{
	"A": keyUp, "B": keyDown, "C": keyRight, "D": keyLeft, "H": keyHome, "F": keyEnd,
	"1~": keyHome, "7~": keyHome, "4~": keyEnd, "8~": keyEnd, "3~": keyDelete,
	"1;5C": keyWordRight, "1;5D": keyWordLeft, "1;3C": keyWordRight, "1;3D": keyWordLeft,
}

const (
	pasteBegins = "200~"
	pasteEnds   = "201~"
	escape      = 0x1b
	// longestSequence bounds what is held of a sequence that does not end.
	longestSequence = 32
)

// parser makes keys of the bytes a terminal sends, in whatever pieces they
// come. It is pure.
type parser struct {
	held    []byte // beginning of a sequence or a character
	pasting bool   // between the marks of a bracketed paste
	afterCR bool
}

// feed takes typed bytes and returns the keys they complete. Bytes that are no
// UTF-8 and controls without a meaning are dropped; a tab is text.
func (p *parser) feed(typed []byte) []key {
	b := append(p.held, typed...)
	p.held = nil
	var keys []key
	var run []byte // text not yet handed over
	flush := func() {
		if len(run) > 0 {
			keys = append(keys, key{keyText, string(run)})
			run = nil
		}
	}
	for len(b) > 0 {
		c := b[0]
		feed := p.afterCR && c == '\n'
		p.afterCR = c == '\r'
		switch {
		case feed:
			b = b[1:]
		case c == escape:
			n, body := sequence(b)
			if n == 0 {
				p.held = b
				b = nil
				break
			}
			b = b[n:]
			switch kind := sequences[body]; {
			case body == pasteBegins:
				p.pasting = true
			case body == pasteEnds:
				p.pasting = false
			case kind != keyNone && !p.pasting:
				flush()
				keys = append(keys, key{kind: kind})
			}
		case c < 0x20 && c != '\t' || c == 127:
			b = b[1:]
			kind := controls[c]
			if kind == keyNone || p.pasting && kind != keyEnter {
				break
			}
			flush()
			keys = append(keys, key{kind: kind})
		default:
			if !utf8.FullRune(b) {
				p.held = b
				b = nil
				break
			}
			r, n := utf8.DecodeRune(b)
			if r != utf8.RuneError || n > 1 {
				run = append(run, b[:n]...)
			}
			b = b[n:]
		}
	}
	flush()
	p.held = bytes.Clone(p.held)
	return keys
}

// sequence returns the length of the escape sequence b begins with and its
// body, after ESC [ or ESC O. The length is 0 when more must come. An ESC that
// begins no sequence (the Escape key, Alt and a letter) is taken alone.
func sequence(b []byte) (n int, body string) {
	if len(b) == 1 {
		return 0, ""
	}
	if b[1] != '[' && b[1] != 'O' {
		return 1, ""
	}
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= 0x40 && c <= 0x7e: // the final byte, ECMA-48 section 5.4
			return i + 1, string(b[2 : i+1])
		case c < 0x20 || c > 0x7e || i > longestSequence: // no sequence after all
			return i, ""
		}
	}
	return 0, ""
}
