package frame

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// wordFirst are the keys whose words come first where there is no room for all.
var wordFirst = []string{"?", "q", "s", "r", "←"}

// Keys shows keys with what they do: those of this moment, then those of nearly
// every moment, which lose their words where there is no room, and then their
// place.
func Keys(p paint.Palette, first, rest [][2]string, width int) string {
	for _, gap := range []string{"  ", " "} {
		if full := words(p, append(append([][2]string(nil), first...), rest...), gap); text.Width(full) <= width {
			return full
		}
	}
	line := words(p, first, "  ")
	if text.Width(line)+len("  ?  aide  q ") > width {
		line = words(p, first, " ")
	}
	room := width - text.Width(line)
	bare := func(k [2]string) int { return text.Width(k[0]) + len("   ") }
	shown, worded := map[string]bool{}, map[string]bool{}
	take := func(into map[string]bool, k [2]string, cells int) {
		if cells <= room && !into[k[0]] {
			into[k[0]] = true
			room -= cells
		}
	}
	word := func(key string) {
		for _, k := range rest {
			if k[0] == key && shown[key] {
				take(worded, k, len(" ")+text.Width(k[1]))
			}
		}
	}
	for _, key := range []string{"?", "q", ""} { // the help, in words, and the way out, before another key
		for _, k := range rest {
			if key == "" || k[0] == key {
				take(shown, k, bare(k))
			}
		}
		word("?")
	}
	for _, key := range wordFirst {
		word(key)
	}
	for _, k := range rest {
		word(k[0])
	}
	for _, k := range rest {
		if !shown[k[0]] {
			continue
		}
		if line != "" {
			line += " "
		}
		line += p.Key(" " + k[0] + " ")
		if worded[k[0]] {
			line += " " + text.French(k[1])
		}
	}
	return line
}

func words(p paint.Palette, keys [][2]string, gap string) string {
	var parts []string
	for _, k := range keys {
		parts = append(parts, p.Key(" "+k[0]+" ")+" "+text.French(k[1]))
	}
	return strings.Join(parts, gap)
}

// OfTerminal is what the keys do that are the same on every full screen, whatever
// is being typed: interrupt, suspend, draw anew. nil for any other.
func OfTerminal(name string) tea.Cmd {
	switch name {
	case "ctrl+c":
		return tea.Interrupt
	case "ctrl+z":
		return tea.Suspend
	case "ctrl+l":
		return tea.ClearScreen
	}
	return nil
}

// Moved returns the first row on screen of a body of so many rows, in so much
// room, after a key; ok is false for a key that does not move.
func Moved(name string, top, rows, room int) (first int, ok bool) {
	page := max(room-1, 1)
	switch name {
	case "up", "k":
		top--
	case "down", "j":
		top++
	case "pgup", "b":
		top -= page
	case "pgdown", "space", "n":
		top += page
	case "home", "g":
		top = 0
	case "end", "G":
		top = rows
	default:
		return top, false
	}
	return Within(top, rows, room), true
}

// Within returns the first row on screen where top may be too far.
func Within(top, rows, room int) int { return max(0, min(top, rows-room)) }

// Help is the page that explains the keys: any key closes it, but those that
// move in it where it is longer than the screen.
type Help struct {
	Open bool
	top  int
}

// Press takes a key while the help is open.
func (h *Help) Press(name string, rows, room int) {
	if top, ok := Moved(name, h.Top(rows, room), rows, room); ok && rows > room {
		h.top = top
		return
	}
	*h = Help{}
}

// Top is its first row on screen, which may have changed its size.
func (h *Help) Top(rows, room int) int { return Within(h.top, rows, room) }

// Says tells how it is left.
func (h *Help) Says(rows, room int) string {
	if rows > room {
		return "↑ et ↓ défilent, une autre touche ferme."
	}
	return "Une touche ferme cette aide."
}
