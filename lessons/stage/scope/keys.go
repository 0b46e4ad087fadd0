package scope

import (
	"bytes"

	tea "charm.land/bubbletea/v2"
)

// pressed does what a key asks for: what is typed goes to the program that has
// the keyboard, other keys are for the calls.
func (m *model) pressed(key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	switch name {
	case "f10":
		return tea.Quit
	case "tab":
		m.nextFocus()
		return nil
	case "ctrl+z":
		return m.suspend()
	}
	if m.help.Open {
		m.help.Press(name, len(m.helpLines()), m.frame().Room())
		return nil
	}
	if m.focus < len(m.panes) {
		m.toProgram(keyBytes(key))
		return nil
	}
	return m.command(name)
}

// nextFocus gives the keyboard to the next program that runs, then to the calls.
func (m *model) nextFocus() {
	for range len(m.panes) + 1 {
		m.focus = (m.focus + 1) % (len(m.panes) + 1)
		if m.focus == len(m.panes) {
			return
		}
		if _, result := m.panes[m.focus].state(); result == nil {
			return
		}
	}
}

func (m *model) command(name string) tea.Cmd {
	switch name {
	case "q", "Q", "ctrl+c", "ctrl+d":
		return tea.Quit
	case "v", "V":
		m.setView((m.view + 1) % len(views))
	case "1", "2", "3", "4":
		m.setView(int(name[0] - '1'))
	case "?", "h":
		m.help.Open = true
	case "ctrl+l":
		return tea.ClearScreen
	default:
		m.move(name)
	}
	return nil
}

func (m *model) setView(v int) {
	m.view, m.offset, m.follows = v, 0, true
	m.draw()
}

// toProgram types bytes on the terminal of the program that has the keyboard.
func (m *model) toProgram(b []byte) {
	if m.focus < len(m.panes) && len(b) > 0 {
		m.panes[m.focus].typed(b)
	}
}

// typed never waits: a program that does not read is not worth stopping the
// screen for. What it has not taken is dropped, beyond some keys.
func (p *pane) typed(b []byte) {
	select {
	case p.keys <- bytes.Clone(b):
	default:
	}
}

// typist writes what is typed, until the pane is closed. (A write may wait where
// the master of a terminal cannot be polled, as on darwin: it has no deadline.)
func (p *pane) typist() {
	for b := range p.keys {
		p.master.Write(b)
	}
}

// sequences are what keys send to a terminal (ECMA-48, xterm).
var sequences = map[string]string{
	"enter": "\r", "backspace": "\x7f", "esc": "\x1b", "space": " ", "delete": "\x1b[3~",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "ctrl+\\": "\x1c",
}

// keyBytes returns what a key sends to a program.
func keyBytes(key tea.KeyPressMsg) []byte {
	name := key.String()
	if s, ok := sequences[name]; ok {
		return []byte(s)
	}
	if key.Text != "" {
		return []byte(key.Text)
	}
	if len(name) == 6 && name[:5] == "ctrl+" && name[5] >= 'a' && name[5] <= 'z' {
		return []byte{name[5] - 'a' + 1}
	}
	return nil
}
