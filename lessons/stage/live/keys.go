package live

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/text"
)

// pressed does what a key asks for.
func (m *model) pressed(key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	if name == "ctrl+c" {
		m.interrupted = true
		return tea.Quit
	}
	switch {
	case m.typing:
		m.typed(name, key.Text)
	case m.help:
		return m.helped(name)
	default:
		return m.command(name)
	}
	return nil
}

// helped is what keys do in the help: they move in it where it is longer than
// the screen, any other closes it.
func (m *model) helped(name string) tea.Cmd {
	moves := map[string]int{
		"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -m.helpRoom(), "pgdown": m.helpRoom(),
		"home": -len(m.helpLines()), "end": len(m.helpLines()),
	}
	if by, ok := moves[name]; ok && len(m.helpLines()) > m.helpRoom() {
		m.read = max(0, m.helpFrom()+by)
		m.read = m.helpFrom()
		return nil
	}
	m.help, m.read = false, 0
	if name == "q" {
		return tea.Quit
	}
	return nil
}

// command is what keys do when nothing is being typed.
func (m *model) command(name string) tea.Cmd {
	switch name {
	case "q", "Q", "ctrl+d":
		return tea.Quit
	case "esc":
		if m.needle != "" {
			m.setNeedle("")
		}
	case "p", "P", "space":
		m.pause()
	case "/", "f", "F":
		m.typing = true
	case "t", "T":
		m.table.order = (m.table.order + 1) % orderCount
		m.offset = 0
		m.table.draw()
		m.refresh()
	case "?", "h", "H":
		m.help = true
	case "ctrl+z":
		return tea.Suspend
	case "up", "k":
		m.scroll(-1)
	case "down", "j":
		m.scroll(1)
	case "pgup", "b":
		m.scroll(-m.room())
	case "pgdown", "n":
		m.scroll(m.room())
	case "home", "g":
		m.offset = 0
	case "end", "G":
		m.scroll(len(m.table.Lines()))
	}
	return nil
}

// typed changes the needle.
func (m *model) typed(name, typed string) {
	switch name {
	case "enter":
		m.typing = false
	case "esc":
		m.typing = false
		m.setNeedle("")
	case "backspace":
		m.shorten()
	case "ctrl+u":
		m.setNeedle("")
	case "up", "down", "pgup", "pgdown", "home", "end":
		m.command(name)
	default:
		if typed != "" {
			m.setNeedle(m.needle + typed)
		}
	}
}

// contains reports whether s, folded, contains needle.
func contains(s, needle string) bool { return strings.Contains(text.Fold(s), needle) }
