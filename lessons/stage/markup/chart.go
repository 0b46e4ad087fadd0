package markup

import (
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/stage/figure"
	"labo/lessons/text"
	"labo/probe"
)

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
