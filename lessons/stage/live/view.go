package live

import (
	"errors"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/measured"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// View draws the screen: a title, the counts, the table, the latest change,
// the keys.
func (m *model) View() tea.View {
	f := m.frame()
	if m.help.Open {
		help := m.helpLines()
		f.Body = help[m.help.Top(len(help), f.Room()):]
	} else {
		f.Body = m.tableLines()
	}
	f.Bottom = []string{m.noticeLine(), m.keyLine()}
	if m.typing {
		f.Typed = text.Width(needlePrompt) + text.Width(m.needle)
	}
	return f.View()
}

const (
	roomy        = 12 // lines of a screen where the counts may take several
	needlePrompt = "Filtrer : "
)

// frame is the screen without what changes as keys are pressed.
func (m *model) frame() frame.Frame {
	f := frame.Frame{Width: m.width, Height: m.height, Window: "labo sonde", Top: []string{m.titleLine()}, Bottom: []string{"", ""}}
	if !m.help.Open {
		f.Top = append(f.Top, m.counts...)
	}
	return f
}

// room returns how many lines of rows the screen has.
func (m *model) room() int { return max(m.frame().Room()-len(m.table.Header()), 1) }

// titleLine says what is watched, by what and when it was measured.
func (m *model) titleLine() string {
	left := "labo sonde · " + m.title
	if m.table.Snapshot == nil {
		return m.palette.Title(text.Truncate(left, m.width))
	}
	right := m.palette.Source("[" + measured.Source(m.table.Snapshot) + "]")
	if m.paused {
		right = m.palette.Strong("EN PAUSE  [" + measured.Source(m.table.Snapshot) + "]")
	}
	return frame.Sides(m.palette.Title(left), right, m.width)
}

// refresh makes right what depends on the rows of the table.
func (m *model) refresh() {
	m.count()
	m.settle()
}

// count counts by state the sockets that are shown and still there, and the bytes
// of processes since the view began, on as many lines as it takes. Once it took
// several it keeps them, so that the table
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
	if flows := measured.Flows(m.meter.Flows(), measured.MostFlows); flows != "" {
		lines = append(lines, text.Wrap("Depuis le début"+text.NBSP+": "+flows, m.width)...)
	}
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
	notice, role := "", paint.Faint
	switch {
	case m.help.Open:
		room, all = m.frame().Room(), len(m.helpLines())
		first, notice = m.help.Top(all, room), m.help.Says(all, room)
	case m.failure != nil:
		notice, role = "✗ "+text.French(text.Visible(m.explain(m.failure))), paint.Bad
	case m.last != nil && m.wanted(&m.last.Socket):
		notice = m.last.At.Local().Format("15:04:05") + "  " + panel.Change(paint.Palette{}, m.last, m.source())
	case m.table.Snapshot != nil && len(m.table.Snapshot.Notes) > 0:
		notice = "! " + measured.Notes(m.table.Snapshot)[0]
	}
	more := ""
	if all > room || first > 0 {
		more = m.palette.Faint("↑↓ " + strconv.Itoa(first+1) + "–" + strconv.Itoa(min(first+room, all)) + "/" + strconv.Itoa(all))
	}
	return frame.Sides(m.palette.Paint(role, notice), more, m.width)
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
	return frame.Keys(m.palette, nil, [][2]string{
		{"q", "quitter"}, {"p", pause}, {"/", filter}, {"t", "tri : " + orderNames[m.table.order]}, {"?", "aide"},
	}, m.width)
}

// helpLines explain the keys and the signs.
func (m *model) helpLines() []string {
	terms := [][2]string{
		{"q", "quitter"},
		{"p, Espace", "arrêter l'image, la reprendre"},
		{"/", "ne garder que les lignes qui contiennent un texte ; Échap efface"},
		{"t", "trier par port, état, propriétaire ou dernier changement"},
		{"↑ ↓", "une ligne ; Pg↑ et Pg↓ : une page ; Début, Fin"},
		{"+ → −", "apparu, changé, disparu (ou ne répond plus à la demande) : marqué pendant deux secondes"},
		{},
		{"files", measured.QueuesMeaning()},
		{"octets", "ce que le noyau a compté pour les connexions d'un processus depuis que vous suivez ; un SYN ou un FIN compte pour 1"},
	}
	if m.table.Snapshot != nil {
		for _, note := range measured.Notes(m.table.Snapshot) {
			terms = append(terms, [2]string{"!", note})
		}
	}
	return append([]string{""}, frame.Terms(m.palette, terms, m.width)...)
}
