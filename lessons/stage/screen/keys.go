package screen

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/dialogue"
	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// typing reports whether keys are text.
func (m *model) typing() bool {
	return m.wait != nil && m.wait.kind == waitInput && !m.aside && !m.aloft()
}

// pressed does what a key asks for.
func (m *model) pressed(key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	m.viewed = ""
	if cmd := frame.OfTerminal(name); cmd != nil {
		return cmd
	}
	switch {
	case m.dark: // any key brings the page back, and does nothing else
		m.dark, m.opened = false, m.now()
	case m.help.Open:
		m.help.Press(name, len(m.helpLines()), m.bodyHeight())
	case m.words.Open:
		m.words.Press(name, len(m.wordLines()), m.bodyHeight())
	case m.outline != nil:
		m.outlinePressed(name)
	case m.typing():
		m.typed(name, key.Text)
	case name == "e" && m.watching() && m.wait.edit != nil && !m.aside:
		return m.edit()
	default:
		m.command(name)
	}
	m.arrange()
	return nil
}

// command is what keys do when nothing is being typed.
func (m *model) command(name string) {
	if text.Width(name) == 1 && (name[0] < '0' || name[0] > '9') && m.now().Sub(m.opened) < ahead {
		return
	}
	height := m.pageHeight()
	switch name {
	case "enter", "right":
		m.enter()
	case "space":
		if m.countdown.every > 0 {
			m.countdown.toggle(m.now())
			return
		}
		if m.wait == nil || m.wait.kind != waitAsk {
			m.enter()
		} else if !m.uncover() {
			m.window.forward(height)
		}
	case "p":
		m.pass()
	case "!":
		m.sure()
	case "left", "a":
		m.leave(&dialogue.Jump{Kind: dialogue.Previous})
	case "n":
		m.leave(&dialogue.Jump{Kind: dialogue.Next})
	case "r":
		m.leave(&dialogue.Jump{Kind: dialogue.Again})
	case "+":
		m.goFurther()
	case "s", "l":
		m.openOutline()
	case "q", "Q", "ctrl+d":
		m.leave(&dialogue.Jump{Kind: dialogue.Quit})
	case "?", "h":
		m.help.Open = true
	case "i":
		m.explain()
	case "tab":
		m.nextPane()
	case "esc":
		m.escape()
	case "up", "k":
		m.upDown(-1, height)
	case "down", "j":
		m.upDown(1, height)
	case "pgup", "ctrl+b":
		m.notice = "" // it was of the page that is left
		m.window.scroll(-max(height-1, 1), height)
	case "pgdown", "ctrl+f":
		m.pageDown(height)
	case "b", ".":
		m.dark = m.o.Projection
	case "home", "g":
		m.notice = ""
		m.window.scroll(-len(m.journal.lines), height)
	case "end", "G":
		m.window.scroll(len(m.journal.lines), height)
	case "backspace":
		if a := m.ballot(); a != nil {
			m.voteBackspace(a)
		}
	case "d":
		m.discuss()
	case "c":
		m.close()
	default:
		if len(name) == 1 && name[0] >= '0' && name[0] <= '9' {
			m.digit(int(name[0] - '0'))
		}
	}
}

// pageDown is what a clicker sends to go on: before a class it is Enter; a
// reader's page is turned, then left as Enter leaves it, but no answer is
// confirmed by it.
func (m *model) pageDown(height int) {
	switch {
	case m.o.Projection:
		m.enter()
	case m.window.more(height):
		m.window.scroll(max(height-1, 1), height)
	case m.wait != nil && m.wait.kind == waitPause:
		m.forward()
	}
}

// pass passes a question or a wait. Nothing else does: not Enter, which is
// pressed once too often.
func (m *model) pass() {
	switch {
	case m.wait == nil:
	case m.wait.kind == waitAsk && m.ask.vote.Any():
		m.notice = text.French("Le vote est commencé : " + map[bool]string{true: "c", false: "Entrée"}[m.ask.machines.Open] + " le clôt, ↑ et ↓ le corrigent.")
	case m.wait.kind == waitAsk && m.ask.vote.Round() > 1: // no second vote after all
		m.reply(result{choice: m.ask.choice()})
	case m.wait.kind == waitAsk && !m.ask.seen():
		m.notice = text.French("La question vient plus bas : Entrée y mène.")
	case m.wait.kind == waitAsk:
		m.reply(result{choice: scene.Passed})
	case m.wait.kind == waitInput, m.wait.kind == waitWatch:
		m.reply(result{err: dialogue.ErrSkipped})
	}
}

// editedMsg tells that an editor that had the terminal has ended.
type editedMsg struct{ error }

// edit opens what the reader is writing: in a window, or on the terminal, which is
// given back for that.
func (m *model) edit() tea.Cmd {
	cmd, whole, err := m.wait.edit()
	if err == nil && whole {
		return m.o.Terminal.Lent(cmd, m.o.In, m.o.Out, func(err error) tea.Msg { return editedMsg{err} })
	}
	words := ""
	if err == nil {
		words, err = dialogue.EditApart(cmd)
	}
	if err != nil {
		words = dialogue.EditFault(err)
	}
	m.notice = text.French(words)
	return nil
}

// nextPane shows something else beside or below the text, and says what.
func (m *model) nextPane() {
	m.pane = (m.pane + 1) % paneCount
	if stacked := m.width < frame.SideBySide; stacked && m.o.Projection && m.pane == paneNone {
		m.pane = paneAuto // both show the text alone
	} else if stacked && !m.o.Projection && m.pane == paneKernel {
		m.pane++ // as paneAuto
	}
	m.viewed = text.French("Vue : " + paneNames[m.pane] + ".")
}

// enter goes on, from typing put aside back to typing.
func (m *model) enter() {
	if m.uncover() {
		return
	}
	if m.wait != nil && m.wait.kind == waitInput {
		m.aside = false
		return
	}
	if a := m.counting(); a != nil {
		m.nextVotes(a)
		return
	}
	if m.secondVote() {
		return
	}
	m.forward()
}

// upDown moves among the options of a class's vote, else in the text.
func (m *model) upDown(by, height int) {
	if a := m.ballot(); a != nil {
		m.voteMove(a, by)
		return
	}
	m.window.scroll(by, height)
}

// digit is an answer, or part of a number of votes. One that was typed before
// the question could be seen is neither.
func (m *model) digit(d int) {
	m.uncover()
	m.countdown.restart(m.now())
	if a := m.ballot(); a != nil {
		if m.now().Sub(a.appeared) >= bounce {
			m.voteDigit(a, d)
		}
		return
	}
	if m.wait != nil && m.wait.kind == waitAsk && !m.o.Projection && m.ask.seen() && m.now().Sub(m.ask.appeared) >= bounce {
		m.pick(d)
	}
}

// escape goes back: to the end of the text, or from commands to typing.
func (m *model) escape() {
	if m.wait != nil && m.wait.kind == waitInput {
		m.aside = false
		return
	}
	if m.wait != nil && m.wait.kind == waitAsk && !m.o.Projection && m.ask.chosen >= 0 {
		m.ask.chosen, m.ask.sure = -1, false
		m.redrawAsk()
	}
	m.window.release()
}

// typed changes the line that is being typed, or enters it.
func (m *model) typed(name, typed string) {
	height := m.pageHeight()
	m.countdown.restart(m.now())
	switch name {
	case "enter", "space":
		switch {
		case name == "enter" && m.uncover():
		case m.reading:
			m.reading = m.window.forward(height) && m.window.more(height)
			m.opened = m.now()
		case name == "space":
			m.input.Type(" ")
		case m.input.Empty() && m.now().Sub(m.opened) < bounce:
		default:
			m.entered()
		}
	case "esc":
		m.aside = true
	case "ctrl+d":
		if m.input.Empty() {
			m.leave(&dialogue.Jump{Kind: dialogue.Quit})
		}
	case "pgup":
		m.window.scroll(-max(height-1, 1), height)
	case "pgdown":
		m.window.scroll(max(height-1, 1), height)
	case "tab":
		m.nextPane()
	default:
		if typed != "" {
			m.write(typed)
			return
		}
		m.input.Press(name)
	}
}

// write types text; whoever writes has read.
func (m *model) write(s string) {
	m.uncover()
	if m.reading {
		m.reading = false
		m.window.scroll(len(m.journal.lines), m.pageHeight())
	}
	m.input.Type(s)
}

// entered gives the line to the scene, unless it is for labo.
func (m *model) entered() {
	line := m.input.Take()
	word, forLabo := strings.CutPrefix(line, ":")
	if !forLabo {
		m.reply(result{line: line})
		m.say(line)
		return
	}
	jump, ok := dialogue.ParseCommand(word)
	switch {
	case dialogue.Explains(word):
		m.explain()
	case ok && jump == nil:
		m.reply(result{err: dialogue.ErrSkipped})
	case ok:
		m.leave(jump)
	default:
		m.notice = text.French("Après « : », labo comprend fin ou p, a, r, n, s et q. Pour envoyer « : », mettez une espace devant.")
	}
}

// say keeps what the reader typed among what was said.
func (m *model) say(line string) {
	if line == "" {
		return
	}
	m.add(&item{kind: itemTyped, lines: func(v *view) []string {
		var out []string
		mark := "  " + v.palette.Strong("vous") + " › "
		for i, l := range text.Wrap(text.Spaced(text.Visible(line)), max(v.width-text.Width(mark)-1, 8)) {
			if i > 0 {
				mark = strings.Repeat(" ", text.Width(mark))
			}
			out = append(out, mark+l)
		}
		return out
	}})
}

// pasted is text from the clipboard: its line ends become spaces, for only
// Enter sends.
func (m *model) pasted(s string) {
	if m.typing() {
		m.write(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
		m.arrange()
	}
}

// countdown goes on by itself, in projection.
type countdown struct {
	every  time.Duration // 0: never
	until  time.Time
	paused bool
}

func (c *countdown) restart(now time.Time) { c.until = now.Add(c.every) }

func (c *countdown) toggle(now time.Time) {
	c.paused = !c.paused
	c.restart(now)
}

func (c *countdown) over(now time.Time) bool {
	return c.every > 0 && !c.paused && now.After(c.until)
}

// words say how long it still lasts, "" where there is none.
func (c *countdown) words(now time.Time) string {
	switch {
	case c.every == 0:
		return ""
	case c.paused:
		return "à l'arrêt (Espace reprend)"
	}
	left := max(c.until.Sub(now).Round(time.Second), time.Second) // it is not over yet
	return "suite dans " + text.Duration(left)
}
