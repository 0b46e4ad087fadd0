package scope

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/measured"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

func itoa(n int) string { return strconv.Itoa(n) }

// View draws the screen: a title, the programs and their calls, the keys.
func (m *model) View() tea.View {
	l := m.layout()
	var body []string
	var cursor *tea.Cursor
	if m.help {
		body = m.helpLines()
	} else if l.beside {
		left, at := m.programs(l)
		right := m.calls(l)
		cursor = at
		for i := range max(len(left), len(right)) {
			body = append(body, fit(line(left, i), l.programWidth)+m.options.Palette.Faint(" │ ")+line(right, i))
		}
	} else {
		body, cursor = m.programs(l)
		body = append(body, m.calls(l)...)
	}
	rows := max(m.height-2, 1)
	for len(body) < rows {
		body = append(body, "")
	}
	lines := append([]string{m.title()}, body[:rows]...)
	lines = append(lines, m.keys())
	for i := range lines {
		lines[i] = text.Truncate(lines[i], m.width)
	}
	view := tea.NewView(strings.Join(lines, "\n"))
	view.AltScreen = true
	view.WindowTitle = "labo trace"
	if cursor != nil && !m.help {
		cursor.Y++ // below the title
		if cursor.Y < m.height-1 {
			view.Cursor = cursor
		}
	}
	return view
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// fit cuts or fills s to exactly width cells.
func fit(s string, width int) string { return text.PadRight(text.Truncate(s, width), width) }

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
	left = text.Truncate(left, max(m.width-text.Width(right)-2, 0))
	gap := strings.Repeat(" ", max(m.width-text.Width(left)-text.Width(right), 0))
	return m.options.Palette.Title(left) + gap + m.options.Palette.Source(right)
}

// programs draws the terminals, one above the other, and returns where the
// cursor of the one that has the keyboard is.
func (m *model) programs(l layout) (lines []string, cursor *tea.Cursor) {
	for i, p := range m.panes {
		running, result := p.state()
		head := "── " + text.Visible(p.command.Name())
		switch {
		case running == nil:
			head += " · attend son tour"
		case result != nil:
			head += " · terminé (" + itoa(result.Status.Exit()) + ")"
		default:
			head += " · pid " + itoa(running.PID())
		}
		if m.focus == i {
			head += " · clavier"
		}
		head += " " + strings.Repeat("─", max(0, l.programWidth-text.Width(head)-1))
		if m.focus == i {
			lines = append(lines, m.options.Palette.Strong(text.Truncate(head, l.programWidth)))
		} else {
			lines = append(lines, m.options.Palette.Faint(text.Truncate(head, l.programWidth)))
		}
		rows, x, y := p.screen.view()
		if m.focus == i && result == nil {
			cursor = tea.NewCursor(min(x, l.programWidth-1), len(lines)+y)
		}
		for r := range l.paneHeight {
			lines = append(lines, line(rows, r))
		}
	}
	return lines, cursor
}

// calls draws the calls, what they wait for, and what the kernel holds now.
func (m *model) calls(l layout) []string {
	p := m.options.Palette
	head := "── appels"
	if w := m.waiting(); w != "" {
		head += " · " + w
	}
	if m.focus == len(m.panes) {
		head += " · clavier"
	}
	if more := len(m.lines) - m.offset - l.callsHeight; more > 0 || m.offset > 0 {
		head += " · " + itoa(m.offset+1) + "–" + itoa(min(m.offset+l.callsHeight, len(m.lines))) + "/" + itoa(len(m.lines))
	}
	head += " "
	head = text.Truncate(head+strings.Repeat("─", max(0, l.callsWidth-text.Width(head))), l.callsWidth)
	if m.focus == len(m.panes) {
		head = p.Strong(head)
	} else {
		head = p.Kernel(head)
	}
	out := []string{head}
	for i := range l.callsHeight {
		out = append(out, text.Truncate(line(m.lines, m.offset+i), l.callsWidth))
	}
	return append(out, m.heldLines(l)...)
}

// heldLines are the sockets that the programs hold now, from the probe.
func (m *model) heldLines(l layout) []string {
	if l.heldHeight == 0 {
		return nil
	}
	p := m.options.Palette
	head := "── le noyau tient maintenant "
	if m.held != nil {
		head += "[" + measured.Source(m.held) + "] "
	}
	head += strings.Repeat("─", max(0, l.callsWidth-text.Width(head)))
	out := []string{p.Kernel(text.Truncate(head, l.callsWidth))}
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
	var all [][2]string
	switch {
	case m.focus < len(m.panes):
		next := "aux appels"
		if m.focus+1 < len(m.panes) {
			next = "à " + text.Visible(m.panes[m.focus+1].command.Name())
		}
		all = [][2]string{{"Tab", "aller " + next}, {"Ctrl+C", "au programme"}, {"F10", "quitter"}}
	default:
		all = [][2]string{{"q", "quitter"}, {"v", "vue"}, {"?", "aide"}, {"↑↓", "défiler"}}
		if !m.ended {
			all = append([][2]string{{"Tab", "aller au programme"}}, all...)
		}
	}
	out, used := "", 0
	for _, k := range all {
		if used += text.Width(k[0]) + text.Width(k[1]) + 5; used > m.width {
			break
		}
		out += m.options.Palette.Key(" "+k[0]+" ") + " " + text.French(k[1]) + "  "
	}
	return out
}

func (m *model) helpLines() []string {
	var out []string
	for _, r := range [][2]string{
		{"Tab", "donner le clavier à l'autre programme, puis aux appels"},
		{"1 2 3 4", "lignes, fil du temps, résumé, séquence ; v : la suivante"},
		{"↑ ↓", "une ligne ; Pg↑ Pg↓ : une page ; Début, Fin"},
		{"Ctrl+C", "quand le programme a le clavier : c'est lui qui le reçoit"},
		{"Ctrl+Z", "suspendre labo et le programme ; fg les reprend"},
		{"q, F10", "quitter ; le programme est arrêté s'il court encore"},
	} {
		lines := text.Paragraph(r[1], max(m.width-14, 10))
		for i, s := range lines {
			term := ""
			if i == 0 {
				term = r[0]
			}
			out = append(out, "  "+m.options.Palette.Strong(text.PadRight(term, 12))+s)
		}
	}
	return append(out, "", "Une touche ferme cette aide.")
}
