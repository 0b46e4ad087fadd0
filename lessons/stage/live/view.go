package live

import (
	"errors"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// View draws the screen: a title, the counts, the table, the latest change,
// the keys.
func (m *model) View() tea.View {
	lines := append([]string{m.titleLine()}, m.counts...)
	if m.help {
		lines = append(lines, m.helpLines()...)
	} else {
		lines = append(lines, m.tableLines()...)
	}
	body := max(m.height-footer, 0)
	if len(lines) > body {
		lines = lines[:body]
	}
	for len(lines) < body {
		lines = append(lines, "")
	}
	lines = append(lines, m.noticeLine(), m.keyLine())
	view := tea.NewView(strings.Join(lines[max(0, len(lines)-m.height):], "\n"))
	view.AltScreen = true
	view.WindowTitle = "labo sonde"
	if m.typing {
		prompt := text.Width(needlePrompt) + text.Width(m.needle)
		view.Cursor = tea.NewCursor(min(prompt, m.width-1), m.height-1)
	}
	return view
}

const (
	footer       = 2  // lines below the table
	markWidth    = 2  // the sign before each row
	roomy        = 12 // lines of a screen where the counts may take several
	needlePrompt = "Filtrer : "
)

// room returns how many lines of rows the screen has.
func (m *model) room() int {
	header := 0
	if m.grid != nil {
		header = len(m.grid.Header())
	}
	return max(m.height-1-len(m.counts)-footer-header, 1)
}

// draw makes the lines of the rows anew.
func (m *model) draw() {
	if m.snapshot == nil {
		m.counts = []string{text.Truncate("Première mesure…", m.width)}
		return
	}
	m.collect()
	sockets := make([]probe.Socket, len(m.rows))
	for i := range m.rows {
		sockets[i] = *m.rows[i].socket
	}
	m.count()
	if m.grid == nil {
		m.grid = panel.NewGrid(m.palette, m.width-markWidth, m.snapshot.Source, sockets)
	} else {
		m.grid = m.grid.Next(m.snapshot.Source, sockets)
	}
	plain := m.grid.Painted(paint.Palette{})
	m.lines = m.lines[:0]
	for i := range m.rows {
		switch m.rows[i].change {
		case 0:
			m.append(m.grid.Row(&sockets[i]), "  ", paint.Plain)
		case probe.Gone:
			m.append(plain.Row(&sockets[i]), panel.Sign(probe.Gone)+" ", paint.Gone)
		default:
			m.append(plain.Row(&sockets[i]), panel.Sign(m.rows[i].change)+" ", paint.Changed)
		}
	}
	m.scroll(0)
}

// append adds the lines of one row behind a sign.
func (m *model) append(row []string, sign string, role paint.Role) {
	for _, l := range row {
		m.lines = append(m.lines, sign+m.palette.Paint(role, l))
		sign = "  "
	}
}

// titleLine says what is watched, by what and when it was measured.
func (m *model) titleLine() string {
	left := "labo sonde · " + m.title
	if m.snapshot == nil {
		return m.palette.Title(text.Truncate(left, m.width))
	}
	right := "[" + panel.Source(m.snapshot) + "]"
	if m.paused {
		right = "EN PAUSE  " + right
	}
	room := m.width - text.Width(right) - 2
	left = text.Truncate(left, max(room, 0))
	gap := max(m.width-text.Width(left)-text.Width(right), 0)
	if m.paused {
		return m.palette.Title(left) + strings.Repeat(" ", gap) + m.palette.Strong(right)
	}
	return m.palette.Title(left) + strings.Repeat(" ", gap) + m.palette.Source(right)
}

// count counts by state the sockets that are shown and still there, on as many
// lines as it takes. Once it took several it keeps them, so that the table
// under it does not move; other columns begin anew.
func (m *model) count() {
	var here []probe.Socket
	for _, r := range m.rows {
		if r.change != probe.Gone {
			here = append(here, *r.socket)
		}
	}
	words := panel.Count(here)
	if m.needle != "" {
		words = panel.CountOf(here, len(m.snapshot.Sockets))
	}
	if m.height < roomy {
		m.counts = []string{text.Truncate(words, m.width)}
		return
	}
	lines := text.Wrap(words, m.width)
	for m.grid != nil && len(lines) < len(m.counts) {
		lines = append(lines, "")
	}
	m.counts = lines
}

// tableLines are the header and the rows that fit.
func (m *model) tableLines() []string {
	if m.snapshot == nil {
		return nil
	}
	if len(m.rows) == 0 {
		s := "Aucun socket pour l'instant : la vue suit, quelque chose peut apparaître."
		if m.needle != "" && len(m.snapshot.Sockets) > 0 {
			s = "Aucun socket ne contient « " + m.needle + " ». Échap efface le filtre."
		}
		if _, ended := errors.AsType[*probe.NoSuchProcessError](m.failure); ended {
			s = "Plus rien à suivre : « q » quitte."
		}
		return append([]string{""}, text.Paragraph(s, m.width)...)
	}
	var lines []string
	for _, l := range m.grid.Header() {
		lines = append(lines, strings.Repeat(" ", markWidth)+l)
	}
	return append(lines, m.lines[m.offset:min(m.offset+m.room(), len(m.lines))]...)
}

// noticeLine is the latest change, or why the last measurement failed, and how
// far the rows go on.
func (m *model) noticeLine() string {
	more := ""
	if hidden := len(m.lines) - m.offset - m.room(); !m.help && (hidden > 0 || m.offset > 0) {
		more = " ↑↓ " + strconv.Itoa(m.offset+1) + "–" + strconv.Itoa(min(m.offset+m.room(), len(m.lines))) +
			"/" + strconv.Itoa(len(m.lines))
	}
	room := max(m.width-text.Width(more), 0)
	notice, role := "", paint.Faint
	switch {
	case m.help:
		notice = "Une touche ferme cette aide."
	case m.failure != nil:
		notice, role = "✗ "+text.French(text.Visible(m.explain(m.failure))), paint.Bad
	case m.last != nil && m.wanted(&m.last.Socket, text.Fold(m.needle)):
		notice = m.last.At.Local().Format("15:04:05") + "  " + panel.Change(paint.Palette{}, m.last, m.source())
	case m.snapshot != nil && len(m.snapshot.Notes) > 0:
		notice = "! " + panel.Notes(m.snapshot)[0]
	}
	notice = text.Truncate(notice, room)
	return m.palette.Paint(role, notice) + strings.Repeat(" ", room-text.Width(notice)) + m.palette.Faint(more)
}

func (m *model) source() probe.Source {
	if m.snapshot == nil {
		return probe.Auto
	}
	return m.snapshot.Source
}

// keyLine shows the keys, or what is being typed.
func (m *model) keyLine() string {
	if m.typing {
		return text.Truncate(text.French(needlePrompt)+m.needle, m.width)
	}
	pause := "pause"
	if m.paused {
		pause = "reprendre"
	}
	filter := "filtrer"
	if m.needle != "" {
		filter = "filtre : " + text.Truncate(m.needle, 12)
	}
	line, used := "", 0
	for _, k := range [][2]string{
		{"q", "quitter"}, {"p", pause}, {"/", filter}, {"t", "tri : " + orderNames[m.order]}, {"?", "aide"},
	} {
		shown := text.French(k[1])
		if used += 3 + text.Width(shown) + 2; used > m.width {
			break
		}
		line += m.palette.Key(" "+k[0]+" ") + " " + shown + " "
	}
	return line
}

// helpLines explain the keys and the signs.
func (m *model) helpLines() []string {
	row := func(term, explanation string) []string {
		const margin = 14
		lines := text.Paragraph(explanation, max(m.width-margin, 10))
		lines[0] = "  " + m.palette.Strong(text.PadRight(term, margin-2)) + lines[0]
		for i := range lines[1:] {
			lines[i+1] = strings.Repeat(" ", margin) + lines[i+1]
		}
		return lines
	}
	lines := []string{""}
	for _, r := range [][2]string{
		{"q", "quitter"},
		{"p, Espace", "arrêter l'image, la reprendre"},
		{"/", "ne garder que les lignes qui contiennent un texte ; Échap efface"},
		{"t", "trier par port, état, propriétaire ou dernier changement"},
		{"↑ ↓", "une ligne ; Pg↑ et Pg↓ : une page ; Début, Fin"},
		{"+ → −", "apparu, changé, disparu (ou ne répond plus à la demande) : marqué pendant deux secondes"},
	} {
		lines = append(lines, row(r[0], r[1])...)
	}
	lines = append(lines, "")
	lines = append(lines, row("files", panel.QueuesMeaning())...)
	if m.snapshot != nil {
		for _, note := range panel.Notes(m.snapshot) {
			lines = append(lines, row("!", note)...)
		}
	}
	return lines
}
