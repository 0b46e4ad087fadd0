package live

import (
	"errors"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// View draws the screen: a title, the counts, the table, the latest change,
// the keys.
func (m *model) View() tea.View {
	lines := []string{m.titleLine()}
	if m.help {
		help := m.helpLines()
		lines = append(lines, help[m.helpFrom():]...)
	} else {
		lines = append(append(lines, m.counts...), m.tableLines()...)
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
	roomy        = 12 // lines of a screen where the counts may take several
	needlePrompt = "Filtrer : "
)

// room returns how many lines of rows the screen has.
func (m *model) room() int {
	return max(m.height-1-len(m.counts)-footer-len(m.table.Header()), 1)
}

// helpRoom returns how many lines of help the screen has.
func (m *model) helpRoom() int { return max(m.height-1-footer, 1) }

// helpFrom returns the first line of help on screen, which may have changed
// its size.
func (m *model) helpFrom() int { return max(0, min(m.read, len(m.helpLines())-m.helpRoom())) }

// titleLine says what is watched, by what and when it was measured.
func (m *model) titleLine() string {
	left := "labo sonde · " + m.title
	if m.table.Snapshot == nil {
		return m.palette.Title(text.Truncate(left, m.width))
	}
	right := "[" + measured.Source(m.table.Snapshot) + "]"
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

// refresh makes right what depends on the rows of the table.
func (m *model) refresh() {
	m.count()
	m.scroll(0)
}

// count counts by state the sockets that are shown and still there, on as many
// lines as it takes. Once it took several it keeps them, so that the table
// under it does not move; other columns begin anew.
func (m *model) count() {
	if m.table.Snapshot == nil {
		m.counts = []string{text.Truncate("Première mesure…", m.width)}
		return
	}
	here := m.table.here()
	words := measured.Count(here)
	if m.needle != "" {
		words = measured.CountOf(here, len(m.table.Snapshot.Sockets))
	}
	if m.height < roomy {
		m.counts = []string{text.Truncate(words, m.width)}
		return
	}
	lines := text.Wrap(words, m.width)
	for len(lines) < m.countRows {
		lines = append(lines, "")
	}
	m.counts, m.countRows = lines, len(lines)
}

// tableLines are the header and the rows that fit.
func (m *model) tableLines() []string {
	if m.table.Snapshot == nil {
		return nil
	}
	if m.table.Rows() == 0 {
		s := "Aucun socket pour l'instant : la vue suit, quelque chose peut apparaître."
		if m.needle != "" && len(m.table.Snapshot.Sockets) > 0 {
			s = "Aucun socket ne contient « " + m.needle + " ». Échap efface le filtre."
		}
		if _, ended := errors.AsType[*probe.NoSuchProcessError](m.failure); ended {
			s = "Plus rien à suivre : « q » quitte."
		}
		return append([]string{""}, text.Paragraph(s, m.width)...)
	}
	return append(m.table.Header(), m.table.Lines()[m.offset:min(m.offset+m.room(), len(m.table.Lines()))]...)
}

// noticeLine is the latest change, or why the last measurement failed, and how
// far the rows go on.
func (m *model) noticeLine() string {
	first, room, all := m.offset, m.room(), len(m.table.Lines())
	if m.help {
		first, room, all = m.helpFrom(), m.helpRoom(), len(m.helpLines())
	}
	more := ""
	if all > room || first > 0 {
		more = " ↑↓ " + strconv.Itoa(first+1) + "–" + strconv.Itoa(min(first+room, all)) + "/" + strconv.Itoa(all)
	}
	room = max(m.width-text.Width(more), 0)
	notice, role := "", paint.Faint
	switch {
	case m.help:
		notice = "Une touche ferme cette aide."
		if more != "" {
			notice = "↑ et ↓ défilent, une autre touche ferme."
		}
	case m.failure != nil:
		notice, role = "✗ "+text.French(text.Visible(m.explain(m.failure))), paint.Bad
	case m.last != nil && m.wanted(&m.last.Socket):
		notice = m.last.At.Local().Format("15:04:05") + "  " + panel.Change(paint.Palette{}, m.last, m.source())
	case m.table.Snapshot != nil && len(m.table.Snapshot.Notes) > 0:
		notice = "! " + measured.Notes(m.table.Snapshot)[0]
	}
	notice = text.Truncate(notice, room)
	return m.palette.Paint(role, notice) + strings.Repeat(" ", room-text.Width(notice)) + m.palette.Faint(more)
}

func (m *model) source() probe.Source {
	if m.table.Snapshot == nil {
		return probe.Auto
	}
	return m.table.Snapshot.Source
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
		{"q", "quitter"}, {"p", pause}, {"/", filter}, {"t", "tri : " + orderNames[m.table.order]}, {"?", "aide"},
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
	lines = append(lines, row("files", measured.QueuesMeaning())...)
	if m.table.Snapshot != nil {
		for _, note := range measured.Notes(m.table.Snapshot) {
			lines = append(lines, row("!", note)...)
		}
	}
	return lines
}
