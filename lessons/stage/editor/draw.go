package editor

import (
	"strings"

	"labo/lessons/text"
)

// Control sequences, ECMA-48 and DEC STD 070. Windows consoles know them all.
const (
	erase    = "\r\x1b[K" // to the first column, and erase the row from there
	home     = "\x1b[H\x1b[2J"
	save     = "\x1b7" // DECSC: the cursor
	restore  = "\x1b8" // DECRC
	wrapOff  = "\x1b[?7l"
	wrapOn   = "\x1b[?7h"
	pasteOn  = "\x1b[?2004h" // bracketed paste, xterm
	pasteOff = "\x1b[?2004l"
)

// least is the least room for the text itself; below it the prompt gives way.
const least = 8

// room returns the prompt that a row of the given width can hold, and the
// cells left for the text. The last column stays empty: a cursor behind it
// would be nowhere.
func room(prompt string, width int) (string, int) {
	if left := width - 1 - text.Width(prompt); left >= least {
		return prompt, left
	}
	return "", max(width-1, 1)
}

// fits reports whether the whole line can be seen, with the cursor behind it.
func fits(prompt string, l *Line, width int) bool {
	shown, left := room(prompt, width)
	return shown == prompt && len(l.cells) <= left && l.width(0, len(l.cells)) <= left
}

// drawn returns what draws the row of the line and puts the cursor where it
// is. Of a line too long for the row it shows the part around the cursor.
func drawn(prompt string, l *Line, width int) string {
	prompt, left := room(prompt, width)
	from, to := window(l, left)
	var b strings.Builder
	b.WriteString(wrapOff + erase + prompt)
	if from > 0 {
		b.WriteString("…")
	}
	b.WriteString(l.shown(from, l.pos))
	if l.pos < len(l.cells) {
		// Whatever width this terminal gives to what follows, the cursor comes
		// back to its place.
		b.WriteString(save + l.shown(l.pos, to))
		if to < len(l.cells) {
			b.WriteString("…")
		}
		b.WriteString(restore)
	}
	b.WriteString(wrapOn)
	return b.String()
}

// window returns which cells to show in a room of so many: all of them, or as
// many as can be before the cursor, then as many as can be after it, each cut
// marked by one cell.
func window(l *Line, room int) (from, to int) {
	from, to = l.pos, l.pos
	used := 0
	for from > 0 {
		w := l.cells[from-1].width
		mark := 0
		if from-1 > 0 {
			mark = 1
		}
		if used+w+mark > room {
			break
		}
		used += w
		from--
	}
	if from > 0 {
		used++
	}
	for to < len(l.cells) {
		w := l.cells[to].width
		mark := 0
		if to+1 < len(l.cells) {
			mark = 1
		}
		if used+w+mark > room {
			break
		}
		used += w
		to++
	}
	return from, to
}
