package export

import (
	"fmt"
	"math"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/stage/figure"
	"labo/lessons/text"
	"labo/probe"
)

// Figures for the HTML page: geometry here, in CSS pixels; what is drawn with
// it is in page.html, where everything is escaped.

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
	Shapes []shape
	Words  []words
}

type line struct{ Class, Points string }

type shape struct{ Class, Points string }

type words struct {
	Class  string
	X, Y   float64
	Anchor string // "start", "middle", "end"
	Text   string
}

func (d *drawing) line(class string, xy ...float64) {
	d.Lines = append(d.Lines, line{class, points(xy)})
}

func (d *drawing) shape(class string, xy ...float64) {
	d.Shapes = append(d.Shapes, shape{class, points(xy)})
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
}

// sequence draws what happened in a scene.
func sequence(id string, s *Scene) drawing {
	events := s.Timeline()
	for i := range events { // before words are wrapped
		events[i].What, events[i].Detail = spelledOut(events[i].What), spelledOut(events[i].Detail)
	}
	layout := figure.Lay(events, sequenceCells)
	d := drawing{ID: id, Title: "Ce qui s'est passé : " + s.Title, Width: sequenceCells * letterWidth}
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
	class := "what"
	switch r.Stroke {
	case figure.Return, figure.Note:
		class = outcomeClass(r.Outcome)
	case figure.Aside:
		class = "aside"
	}
	for _, l := range r.Lines {
		d.say(class, x, y+letterSize, "start", l)
		y += lineHeight
	}
	for _, l := range r.Source {
		d.say("source", x, y+letterSize, "start", l)
		y += lineHeight
	}
	switch r.Stroke {
	case figure.Note:
		d.shape("dot "+actorClass[s.Lanes[r.From].Actor], diamond(at(r.From), y-lineHeight*float64(len(r.Lines)+len(r.Source))+8)...)
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

// Places in a chart.
const (
	chartWidth  = 720.0
	chartHeight = 320.0
	chartLeft   = 70.0
	chartRight  = 190.0 // room for the names of the curves
	chartTop    = 30.0
	chartBottom = 64.0
	labelCells  = 21 // letters of the name of a curve
)

// curveClasses tell curves apart: each has its colour, its dashes and its marks.
var curveClasses = []string{"curve-a", "curve-b", "curve-c", "curve-d"}

// chart draws curves over measurements.
func chart(id string, e *evidence.Evidence) drawing {
	c := e.Chart
	d := drawing{ID: id, Title: text.French(e.Title + " : " + c.Y), Width: chartWidth, Height: chartHeight}
	if c.X == "" {
		d.Height -= 20
	}
	d.Desc = text.French(chartSentence(c))
	scale := figure.NewScale(c)
	floor, ceiling := chartHeight-chartBottom, chartTop
	y := func(v float64) float64 { return floor - min(scale.Place(v), 1)*(floor-ceiling) }
	d.say("axis", chartLeft-8, ceiling-14, "end", text.French(c.Y))
	for _, mark := range scale.Marks() {
		d.line("grid", chartLeft, y(mark), chartWidth-chartRight, y(mark))
		d.say("axis", chartLeft-8, y(mark)+4, "end", figure.Number(probe.Known(mark)))
	}
	x := places(len(c.Ticks))
	d.ticks(c, x, floor)
	ends := make([]float64, len(c.Curves))
	for i, curve := range c.Curves {
		ends[i] = d.curve(c, i, curve, x, y)
	}
	spread(ends, lineHeight+2)
	for i, curve := range c.Curves {
		at := chartWidth - chartRight + 14
		d.shape("mark "+curveClasses[i%len(curveClasses)], mark(i, at, ends[i])...)
		for j, l := range text.Wrap(text.French(curve.Label), labelCells) {
			d.say("label "+curveClasses[i%len(curveClasses)], at+12, ends[i]+4+float64(j)*lineHeight, "start", l)
		}
	}
	return d
}

// places returns the abscissas of n measurements.
func places(n int) []float64 {
	x := make([]float64, n)
	room := chartWidth - chartLeft - chartRight
	for i := range x {
		x[i] = chartLeft + room*(float64(i)+0.5)/float64(n)
	}
	return x
}

// ticks names the measurements under the chart, as many as there is room for.
func (d *drawing) ticks(c *evidence.Chart, x []float64, floor float64) {
	const most = 12
	step := (len(x) + most - 1) / most
	room := chartWidth - chartLeft - chartRight
	for i := 0; i < len(x); i += step {
		cells := int(room/float64(len(x))*float64(step)/letterWidth) - 1
		for j, l := range text.Wrap(text.French(c.Ticks[i]), max(cells, 4)) {
			if j < 2 {
				d.say("axis", x[i], floor+18+float64(j)*14, "middle", l)
			}
		}
	}
	if c.X != "" {
		d.say("axis", chartLeft+room/2, chartHeight-6, "middle", text.French(c.X))
	}
}

// curve draws one curve and returns the ordinate of its end.
func (d *drawing) curve(c *evidence.Chart, i int, curve evidence.Curve, x []float64, y func(float64) float64) float64 {
	const valuesUpTo = 8 // measurements, beyond which values are only in the table
	class := curveClasses[i%len(curveClasses)]
	end := y(0)
	var run []float64
	flush := func() {
		if len(run) > 2 {
			d.line("curve "+class, run...)
		}
		run = nil
	}
	for k := range x {
		if k >= len(curve.Points) || !curve.Points[k].Known { // a gap
			flush()
			continue
		}
		v := curve.Points[k].Value
		end = y(v)
		run = append(run, x[k], end)
		d.shape("mark "+class, mark(i, x[k], end)...)
		if side := extreme(c, i, k); side != 0 && len(x) <= valuesUpTo {
			d.say("value "+class, x[k], end+4+side*14, "middle", figure.Number(curve.Points[k]))
		}
	}
	flush()
	return end
}

// extreme tells where the value of a point can be written: above (-1) the
// greatest of its measurement, under (1) the least, nowhere (0) between.
func extreme(c *evidence.Chart, curve, at int) float64 {
	above, under := 0, 0
	v := c.Curves[curve].Points[at].Value
	for i, other := range c.Curves {
		if i == curve || at >= len(other.Points) || !other.Points[at].Known {
			continue
		}
		if o := other.Points[at].Value; o > v || o == v && i < curve {
			above++
		} else {
			under++
		}
	}
	switch {
	case above == 0:
		return -1
	case under == 0:
		return 1
	}
	return 0
}

// mark returns the outline of the mark of a curve: each has its own.
func mark(curve int, x, y float64) []float64 {
	const r = 5.0
	switch curve % len(curveClasses) {
	case 0:
		return diamond(x, y)
	case 1:
		return []float64{x - 4, y - 4, x + 4, y - 4, x + 4, y + 4, x - 4, y + 4}
	case 2:
		return []float64{x, y - r, x + r, y + 4, x - r, y + 4}
	}
	return []float64{x, y + r, x + r, y - 4, x - r, y - 4}
}

// spread moves values apart, so that none is nearer than gap to another.
func spread(values []float64, gap float64) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
		for j := i; j > 0 && values[order[j-1]] > values[order[j]]; j-- {
			order[j-1], order[j] = order[j], order[j-1]
		}
	}
	for i := 1; i < len(order); i++ {
		values[order[i]] = max(values[order[i]], values[order[i-1]]+gap)
	}
}

// chartSentence tells a chart in words.
func chartSentence(c *evidence.Chart) string {
	var parts []string
	for i, tick := range c.Ticks {
		var values []string
		for _, curve := range c.Curves {
			if i < len(curve.Points) {
				values = append(values, curve.Label+" "+figure.Number(curve.Points[i]))
			}
		}
		parts = append(parts, figure.TickName(c, tick)+", "+strings.Join(values, ", "))
	}
	return strings.Join(parts, " ; ") + "."
}
