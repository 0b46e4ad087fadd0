// Package markup is what a page says of prose, measurements and events: the
// fragments of HTML and the style that the exported notebook and the page of a
// lesson have in common. What comes from outside is escaped by html/template,
// in figures as well.
package markup

import (
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"strings"
	"sync"

	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/prose"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

//go:embed markup.html
var source string

// Paper is the style of every page: its colours, its letters, its tables and
// figures.
//
//go:embed paper.css
var Paper string

// New returns a template that knows the fragments, and more functions. The
// fragments are "pieces", "blocks", "evidence" (of a [Measure]), "sockets" (of an
// [evidence.Table]) and "drawing".
func New(name string, more template.FuncMap) *template.Template {
	all := funcs()
	maps.Copy(all, more)
	return template.Must(template.New(name).Funcs(all).Parse(source))
}

// Measure is an evidence, with its number in its scene where it has one.
type Measure struct {
	Number int
	evidence.Evidence
}

// Sequence is what happened in a scene of that title, for a "drawing".
type Sequence struct {
	Title  string
	Events []evidence.Event
}

func funcs() template.FuncMap {
	drawings := 0
	next := func() string { drawings++; return fmt.Sprintf("figure-%d", drawings) }
	return template.FuncMap{
		"french":    text.French,
		"capital":   Capital,
		"pieces":    Pieces,
		"join":      strings.Join,
		"paragraph": func(b prose.Block) bool { return b.Kind == prose.Paragraph },
		"list":      func(b prose.Block) bool { return b.Kind == prose.List },
		"sequence":  func(s Sequence) drawing { return sequence(next(), s.Title, s.Events) },
		"chart":     func(e evidence.Evidence) drawing { return chart(next(), &e) },
		"chartHead": func(c *evidence.Chart) []string { head, _ := ChartTable(c); return head },
		"chartRows": func(c *evidence.Chart) [][]string { _, rows := ChartTable(c); return rows },
		"tableHead": func(t *evidence.Table) []string { head, _ := SocketTable(t); return head },
		"tableRows": func(t *evidence.Table) []SocketRow { _, rows := SocketTable(t); return rows },
		"clock":     text.Clock,
		"means":     func(source string) string { return strings.TrimPrefix(source, "valeur rendue par ") }, // as the lines have it
		"state":     stateClass,
		"stateName": measured.StateName,
	}
}

// controls are the names of the pictures of control characters (U+2400), which
// many fonts do not have.
var controls = [...]string{"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
	"DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US"}

// SpelledOut names control characters: "⟨CR⟩" for ␍, so that no reader and no
// printer needs a rare font.
func SpelledOut(s string) string { return speller().Replace(s) }

var speller = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{"␡", "⟨DEL⟩"}
	for i, name := range controls {
		pairs = append(pairs, string(rune(0x2400+i)), "⟨"+name+"⟩")
	}
	return strings.NewReplacer(pairs...)
})

// Piece is a run of text: code as it is, or prose set as French.
type Piece struct {
	Code, Strong, Emphasis bool
	Text                   string
}

// Pieces sets spans as French.
func Pieces(spans []prose.Span) []Piece {
	var out []Piece
	for _, s := range spans {
		p := Piece{Code: s.Style == prose.CodeSpan, Strong: s.Style == prose.Strong, Emphasis: s.Style == prose.Emphasis, Text: s.Text}
		if !p.Code {
			p.Text = text.French(s.Text)
		}
		out = append(out, p)
	}
	return out
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
