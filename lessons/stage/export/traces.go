package export

import (
	"strconv"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/notebook"
	"labo/lessons/text"
)

// tracesTitle heads what `labo trace` saw of the reader's own programs.
const tracesTitle = "Vos programmes suivis"

// Trace is the summary of the newest trace of one of the reader's programs.
type Trace struct {
	Name    string
	When    string // "suivi 3 fois, la dernière le 22 novembre 2026 à 14:02"
	Summary evidence.Evidence
}

func traced(n *notebook.Trace) Trace {
	t := Trace{Name: text.Visible(n.File), When: "suivi le " + text.Date(n.At), Summary: n.Summary.Shown()}
	if n.Tries > 1 {
		t.When = "suivi " + strconv.Itoa(n.Tries) + " fois, la dernière le " + text.Date(n.At)
	}
	return t
}

func (t *terminal) traces(all []Trace) {
	if len(all) == 0 {
		return
	}
	t.line("")
	t.line(t.paint.Strong("━━ " + tracesTitle + " " + strings.Repeat("━", max(t.width()-text.Width(tracesTitle)-4, 2))))
	for _, one := range all {
		t.line("")
		for _, l := range text.Wrap(one.Name, t.width()-3) {
			t.line("  " + t.paint.Title(l))
		}
		t.prose("  ", one.When)
		t.line("")
		t.stage.Evidence(one.Summary)
	}
}

func (m *markdown) traces(all []Trace) {
	if len(all) == 0 {
		return
	}
	m.para("## " + tracesTitle)
	for i := range all {
		m.para("### " + mdEscape(all[i].Name))
		m.para("*" + mdEscape(text.French(all[i].When)) + "*")
		m.evidence(1, &all[i].Summary)
	}
}
