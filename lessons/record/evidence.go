package record

import (
	"time"

	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// Bounds of what a form keeps, so that a file stays one that a person can read.
const (
	MaxRows   = 100  // sockets in one table
	maxPoints = 1000 // measurements in one chart
	maxText   = 4000 // characters of one text
)

// Evidence is an [evidence.Evidence] in a file.
type Evidence struct {
	Title   string    `json:"title"`
	At      time.Time `json:"at"`
	Source  string    `json:"source"`
	Values  []Value   `json:"values,omitempty"`
	Sockets *Table    `json:"sockets,omitempty"`
	Chart   *Chart    `json:"chart,omitempty"`
	Notes   []string  `json:"notes,omitempty"`
	Checks  []string  `json:"checks,omitempty"`

	Unknown `json:"-"`
}

// Value is a figure with its label.
type Value struct {
	Label  string `json:"label"`
	Text   string `json:"text"`
	Source string `json:"source,omitempty"`

	Unknown `json:"-"`
}

// Table is a set of sockets at one moment.
type Table struct {
	Rows  []Socket `json:"rows"`
	Empty string   `json:"empty,omitempty"`
	Lost  int      `json:"lost,omitempty"` // rows that were shown and are not kept
	Far   bool     `json:"far,omitempty"`  // as another machine told them: this kernel does not hold them

	Unknown `json:"-"`
}

// Chart is an [evidence.Chart]; an unknown point is null.
type Chart struct {
	X      string   `json:"x"`
	Y      string   `json:"y"`
	Ticks  []string `json:"ticks"`
	Curves []Curve  `json:"curves"`

	Unknown `json:"-"`
}

// Curve is an [evidence.Curve].
type Curve struct {
	Label  string     `json:"label"`
	Points []*float64 `json:"points"`
	Source string     `json:"source,omitempty"`

	Unknown `json:"-"`
}

// Event is an [evidence.Event].
type Event struct {
	At      time.Time `json:"at"`
	From    string    `json:"from,omitempty"` // "client", "server", "kernel", "reader", "" for nobody
	To      string    `json:"to,omitempty"`
	What    string    `json:"what"`
	Outcome string    `json:"outcome,omitempty"` // "worked", "failed", "waiting", "" for done
	Detail  string    `json:"detail,omitempty"`
	Source  string    `json:"source,omitempty"`

	Unknown `json:"-"`
}

var actorWords = words[evidence.Actor]{
	evidence.Reader: "reader", evidence.Client: "client", evidence.Server: "server", evidence.Kernel: "kernel",
	evidence.Server2: "server2",
}

var outcomeWords = words[evidence.Outcome]{
	evidence.Worked: "worked", evidence.Failed: "failed", evidence.Waiting: "waiting",
}

// words are the stable names of an enumeration in the file. The zero value has
// the empty name, and an unknown name means the zero value.
type words[T comparable] map[T]string

func (w words[T]) value(name string) T {
	for v, n := range w {
		if n == name {
			return v
		}
	}
	var zero T
	return zero
}

// Moment drops what a reader of the file does not need: nanoseconds.
func Moment(t time.Time) time.Time { return t.Round(0).Truncate(time.Microsecond) }

// Clean makes a text visible and bounds it.
func Clean(s string) string {
	if runes := []rune(s); len(runes) > maxText {
		s = string(runes[:maxText]) + "…"
	}
	return text.Visible(s)
}

func cleanAll(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, Clean(s))
	}
	return out
}

// OfEvidence returns the form of a measurement, within the bounds of a file.
func OfEvidence(e evidence.Evidence) Evidence {
	k := Evidence{
		Title: Clean(e.Title), At: Moment(e.At), Source: Clean(e.Source),
		Notes: cleanAll(e.Notes), Checks: cleanAll(e.Checks),
	}
	for _, v := range e.Values {
		k.Values = append(k.Values, Value{Label: Clean(v.Label), Text: Clean(v.Text), Source: Clean(v.Source)})
	}
	if e.Sockets != nil {
		k.Sockets = keepTable(e.Sockets)
		if old := e.Sockets.OldWords(); old != "" {
			k.Notes = append(k.Notes, Clean("La table avait aussi "+old+"."))
		}
	}
	if e.Chart != nil {
		k.Chart = keepChart(e.Chart)
	}
	return k
}

func keepTable(t *evidence.Table) *Table {
	k := &Table{Rows: []Socket{}, Empty: Clean(t.Empty), Far: t.Far}
	for i := range t.Rows {
		if i == MaxRows {
			k.Lost = len(t.Rows) - MaxRows
			break
		}
		k.Rows = append(k.Rows, Of(&t.Rows[i]))
	}
	return k
}

func keepChart(c *evidence.Chart) *Chart {
	n := min(len(c.Ticks), maxPoints)
	k := &Chart{X: Clean(c.X), Y: Clean(c.Y), Ticks: cleanAll(c.Ticks[:n]), Curves: []Curve{}}
	for _, curve := range c.Curves {
		kept := Curve{Label: Clean(curve.Label), Source: Clean(curve.Source), Points: make([]*float64, n)}
		for i, p := range curve.Points[:min(n, len(curve.Points))] {
			if p.Known {
				kept.Points[i] = &p.Value
			}
		}
		k.Curves = append(k.Curves, kept)
	}
	return k
}

// OfEvent returns the form of something that happened.
func OfEvent(e evidence.Event) Event {
	return Event{
		At: Moment(e.At), From: actorWords[e.From], To: actorWords[e.To], What: Clean(e.What),
		Outcome: outcomeWords[e.Outcome], Detail: Clean(e.Detail), Source: Clean(e.Source),
	}
}

// Shown returns the evidence as a stage can show it.
func (e *Evidence) Shown() evidence.Evidence {
	s := evidence.Evidence{
		Title: Clean(e.Title), At: e.At, Source: Clean(e.Source),
		Notes: cleanAll(e.Notes), Checks: cleanAll(e.Checks),
	}
	for _, v := range e.Values {
		s.Values = append(s.Values, evidence.Value{Label: Clean(v.Label), Text: Clean(v.Text), Source: Clean(v.Source)})
	}
	if e.Sockets != nil {
		s.Sockets = e.Sockets.shown()
		if n := e.Sockets.Lost; n > 0 {
			s.Notes = append(s.Notes, text.Plural(n, "autre ligne")+" de cette table n'ont pas été gardées.")
		}
	}
	if e.Chart != nil {
		s.Chart = e.Chart.shown()
	}
	return s
}

func (t *Table) shown() *evidence.Table {
	s := &evidence.Table{Empty: Clean(t.Empty), Far: t.Far}
	for i := range t.Rows {
		s.Rows = append(s.Rows, t.Rows[i].Probe())
	}
	return s
}

func (c *Chart) shown() *evidence.Chart {
	s := &evidence.Chart{X: Clean(c.X), Y: Clean(c.Y), Ticks: cleanAll(c.Ticks)}
	for _, curve := range c.Curves {
		points := make([]probe.Maybe[float64], len(c.Ticks))
		for i, p := range curve.Points[:min(len(points), len(curve.Points))] {
			if p != nil {
				points[i] = probe.Known(*p)
			}
		}
		s.Curves = append(s.Curves, evidence.Curve{Label: Clean(curve.Label), Source: Clean(curve.Source), Points: points})
	}
	return s
}

// Shown returns the event as a stage can show it.
func (e *Event) Shown() evidence.Event {
	return evidence.Event{
		At: e.At, From: actorWords.value(e.From), To: actorWords.value(e.To), What: Clean(e.What),
		Outcome: outcomeWords.value(e.Outcome), Detail: Clean(e.Detail), Source: Clean(e.Source),
	}
}
