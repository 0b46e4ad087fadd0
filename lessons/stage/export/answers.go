package export

import (
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/prose"
	"labo/lessons/stage/markup"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// Answers are the reader's answers to the questions of the sheet, each with what
// was measured: one page to print and to hand in.
type Answers struct {
	*Report
	Questions []Answered
}

// Answered is a question of the sheet.
type Answered struct {
	Number   int
	Question string
	Version           // the answer that stands; without a text: none yet
	Scene    string   // that asks it
	Proofs   []string // what was measured, when, and by what means
}

// mostProofs is how many measurements stand under an answer: five answers of
// some lines then fit a page.
const mostProofs = 3

// The step that asks the questions of the sheet, and the parts of its scenes that
// ask one and give a model answer.
const (
	askingStep   = prose.Steps
	questionPart = "question"
	modelPart    = "reponse"
)

// NewAnswers returns the answers that a report holds. A question is asked by one
// scene of the last step; those that follow, to the model answer, measure for it
// as well.
func NewAnswers(r *Report) (*Answers, error) {
	step, err := prose.Load(askingStep)
	if err != nil {
		return nil, err
	}
	a := &Answers{Report: r}
	open := false // a question waits for its model answer
	for _, section := range step.Sections {
		if asked, ok := section.Part(questionPart); ok {
			a.Questions = append(a.Questions, Answered{Number: len(a.Questions) + 1, Question: unnumbered(firstWords(asked.Blocks)), Scene: section.ID})
			open = true
		}
		if open {
			a.Questions[len(a.Questions)-1].add(r.scene(askingStep, section.ID))
		}
		if _, ok := section.Part(modelPart); ok {
			open = false
		}
	}
	return a, nil
}

// scene returns a scene of the report, nil where there is nothing to show of it.
func (r *Report) scene(step int, id string) *Scene {
	for i := range r.Steps {
		for j := range r.Steps[i].Scenes {
			if sc := &r.Steps[i].Scenes[j]; r.Steps[i].Number == step && sc.ID == id && sc.Begun {
				return sc
			}
		}
	}
	return nil
}

// firstWords is the first paragraph of some blocks.
func firstWords(blocks []prose.Block) string {
	i := slices.IndexFunc(blocks, func(b prose.Block) bool { return b.Kind == prose.Paragraph })
	if i < 0 {
		return ""
	}
	return plain(blocks[i].Spans)
}

// add takes what a scene holds: the answer, and what it measured.
func (a *Answered) add(s *Scene) {
	if s == nil {
		return
	}
	for _, w := range s.Writings {
		if len(w.Versions) > 0 && strings.TrimSpace(w.Versions[0].Text) != "" {
			a.Version = w.Versions[0]
		}
	}
	for _, p := range s.Predictions {
		if p.Right >= 0 && len(a.Proofs) < mostProofs {
			a.Proofs = append(a.Proofs, p.proof(s.Title))
		}
	}
	for i := range s.Evidence {
		if found := figures(&s.Evidence[i]); found != "" && len(a.Proofs) < mostProofs {
			a.Proofs = append(a.Proofs, found)
		}
	}
}

// proof says what was asked of the system in a scene, and what it did.
func (p *Prediction) proof(scene string) string {
	if !strings.HasSuffix(scene, "?") {
		scene += "."
	}
	said := scene + " " + asked(firstWords(p.Question.Blocks)) + " La mesure dit " + quoted(option(p.Answer, p.Right))
	if p.Measured != "" {
		said += " : " + p.Measured
	}
	return said + ". [" + text.Date(p.At) + "]"
}

// asked is the last sentence of a question: what leads to it is in the notebook.
func asked(s string) string {
	if at := strings.LastIndex(s, ". "); at >= 0 {
		return s[at+len(". "):]
	}
	return s
}

// figures says what an evidence holds, in a line; "" where it is a drawing.
func figures(e *evidence.Evidence) string {
	var all []string
	for _, v := range e.Values {
		if len(all) < 2 {
			all = append(all, strings.TrimSpace(v.Label+" : "+v.Text))
		}
	}
	if e.Sockets != nil && len(all) == 0 {
		if len(e.Sockets.Rows) == 0 {
			all = append(all, e.Sockets.Empty)
		} else {
			all = append(all, byState(e.Sockets.Rows))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return e.Title + " : " + strings.Join(all, " ; ") + ". [" + e.Source + ", " + text.Clock(e.At) + "]"
}

// byState counts sockets: "1 LISTEN, 2 ESTABLISHED".
func byState(rows []probe.Socket) string {
	var all []string
	for _, st := range probe.States {
		n := 0
		for i := range rows {
			if rows[i].State == st {
				n++
			}
		}
		if n > 0 {
			all = append(all, text.Number(n)+text.NBSP+measured.StateName(st))
		}
	}
	return strings.Join(all, ", ")
}

// missing says how to answer a question that is not answered yet.
func (a *Answered) missing() string {
	return "Pas encore de réponse : `labo etape 4 --scene " + a.Scene + "`."
}

const (
	answersTitle = "Mes cinq réponses, avec preuves"
	proofsTitle  = "Ce que la machine a répondu :"
)

// Terminal writes the answers as lines for a screen of that many columns.
func (a *Answers) Terminal(w io.Writer, palette paint.Palette, columns int) error {
	var b strings.Builder
	t := terminal{w: &b, paint: palette, columns: max(columns, narrowest)}
	t.line(t.paint.Title(answersTitle))
	for _, q := range a.Questions {
		t.line("")
		t.prose(text.Number(q.Number)+". ", q.Question)
		if q.Text == "" {
			t.prose("   ", q.missing())
		} else {
			t.line("   " + t.paint.Faint("écrit le "+q.When))
			t.quoted("   │ ", q.Text)
		}
		for _, p := range q.Proofs {
			t.prose("   · ", p)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the answers in GitHub's Markdown.
func (a *Answers) Markdown(w io.Writer) error {
	m := &markdown{}
	m.para("# " + answersTitle)
	for _, q := range a.Questions {
		m.para("## " + text.Number(q.Number) + ". " + mdInline(q.Question))
		if q.Text == "" {
			m.para("*" + mdInline(q.missing()) + "*")
		} else {
			m.para(mdQuote(q.Text))
			m.para("*" + mdEscape("Écrit le "+q.When+".") + "*")
		}
		var proofs []string
		for _, p := range q.Proofs {
			proofs = append(proofs, "- "+mdLine(mdInline(p)))
		}
		if len(proofs) > 0 {
			m.para(mdEscape(text.French(proofsTitle)))
			m.para(strings.Join(proofs, "\n"))
		}
	}
	m.colophon(a.Report)
	_, err := io.WriteString(w, strings.TrimRight(m.b.String(), "\n")+"\n")
	return err
}

// HTML writes the answers as one file that needs nothing else, and prints on one
// page.
func (a *Answers) HTML(w io.Writer) error {
	page := markup.F("{}{}</header>\n<main>\n{}{}\n", pageHead(answersTitle, "answers"), identity(), markup.Each(a.Questions, answerSection), pageFoot(a.Report))
	_, err := io.WriteString(w, markup.SpelledOut(page.String()))
	return err
}

func answerSection(q Answered) markup.HTML {
	var b markup.Builder
	b.F("<section class=\"answered\">\n<h2>{}. {}</h2>\n", q.Number, inline(q.Question))
	proofs := ""
	if len(q.Proofs) > 0 {
		proofs = " " + text.French(proofsTitle)
	}
	if q.Text != "" {
		b.F("{}\n<p class=\"when\">Écrit le {}.{}</p>\n", quotedLines(q.Text), q.When, proofs)
	} else {
		b.F("<p class=\"empty\">{}{}</p>\n", inline(q.missing()), proofs)
	}
	if len(q.Proofs) > 0 {
		b.F("<ul>{}</ul>\n", markup.Each(q.Proofs, func(p string) markup.HTML { return markup.F("<li>{}</li>\n", inline(p)) }))
	}
	b.F("</section>\n")
	return b.HTML()
}

// unnumbered is a question of the sheet without the words that number it.
func unnumbered(question string) string {
	_, rest, found := strings.Cut(question, "question de la fiche")
	if rest = strings.TrimLeft(rest, " :\u00a0\u202f"); !found || rest == "" {
		return question
	}
	first, n := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(first)) + rest[n:]
}
