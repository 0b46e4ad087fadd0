package emulator

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/text"
)

// control takes a control character. After a character in the last column, a
// carriage return stays in the row (DEC STD 070): tcell's emulator keeps the
// wrap for the next character, and is told the column as well.
func (t *Terminal) control(b byte) {
	switch b {
	case '\r':
		t.pending = append(t.pending, ansi.CursorHorizontalAbsolute(1)...)
		t.pending = append(t.pending, b)
	case '\n', '\b', '\t':
		t.pending = append(t.pending, b)
	case 0x00, 0x07: // nothing to see
		t.note("control %#02x", b)
	default:
		t.strange(string(rune(b)))
	}
}

// maxJoined is how many characters may become one: without a limit a program
// could write one that is as long as it likes.
const maxJoined = 64

// print takes a character.
func (t *Terminal) print(r rune) {
	s := string(r)
	if text.Visible(s) != s {
		t.strange(s)
		return
	}
	if t.joined++; r < utf8.RuneSelf {
		t.joined = 0
	} else if t.joined > maxJoined {
		t.joined = 0
		t.pending = append(t.pending, shiftIn)
	}
	if r >= utf8.RuneSelf && text.Width(s) > 1 {
		t.wrapWide()
	}
	t.pending = append(t.pending, s...)
}

// wrapWide makes a character of two cells go to the next row when one is left
// in this one. Whether the cursor stands in the last column, or past it, is
// seen by what a space does.
func (t *Terminal) wrapWide() {
	t.flush()
	term := t.page().term
	if t.width < 2 || int(term.Pos().X) != t.width-1 {
		return
	}
	t.pending = append(t.pending, ' ')
	t.flush()
	if term.Pos().X == 1 {
		t.pending = append(t.pending, '\b')
	}
}

// strange shows what a terminal would not: control characters, bytes that are
// no text, what turns the direction of the text around.
func (t *Terminal) strange(s string) {
	t.note("character %q", s)
	t.pending = append(t.pending, text.Visible(s)...)
}

// known are the final bytes of control sequences that xterm, its kin and the
// emulator of tcell obey (ECMA-48, and the manual of xterm): moves, erasing,
// inserting, scrolling, margins. Colours are known, and not looked at here.
const known = "@ABCDEFGHIJKLMPSTXZdfr"

// csi takes a control sequence. The parameters decide what is private.
func (t *Terminal) csi(cmd ansi.Cmd, params ansi.Params) {
	final, prefix, inter := cmd.Final(), cmd.Prefix(), cmd.Intermediate()
	plain := prefix == 0 && inter == 0
	switch {
	case plain && final == 'm':
	case plain && strings.IndexByte(known, final) >= 0:
		t.sequence(cmd, params, max(t.width, t.height))
	case prefix == '?' && (final == 'h' || final == 'l') && inter == 0:
		params.ForEach(0, func(_, mode int, _ bool) { t.mode(mode, final == 'h') })
	case plain && (final == 'c' || final == 'n'), // DA1, DSR
		prefix == '?' && final == 'p' && inter == '$', // DECRQM: is this mode known?
		prefix == '>' && final == 'q':                 // XTVERSION
		t.sequence(cmd, params, 1<<16)
	case final == 'u' && strings.IndexByte("<>=?", prefix) >= 0: // the keyboard protocol of kitty
	case prefix == '>' && final == 'm': // modifyOtherKeys
	case prefix == '?' && final == 'W': // DECST8C: a tab stop every 8 columns
	case prefix == 0 && inter == ' ' && final == 'q': // the shape of the cursor
	default:
		t.note("CSI %q %v %q %q", prefix, params, inter, final)
	}
}

// sequence hands a control sequence on, with no number above limit.
func (t *Terminal) sequence(cmd ansi.Cmd, params ansi.Params, limit int) {
	t.pending = append(t.pending, 0x1b, '[')
	if cmd.Prefix() != 0 {
		t.pending = append(t.pending, cmd.Prefix())
	}
	params.ForEach(0, func(i, n int, _ bool) {
		if i > 0 {
			t.pending = append(t.pending, ';')
		}
		t.pending = strconv.AppendInt(t.pending, int64(max(0, min(n, limit))), 10)
	})
	if cmd.Intermediate() != 0 {
		t.pending = append(t.pending, cmd.Intermediate())
	}
	t.pending = append(t.pending, cmd.Final())
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
	if !slices.Contains(modes, mode) {
		t.note("private mode %d", mode)
		return
	}
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
	}
	final := "l"
	if on {
		final = "h"
	}
	t.pending = append(t.pending, "\x1b[?"+strconv.Itoa(mode)+final...)
}

// esc takes an escape sequence of two bytes or so.
func (t *Terminal) esc(cmd ansi.Cmd) {
	switch final := cmd.Final(); {
	case final == '\\': // the end of a string
	case cmd.Intermediate() == 0 && strings.IndexByte("78DEM=>", final) >= 0:
		t.pending = append(t.pending, 0x1b, final)
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
