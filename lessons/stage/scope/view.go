package scope

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/measured"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

func itoa(n int) string { return strconv.Itoa(n) }

// View draws the screen: a title, the programs and their calls, the keys.
func (m *model) View() tea.View {
	f := m.frame()
	l := m.layout()
	switch {
	case m.help.Open:
		help := m.helpLines()
		f.Body = help[m.help.Top(len(help), f.Room()):]
	case l.beside:
		f.Body, f.Cursor = m.programs(l)
		f.Body = frame.Beside(m.options.Palette, f.Body, m.calls(l), l.programWidth, f.Room())
	default:
		f.Body, f.Cursor = m.programs(l)
		f.Body = append(f.Body, m.calls(l)...)
	}
	return f.View()
}

func (m *model) frame() frame.Frame {
	return frame.Frame{Width: m.width, Height: m.height, Window: "labo trace", Top: []string{m.title()}, Bottom: []string{m.keys()}}
}

func (m *model) title() string {
	names := make([]string, len(m.panes))
	for i, p := range m.panes {
		names[i] = text.Visible(p.command.Name())
	}
	left := "labo trace · " + strings.Join(names, ", ")
	right := "vue" + text.NBSP + ": " + viewNames[m.view]
	if m.ended {
		right = "terminé · " + right
	}
	return frame.Sides(m.options.Palette.Title(left), m.options.Palette.Source(right), m.width)
}

// head is the title of a part: strong where the keyboard is.
func (m *model) head(title string, role paint.Role, keyboard bool, width int) string {
	if keyboard {
		title, role = title+" · clavier", paint.Strong
	}
	return m.options.Palette.Paint(role, frame.Filled("── "+title+" ", "─", "", width))
}

// programs draws the terminals, one above the other, and returns where the
// cursor of the one that has the keyboard is.
func (m *model) programs(l layout) (lines []string, cursor *tea.Cursor) {
	for i, p := range m.panes {
		running, result := p.state()
		head := text.Visible(p.command.Name())
		switch {
		case running == nil:
			head += " · attend son tour"
		case result != nil:
			how := "terminé (" + itoa(result.Status.Code) + ")"
			if result.Status.Signal != 0 {
				how = "tué (" + result.Status.Name + ")"
			}
			head += " · " + how
		default:
			head += " · pid " + itoa(running.PID())
		}
		lines = append(lines, m.head(head, paint.Faint, m.focus == i, l.programWidth))
		rows, x, y := p.screen.view()
		if m.focus == i && result == nil {
			cursor = tea.NewCursor(min(x, l.programWidth-1), len(lines)+y)
		}
		for r := range l.paneHeight {
			lines = append(lines, frame.At(rows, r))
		}
	}
	return lines, cursor
}

// calls draws the calls, what they wait for, and what the kernel holds now.
func (m *model) calls(l layout) []string {
	head := "appels"
	if w := m.waiting(); w != "" {
		head += " · " + w
	}
	if more := len(m.lines) - m.offset - l.callsHeight; more > 0 || m.offset > 0 {
		head += " · " + itoa(m.offset+1) + "–" + itoa(min(m.offset+l.callsHeight, len(m.lines))) + "/" + itoa(len(m.lines))
	}
	out := []string{m.head(head, paint.Kernel, m.focus == len(m.panes), l.callsWidth)}
	for i := range l.callsHeight {
		out = append(out, text.Truncate(frame.At(m.lines, m.offset+i), l.callsWidth))
	}
	return append(out, m.heldLines(l)...)
}

// heldLines are the sockets that the programs hold now, from the probe.
func (m *model) heldLines(l layout) []string {
	if l.heldHeight == 0 {
		return nil
	}
	p := m.options.Palette
	head := "le noyau tient maintenant"
	if m.held != nil {
		head += " [" + measured.Source(m.held) + "]"
	}
	out := []string{m.head(head, paint.Kernel, false, l.callsWidth)}
	switch {
	case m.held == nil && m.ended:
		out = append(out, p.Faint("plus rien : le programme est terminé"))
	case m.held == nil:
		out = append(out, p.Faint("…"))
	case len(m.held.Sockets) == 0:
		out = append(out, p.Faint("aucun socket TCP"))
	default:
		out = append(out, socketRows(panel.NewGrid(p, l.callsWidth, probe.Auto, m.held.Sockets), m.held.Sockets, l.heldHeight-1)...)
	}
	for len(out) < l.heldHeight {
		out = append(out, "")
	}
	return out[:l.heldHeight]
}

// socketRows draws sockets in room rows: as a table, without its header where
// it does not fit, else one row a socket. What is still too much is left to the
// caller to cut.
func socketRows(g *panel.Grid, sockets []probe.Socket, room int) []string {
	var rows, short []string
	for i := range sockets {
		s := &sockets[i]
		rows = append(rows, g.Row(s)...)
		ends := s.Local.String()
		if s.Remote.IsValid() {
			ends += " ↔ " + s.Remote.String()
		}
		short = append(short, text.PadRight(s.State.String(), len("ESTABLISHED"))+" "+ends)
	}
	switch header := g.Header(); {
	case len(header)+len(rows) <= room:
		return append(header, rows...)
	case len(rows) <= room:
		return rows
	}
	return short
}

// keys shows what can be pressed.
func (m *model) keys() string {
	var now, all [][2]string
	switch {
	case m.help.Open:
		return text.French(m.help.Says(len(m.helpLines()), max(m.height-2, 1)))
	case m.focus < len(m.panes):
		next := "aux appels"
		if m.focus+1 < len(m.panes) {
			next = "à " + text.Visible(m.panes[m.focus+1].command.Name())
		}
		all = [][2]string{{"Tab", "aller " + next}, {"Ctrl+C", "au programme"}, {"F10", "quitter"}}
	default:
		all = [][2]string{{"q", "quitter"}, {"v", "vue"}, {"?", "aide"}, {"↑↓", "défiler"}}
		if !m.ended {
			now = [][2]string{{"Tab", "aller au programme"}}
		}
	}
	return frame.Keys(m.options.Palette, now, all, m.width)
}

func (m *model) helpLines() []string {
	return frame.Terms(m.options.Palette, [][2]string{
		{"Tab", "donner le clavier à l'autre programme, puis aux appels"},
		{"1 2 3 4", "lignes, fil du temps, résumé, séquence ; v : la suivante"},
		{"↑ ↓", "une ligne ; Pg↑ Pg↓ : une page ; Début, Fin"},
		{"Ctrl+C", "quand le programme a le clavier : c'est lui qui le reçoit"},
		{"Ctrl+Z", "suspendre labo et le programme ; fg les reprend"},
		{"q, F10", "quitter ; le programme est arrêté s'il court encore"},
	}, m.width)
}
