package export

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

//go:embed page.html
var pageSource string

//go:embed page.css
var pageStyle string

// HTML writes a report as one file that needs nothing else: no script, no
// picture, no font from elsewhere. What comes from outside is escaped by
// html/template, in figures as well.
func HTML(w io.Writer, r *Report) error {
	page, err := template.New("page").Funcs(pageFuncs()).Parse(pageSource)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := page.Execute(&b, r); err != nil {
		return err
	}
	_, err = io.WriteString(w, spelledOut(b.String()))
	return err
}

// controls are the names of the pictures of control characters (U+2400), which
// many fonts do not have.
var controls = [...]string{"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
	"DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US"}

// spelledOut names control characters: "⟨CR⟩" for ␍, so that no reader and no
// printer needs a rare font.
func spelledOut(s string) string { return speller().Replace(s) }

var speller = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{"␡", "⟨DEL⟩"}
	for i, name := range controls {
		pairs = append(pairs, string(rune(0x2400+i)), "⟨"+name+"⟩")
	}
	return strings.NewReplacer(pairs...)
})

func pageFuncs() template.FuncMap {
	drawings := 0
	next := func() string { drawings++; return fmt.Sprintf("figure-%d", drawings) }
	return template.FuncMap{
		"style":     func() template.CSS { return template.CSS(pageStyle) },
		"french":    text.French,
		"capital":   capital,
		"inline":    func(s string) []piece { return pieces(notebook.Spans(s)) },
		"pieces":    pieces,
		"blocks":    notebook.Blocks,
		"join":      strings.Join,
		"paragraph": func(b prose.Block) bool { return b.Kind == prose.Paragraph },
		"list":      func(b prose.Block) bool { return b.Kind == prose.List },
		"percent":   percent,
		"marks":     optionMarks,
		"outcome":   predictionClass,
		"sequence":  func(s *Scene) drawing { return sequence(next(), s) },
		"chart":     func(m *measure) drawing { return chart(next(), &m.Evidence) },
		"chartHead": func(c *evidence.Chart) []string { head, _ := chartTable(c); return head },
		"chartRows": func(c *evidence.Chart) [][]string { _, rows := chartTable(c); return rows },
		"tableHead": func(t *evidence.Table) []string { head, _ := socketTable(t); return head },
		"tableRows": func(t *evidence.Table) []socketRow { _, rows := socketTable(t); return rows },
		"clock":     Clock,
		"only":      func(e evidence.Evidence) *measure { return &measure{Number: 1, Evidence: e} },
		"judged":    judgedClass,
		"state":     stateClass,
		"states":    statesMet,
		"stateName": measured.StateName,
		"meaning":   measured.Meaning,
		"legend":    measured.Legend,
		"colophon":  colophon,
		"lines":     func(s string) []string { return strings.Split(s, "\n") },
		"shown":     begun,
	}
}

// piece is a run of text: code as it is, or prose set as French.
type piece struct {
	Code bool
	Text string
}

func pieces(spans []prose.Span) []piece {
	var out []piece
	for _, s := range spans {
		if s.Style == prose.CodeSpan {
			out = append(out, piece{true, s.Text})
			continue
		}
		out = append(out, piece{false, text.French(s.Text)})
	}
	return out
}

func percent(done, total int) int {
	if total == 0 {
		return 0
	}
	return 100 * done / total
}

// predictionClass is the class of a prediction by how it fared.
func predictionClass(p Prediction) string {
	switch {
	case p.Right < 0 || p.Chosen < 0:
		return "open"
	case p.Right == p.Chosen:
		return "good"
	}
	return "other"
}

// stateClass is the class of a state by its meaning, as [paint] has it.
func stateClass(s probe.State) string {
	switch paint.StateRole(s) {
	case paint.Waiting:
		return "waiting"
	case paint.Alive:
		return "alive"
	case paint.Closing:
		return "closing"
	case paint.Lingering:
		return "lingering"
	}
	return "plain"
}

// begun returns the scenes of which there is something to show.
func begun(all []Scene) []*Scene {
	var out []*Scene
	for i := range all {
		if all[i].Begun {
			out = append(out, &all[i])
		}
	}
	return out
}
