package live

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// pressed does what a key asks for.
func (m *model) pressed(key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	if cmd := frame.OfTerminal(name); cmd != nil {
		return cmd
	}
	switch {
	case m.typing:
		m.typed(name, key.Text)
	case m.help.Open:
		m.help.Press(name, len(m.helpLines()), m.frame().Room())
		if name == "q" {
			return tea.Quit
		}
	default:
		return m.command(name)
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
		m.help.Open = true
	default:
		m.offset, _ = frame.Moved(name, m.offset, len(m.table.Lines()), m.room())
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
