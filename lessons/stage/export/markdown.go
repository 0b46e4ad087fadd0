package export

import (
	"fmt"
	"io"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// figureCells is the width of a figure in a block of code.
const figureCells = 96

// Markdown writes a report in GitHub's Markdown. What comes from outside
// cannot become markup.
func Markdown(w io.Writer, r *Report) error {
	m := &markdown{}
	m.para("# Mon cahier de labo")
	for _, s := range r.Summary {
		m.para(mdLine(mdInline(s)))
	}
	m.table([]string{"étape", "scènes jouées"}, progressRows(r))
	for i := range r.Steps {
		m.step(&r.Steps[i])
	}
	m.programs(r.Programs)
	m.traces(r.Traces)
	m.glossary(r)
	m.colophon(r)
	_, err := io.WriteString(w, strings.TrimRight(m.b.String(), "\n")+"\n")
	return err
}

// colophon says where a page comes from.
func (m *markdown) colophon(r *Report) {
	m.para("---")
	for _, s := range colophon(r) {
		m.para("*" + mdEscape(text.French(s)) + "*")
	}
}

type markdown struct{ b strings.Builder }

// para writes a block and the empty line after it.
func (m *markdown) para(s string) { m.b.WriteString(s + "\n\n") }

// code writes lines of code or of a drawing.
func (m *markdown) code(language string, lines []string) {
	fence := "```"
	for _, l := range lines {
		for strings.Contains(l, fence) {
			fence += "`"
		}
	}
	m.para(fence + language + "\n" + strings.Join(lines, "\n") + "\n" + fence)
}

// table writes cells that are Markdown already.
func (m *markdown) table(head []string, rows [][]string) {
	row := func(cells []string) { m.b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(head)
	row(strings.Split(strings.Repeat("---,", len(head)-1)+"---", ","))
	for _, cells := range rows {
		row(cells)
	}
	m.b.WriteString("\n")
}

func progressRows(r *Report) [][]string {
	var rows [][]string
	for _, s := range r.Steps {
		name := fmt.Sprintf("%d · %s", s.Number, s.Title)
		if s.Known {
			rows = append(rows, []string{mdEscape(name), fmt.Sprintf("%d sur %d", s.Done, s.Total)})
			continue
		}
		rows = append(rows, []string{mdEscape(name), "d'une autre version de labo"})
	}
	return rows
}

func (m *markdown) step(s *Step) {
	m.para(fmt.Sprintf("## Étape %d · %s", s.Number, mdEscape(text.French(s.Title))))
	for i := range s.Scenes {
		if s.Scenes[i].Begun {
			m.scene(&s.Scenes[i])
		}
	}
	var todo []string
	for _, title := range s.todo() {
		todo = append(todo, "- "+mdLine(mdInline(title)))
	}
	if len(todo) > 0 {
		m.para(text.French("Encore à jouer :"))
		m.para(strings.Join(todo, "\n"))
	}
}

func (m *markdown) scene(s *Scene) {
	title := mdInline(s.Title)
	if s.Number > 0 {
		title = fmt.Sprintf("%d.%d · %s", s.Step, s.Number, title)
	}
	m.para("### " + title)
	m.para("*" + mdEscape(text.French(s.When)) + "*")
	for _, item := range s.flow() {
		switch {
		case item.Prediction != nil:
			m.prediction(item.Prediction)
		case item.Writing != nil:
			m.writing(item.Writing)
		case item.Measure != nil:
			m.evidence(item.Measure.Number, &item.Measure.Evidence)
		case item.Sequence:
			m.para("**Ce qui s'est passé**")
			seq := figure.Lay(s.timeline(), figureCells)
			m.code("", seq.Text())
		default:
			m.blocks(item.Prose)
		}
	}
	for _, r := range s.Remarks {
		m.para("*" + mdEscape(text.French(r)) + "*")
	}
}

func (m *markdown) prediction(p *Prediction) {
	m.para("**Prédiction**")
	m.blocks(p.Question.Blocks)
	var options []string
	for i, o := range p.Question.Options {
		line := fmt.Sprintf("%d. %s", i+1, mdLine(mdSpans(o.Spans)))
		if marks := optionMarks(p, i); len(marks) > 0 {
			line += " **← " + strings.Join(marks, ", ") + "**"
		}
		options = append(options, line)
	}
	m.para(strings.Join(options, "\n"))
	s := mdInline(p.Verdict)
	if p.Measured != "" {
		s += " " + mdInline("Mesuré : "+p.Measured+".")
	}
	m.para(s)
	for _, s := range append([]string{p.First}, p.Reviews...) {
		if s != "" {
			m.para(mdInline(s))
		}
	}
}

// optionMarks says what an option is: what was chosen, what was measured.
func optionMarks(p *Prediction, i int) []string {
	var marks []string
	if i == p.Chosen {
		marks = append(marks, "votre réponse")
	}
	if i == p.Right {
		marks = append(marks, "la mesure")
	}
	return marks
}

func (m *markdown) writing(w *Writing) {
	m.para("**Votre réponse**")
	m.blocks(notebook.Blocks(w.Question))
	if len(w.Versions) == 0 {
		m.para(text.French(passedWriting))
	}
	for i, v := range w.Versions {
		label := "le " + v.When
		if i > 0 {
			label = "avant, le " + v.When
		}
		m.para("*" + mdEscape(text.French(label)) + "*")
		m.para(mdQuote(v.Text))
	}
}

func (m *markdown) blocks(blocks []prose.Block) {
	for _, b := range blocks {
		switch b.Kind {
		case prose.Paragraph:
			m.para(mdLine(mdSpans(b.Spans)))
		case prose.List:
			var items []string
			for _, item := range b.Items {
				items = append(items, "- "+mdLine(mdSpans(item)))
			}
			m.para(strings.Join(items, "\n"))
		case prose.Code:
			m.code(b.Lang, b.Lines)
		}
	}
}

func (m *markdown) evidence(number int, e *evidence.Evidence) {
	m.para(fmt.Sprintf("**Mesure %d · %s** (%s, %s)", number, mdEscape(text.French(e.Title)), mdEscape(e.Source), text.Clock(e.At)))
	if len(e.Values) > 0 {
		m.values(e.Values)
	}
	if e.Chart != nil {
		m.chart(e.Chart)
	}
	if e.Sockets != nil {
		m.sockets(e.Sockets)
	}
	for _, n := range e.Notes {
		m.para("> " + mdEscape(text.French("Note : "+n)))
	}
}

func (m *markdown) values(values []evidence.Value) {
	var rows [][]string
	for _, v := range values {
		shown := mdEscape(text.French(v.Text))
		if v.Source != "" {
			shown += " *(" + mdEscape(v.Source) + ")*"
		}
		rows = append(rows, []string{mdEscape(text.French(v.Label)), shown})
	}
	m.table([]string{"mesure", "valeur"}, rows)
}

func (m *markdown) sockets(t *evidence.Table) {
	if len(t.Rows) == 0 {
		m.para(mdLine(mdInline(markup.Capital(t.Empty) + ".")))
		return
	}
	head, rows := markup.SocketTable(t)
	var cells [][]string
	for _, r := range rows {
		for i := range r.Cells {
			r.Cells[i] = mdEscape(r.Cells[i])
		}
		cells = append(cells, r.Cells)
	}
	m.table(head, cells)
}

func (m *markdown) chart(c *evidence.Chart) {
	head, rows := markup.ChartTable(c)
	for i := range head {
		head[i] = mdEscape(head[i])
	}
	for _, row := range rows {
		for i := range row {
			row[i] = mdEscape(row[i])
		}
	}
	m.table(head, rows)
	m.code("", figure.Chart(c, figureCells))
}

func (m *markdown) glossary(r *Report) {
	states := statesMet(r)
	if len(states) == 0 {
		return
	}
	m.para("## Lire les tables")
	m.para(mdEscape(measured.Legend()) + ".")
	var rows [][]string
	for _, st := range states {
		rows = append(rows, []string{"**" + measured.StateName(st) + "**", mdEscape(measured.Meaning(st))})
	}
	m.table([]string{"état", "ce qu'il veut dire"}, rows)
}
