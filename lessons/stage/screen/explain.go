package screen

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"labo/lessons/stage/frame"
	"labo/lessons/stage/lexicon"
	"labo/lessons/text"
	"labo/probe"
)

// explain opens the page that explains what is on screen now.
func (m *model) explain() {
	l := m.layout()
	seen := lexicon.Seen{Asked: m.wait != nil && m.wait.kind == waitAsk}
	if !m.covered() {
		seen.Text = strings.Join(m.window.visible(l.textHeight), "\n")
	}
	if l.kernelHeight > 1 && !m.kernel.covered && m.kernel.table.Snapshot != nil {
		seen.Rows = m.kernel.table.Snapshot.Sockets
		seen.Text += "\n" + strings.Join(m.kernel.view(l.panelWidth, l.kernelHeight), "\n")
	} else if !seen.Asked {
		seen.Rows = m.shownRows()
	}
	seen.Text = ansi.Strip(seen.Text)
	m.terms = lexicon.Terms(seen)
	m.words = frame.Help{Open: true}
}

// shownRows are those of the last table that the page has shown since the
// reader last acted.
func (m *model) shownRows() (rows []probe.Socket) {
	for _, it := range m.journal.items[min(m.journal.fresh, len(m.journal.items)):] {
		if it.evidence != nil && it.evidence.Sockets != nil {
			rows = it.evidence.Sockets.Rows
		}
	}
	return rows
}

func (m *model) wordLines() []string {
	head := []string{frame.Rule(m.palette, "CE QUI EST À L'ÉCRAN", "", m.width), ""}
	if len(m.terms) == 0 {
		return append(head, text.Paragraph("Aucun mot de cette page n'est dans le lexique de labo.", m.width)...)
	}
	return append(head, frame.Terms(m.palette, m.terms, m.width)...)
}
