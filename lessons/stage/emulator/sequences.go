package emulator

import (
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// control takes a C0 or C1 control character. After a character in the last
// column, a carriage return stays in the row (DEC STD 070): tcell's emulator
// keeps the wrap for the next character, and is told the column as well.
func (t *Terminal) control(b byte) {
	if b == '\r' {
		t.raw = append(t.raw, ansi.CursorHorizontalAbsolute(1)...)
	}
	if !strings.ContainsRune("\r\n\b\t", rune(b)) {
		t.note("control %#02x", b)
	}
}

// print takes a character. C1 controls in UTF-8 are none, nor are those that
// turn the direction of the text around.
func (t *Terminal) print(r rune) {
	if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
		t.note("character %U", r)
	}
}

// known are the final bytes of control sequences that xterm, its kin and the
// emulator of tcell obey (ECMA-48, and the manual of xterm): moves, erasing,
// inserting, scrolling, colours, margins.
const known = "@ABCDEFGHIJKLMPSTXZdfmnr"

// csi takes a control sequence. The parameters decide what is private.
func (t *Terminal) csi(cmd ansi.Cmd, params ansi.Params) {
	final, prefix, inter := cmd.Final(), cmd.Prefix(), cmd.Intermediate()
	switch {
	case prefix == '?' && (final == 'h' || final == 'l') && inter == 0:
		params.ForEach(0, func(_, mode int, _ bool) { t.mode(mode, final == 'h') })
	case prefix == '?' && final == 'p' && inter == '$': // DECRQM: is this mode known?
	case final == 'u' && strings.IndexByte("<>=?", prefix) >= 0: // the keyboard protocol of kitty
	case prefix == '>' && final == 'm': // modifyOtherKeys
	case prefix == '>' && final == 'q': // XTVERSION
	case prefix == '?' && final == 'W': // DECST8C: a tab stop every 8 columns
	case prefix == 0 && inter == 0 && final == 'c': // DA1
	case prefix == 0 && inter == ' ' && final == 'q': // the shape of the cursor
	case prefix == 0 && inter == 0 && strings.IndexByte(known, final) >= 0:
	default:
		t.note("CSI %q %v %q %q", prefix, params, inter, final)
	}
}

// modes are the private modes that a full-screen program may set.
var modes = []int{
	1,    // cursor keys
	7,    // wrapping at the margin
	25,   // the cursor
	1049, // the alternate screen
	2004, // bracketed paste
	2026, // synchronized output
	2027, // grapheme clusters
}

func (t *Terminal) mode(mode int, on bool) {
	switch {
	case mode == 25:
		t.hidden = !on
	case mode == 1049 && on && t.alt == nil:
		t.flush()
		t.alt = t.newPage()
	case mode == 1049 && !on && t.alt != nil:
		t.flush()
		t.alt.close()
		t.alt = nil
	case !slices.Contains(modes, mode):
		t.note("private mode %d", mode)
	}
}

// esc takes an escape sequence of two bytes or so.
func (t *Terminal) esc(cmd ansi.Cmd) {
	switch final := cmd.Final(); {
	case final == '\\': // the end of a string
	case cmd.Intermediate() == 0 && strings.IndexByte("78DEHM=>", final) >= 0:
	default:
		t.note("ESC %q %q", cmd.Intermediate(), final)
	}
}

// osc takes a command of the operating system: the window's title, colours.
func (t *Terminal) osc(cmd int, data []byte) {
	switch cmd {
	case 0, 2:
		_, t.title, _ = strings.Cut(string(data), ";")
	case 10, 11, 12, 110, 111, 112: // colours of the text, behind it, of the cursor
	default:
		t.note("OSC %q", data)
	}
}

// Title returns the title that the program gave the window.
func (t *Terminal) Title() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.title
}

func (t *Terminal) dcs(cmd ansi.Cmd, _ ansi.Params, data []byte) {
	t.note("DCS %q %q", cmd.Final(), data)
}
