package screen

import (
	"fmt"
	"slices"
	"strings"

	"labo/lessons/dialogue"
	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/text"
)

// outline is the list of scenes, over everything else.
type outline struct {
	heads []scene.Head
	at    int
	typed string // digits of a number
}

// newOutline opens the list at a scene.
func newOutline(heads []scene.Head, at string) *outline {
	return &outline{heads: heads, at: max(slices.IndexFunc(heads, func(h scene.Head) bool { return h.ID == at }), 0)}
}

func (o *outline) move(by int) {
	o.typed = ""
	o.at = max(0, min(o.at+by, len(o.heads)-1))
}

// digit goes to the scene of that number, of one or more digits.
func (o *outline) digit(d string) {
	for _, typed := range []string{o.typed + d, d} {
		i := slices.IndexFunc(o.heads, func(h scene.Head) bool { return h.Number() == typed })
		if i >= 0 {
			o.typed, o.at = typed, i
			return
		}
	}
}

// openOutline shows the list where there is one.
func (m *model) openOutline() {
	if len(m.o.Heads) == 0 {
		m.leave(&dialogue.Jump{Kind: dialogue.List})
		return
	}
	m.outline = newOutline(m.o.Heads, m.head.ID)
}

// outlinePressed is what keys do while the list is shown.
func (m *model) outlinePressed(name string) {
	o := m.outline
	switch name {
	case "up", "k":
		o.move(-1)
	case "down", "j":
		o.move(1)
	case "home", "pgup":
		o.move(-len(o.heads))
	case "end", "pgdown":
		o.move(len(o.heads))
	case "enter", "right":
		m.leave(&dialogue.Jump{Kind: dialogue.To, Scene: o.heads[o.at].ID})
	case "q":
		m.leave(&dialogue.Jump{Kind: dialogue.Quit})
	case "esc", "s", "l", "left":
		m.outline = nil
		if m.wait != nil && m.wait.kind == waitOutline {
			m.reply(result{})
		}
	default:
		if len(name) == 1 && name[0] >= '0' && name[0] <= '9' {
			o.digit(name)
		}
	}
}

// outlineLines draw the list in height lines, around the scene chosen.
func (m *model) outlineLines(width, height int) []string {
	o := m.outline
	step := ""
	if m.head.Step > 0 {
		step = fmt.Sprintf(" DE L'ÉTAPE %d", m.head.Step)
	}
	whole := ""
	if n := scene.Reading(o.heads); n > 0 {
		whole = fmt.Sprintf("temps de lecture : %d%smin en tout", n, text.NBSP)
		whole = text.French(whole)
	}
	out := []string{frame.Rule(m.palette, "LES SCÈNES"+step, whole, width), ""}
	room := max(height-len(out)-1, 1)
	first := max(0, min(o.at-room/2, len(o.heads)-room))
	for i := first; i < min(first+room, len(o.heads)); i++ {
		h := o.heads[i]
		mark, done := "   ", "  "
		if i == o.at {
			mark = " ▸ "
		}
		how := m.done[h.ID]
		if how != "" {
			done = "✓ "
		}
		line := fmt.Sprintf("%2s  %s", h.Number(), text.French(text.Visible(h.Title)))
		if h.ID == m.head.ID {
			line += " (ici)"
		}
		if strings.Contains(how, ",") {
			how = text.French(" (" + how + ")")
		} else { // ✓ says it
			how = ""
		}
		takes := ""
		if n := h.Reading(); n > 0 {
			takes = fmt.Sprintf("%4d%smin", n, text.NBSP)
		}
		room := max(width-1-text.Width(mark+done+how+takes), 1)
		line = text.PadRight(text.Truncate(line, room)+how, room+text.Width(how)) + takes
		if i == o.at {
			line = m.palette.Strong(line)
		}
		out = append(out, mark+done+line)
	}
	return out
}
