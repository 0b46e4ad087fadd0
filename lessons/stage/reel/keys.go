package reel

import (
	"slices"
	"strconv"
	"strings"
	"time"

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
	if m.typed != nil {
		m.typing(name, key.Text)
		return nil
	}
	if m.help.Open {
		m.help.Press(name, len(m.helpLines()), m.room())
		return nil
	}
	m.notice = ""
	switch name {
	case "q", "Q", "ctrl+d":
		return tea.Quit
	case "space":
		m.playing = !m.playing && m.now < m.o.Film.Took()
	case "left":
		m.move(-1)
	case "right":
		m.move(1)
	case ",":
		m.step(-1)
	case ".", "enter":
		m.step(1)
	case "a":
		m.toScene(-1)
	case "n":
		m.toScene(1)
	case "+", "-":
		i := slices.Index(speeds, m.speed) + map[string]int{"+": 1, "-": -1}[name]
		m.speed = speeds[max(0, min(i, len(speeds)-1))]
	case "g":
		m.typed = new(string)
	case "?", "h":
		m.help.Open = true
	case "up", "down", "pgup", "pgdown", "home", "end":
		lines := m.shown()
		m.top, _ = frame.Moved(name, m.first(len(lines)), len(lines), m.room())
		m.scrolled = m.top < len(lines)-m.room()
	}
	return nil
}

// typing takes a moment, "2:30", and goes there.
func (m *model) typing(name, typed string) {
	switch name {
	case "esc":
		m.typed = nil
	case "backspace":
		*m.typed = (*m.typed)[:max(len(*m.typed)-1, 0)]
	case "enter":
		if to, ok := Moment(*m.typed); ok {
			m.seek(to)
		} else if *m.typed != "" {
			m.notice = text.French("« " + *m.typed + " » n'est pas un moment : tapez par exemple 2:30.")
		}
		m.typed = nil
	default:
		if len(*m.typed) < 8 && strings.Trim(typed, "0123456789:") == "" {
			*m.typed += typed
		}
	}
}

// Moment reads a moment of a film: "90" seconds, or "1:30".
func Moment(s string) (time.Duration, bool) {
	minutes, seconds, both := strings.Cut(s, ":")
	if !both {
		minutes, seconds = "0", s
	}
	m, err1 := strconv.ParseUint(minutes, 10, 16)
	n, err2 := strconv.ParseUint(seconds, 10, 16)
	if err1 != nil || err2 != nil || both && n >= 60 {
		return 0, false
	}
	return time.Duration(m)*time.Minute + time.Duration(n)*time.Second, true
}
