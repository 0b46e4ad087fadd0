package markup

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/stage/figure"
	"labo/lessons/text"
)

// Figures for a page: geometry, in CSS pixels, then SVG.

// Sizes of the letters of a figure. A monospaced letter is at most 0.61 as
// wide as it is high, in every font of the style sheet.
const (
	letterSize  = 12.0
	letterWidth = letterSize * 0.61
	lineHeight  = 16.0
)

// sequenceCells is the width of a sequence, in letters.
const sequenceCells = 104

// drawing is an SVG image: strokes, shapes and words at their places.
type drawing struct {
	ID     string // of its title and description
	Title  string
	Desc   string
	Width  float64
	Height float64
	Lines  []line
	Shapes []line // closed
	Words  []words
}

type line struct{ Class, Points string }

type words struct {
	Class  string
	X, Y   float64
	Anchor string // "start", "middle", "end"
	Text   string
}

func (d drawing) html() HTML {
	stroke := func(of literal) func(line) HTML { return func(l line) HTML { return F(of, l.Class, l.Points) } }
	return F(`<svg role="img" aria-labelledby="{}-t {}-d" viewBox="0 0 {} {}" width="{}" height="{}" xmlns="http://www.w3.org/2000/svg">
<title id="{}-t">{}</title>
<desc id="{}-d">{}</desc>
{}{}{}</svg>`, d.ID, d.ID, d.Width, d.Height, d.Width, d.Height, d.ID, d.Title, d.ID, d.Desc,
		Each(d.Lines, stroke("<polyline class=\"{}\" points=\"{}\"/>\n")), Each(d.Shapes, stroke("<polygon class=\"{}\" points=\"{}\"/>\n")),
		Each(d.Words, func(w words) HTML {
			return F("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", w.Class, w.X, w.Y, w.Anchor, w.Text)
		}))
}

func (d *drawing) line(class string, xy ...float64) {
	d.Lines = append(d.Lines, line{class, points(xy)})
}

func (d *drawing) shape(class string, xy ...float64) {
	d.Shapes = append(d.Shapes, line{class, points(xy)})
}

func (d *drawing) say(class string, x, y float64, anchor, s string) {
	d.Words = append(d.Words, words{class, round(x), round(y), anchor, s})
}

func points(xy []float64) string {
	var b strings.Builder
	for i, v := range xy {
		switch {
		case i == 0:
		case i%2 == 1:
			b.WriteByte(',')
		default:
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, round(v))
	}
	return b.String()
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// actorClass is the class by which the style sheet colours who acts.
var actorClass = map[evidence.Actor]string{
	evidence.Reader: "reader", evidence.Client: "client", evidence.Server: "server", evidence.Kernel: "kernel",
	evidence.Server2: "server", // the name tells them apart
}

// sequence draws what happened in a scene of that title.
func sequence(id, title string, events []evidence.Event) drawing {
	events = slices.Clone(events)
	for i := range events { // before words are wrapped
		events[i].What, events[i].Detail = SpelledOut(events[i].What), SpelledOut(events[i].Detail)
	}
	layout := figure.Lay(events, sequenceCells)
	d := drawing{ID: id, Title: "Ce qui s'est passé : " + title, Width: sequenceCells * letterWidth}
	at := func(lane int) float64 { return float64(layout.At(lane)) * letterWidth }
	const top, head = 6.0, 24.0
	y := top + head + 14
	var body drawing
	for i := range layout.Rows {
		y = body.row(&layout, layout.Rows[i], at, y)
	}
	d.Height = y + 4
	for i, l := range layout.Lanes {
		x, half := at(i), (float64(len(l.Name))*letterWidth)/2+12
		d.line("lane", x, top+head, x, d.Height)
		d.shape("head "+actorClass[l.Actor], x-half, top, x+half, top, x+half, top+head, x-half, top+head)
		d.say("name "+actorClass[l.Actor], x, top+head-7.5, "middle", l.Name)
	}
	d.Lines, d.Shapes, d.Words = append(d.Lines, body.Lines...), append(d.Shapes, body.Shapes...), append(d.Words, body.Words...)
	var told []string
	for _, e := range events {
		told = append(told, figure.Sentence(e))
	}
	d.Title, d.Desc = text.French(d.Title), text.French(strings.Join(told, ". ")+".")
	return d
}

// row draws one row under y and returns where the next begins.
func (d *drawing) row(s *figure.Sequence, r figure.Row, at func(int) float64, y float64) float64 {
	y += 4
	if r.Time != "" {
		d.say("time", 0, y+letterSize, "start", r.Time)
	}
	x := at(min(r.From, r.To)) + 10
	switch r.Stroke {
	case figure.Aside:
		x = float64(s.Times+1) * letterWidth
	case figure.Note:
		x = at(r.From) + 10
	}
	what := "what"
	if r.Stroke == figure.Aside {
		what = "aside"
	}
	for _, part := range []struct {
		class string
		lines []string
	}{{what, r.Lines}, {outcomeClass(r.Outcome), r.Detail}, {"source", r.Source}} {
		for _, l := range part.lines {
			d.say(part.class, x, y+letterSize, "start", l)
			y += lineHeight
		}
	}
	switch r.Stroke {
	case figure.Note:
		d.shape("dot "+actorClass[s.Lanes[r.From].Actor], diamond(at(r.From), y-lineHeight*float64(len(r.Words()))+8)...)
	case figure.Call, figure.Return:
		y += 6
		class := actorClass[s.Lanes[r.From].Actor]
		if r.Stroke == figure.Return {
			class = "return " + outcomeClass(r.Outcome)
		}
		d.arrow(class, at(r.From), at(r.To), y)
		y += 8
	}
	return y
}

func outcomeClass(o evidence.Outcome) string {
	switch o {
	case evidence.Worked:
		return "good"
	case evidence.Failed:
		return "bad"
	}
	return "plain"
}

// arrow draws a stroke from one lane to another, with its head.
func (d *drawing) arrow(class string, from, to, y float64) {
	const length, half = 9, 4
	back := -length + 0.0
	if to < from {
		back = length
	}
	d.line("arrow "+class, from, y, to+back, y)
	d.shape("tip "+class, to, y, to+back, y-half, to+back, y+half)
}

func diamond(x, y float64) []float64 {
	const half = 4
	return []float64{x, y - half, x + half, y, x, y + half, x - half, y}
}
