package notebook

import (
	"time"

	"labo/lessons/evidence"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/probe"
)

// Bounds of what is kept of one play of a scene, so that a notebook stays a
// file that a person can read.
const (
	maxEvidence  = 40   // measurements
	maxSameTitle = 8    // measurements under one title
	maxEvents    = 200  // things that happened
	maxRows      = 100  // sockets in one table
	maxPoints    = 1000 // measurements in one chart
	maxProse     = 100  // parts of the prose
	maxText      = 4000 // characters of one text, what a reader writes aside
)

// Evidence is an [evidence.Evidence] as the file has it.
type Evidence struct {
	Title   string    `json:"title"`
	At      time.Time `json:"at"`
	Source  string    `json:"source"`
	Values  []Value   `json:"values,omitempty"`
	Sockets *Table    `json:"sockets,omitempty"`
	Chart   *Chart    `json:"chart,omitempty"`
	Notes   []string  `json:"notes,omitempty"`
	Checks  []string  `json:"checks,omitempty"`

	record.Unknown
}

// Value is a figure with its label.
type Value struct {
	Label  string `json:"label"`
	Text   string `json:"text"`
	Source string `json:"source,omitempty"`

	record.Unknown
}

// Table is a set of sockets at one moment.
type Table struct {
	Rows  []record.Socket `json:"rows"`
	Empty string          `json:"empty,omitempty"`
	Lost  int             `json:"lost,omitempty"` // rows that were shown and are not kept

	record.Unknown
}

// Chart is an [evidence.Chart]; an unknown point is null.
type Chart struct {
	X      string   `json:"x"`
	Y      string   `json:"y"`
	Ticks  []string `json:"ticks"`
	Curves []Curve  `json:"curves"`

	record.Unknown
}

// Curve is an [evidence.Curve].
type Curve struct {
	Label  string     `json:"label"`
	Points []*float64 `json:"points"`
	Source string     `json:"source,omitempty"`

	record.Unknown
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

	record.Unknown
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

// moment drops what a reader of the file does not need: nanoseconds.
func moment(t time.Time) time.Time { return t.Round(0).Truncate(time.Microsecond) }

// clean makes a text visible and bounds it.
func clean(s string) string {
	if runes := []rune(s); len(runes) > maxText {
		s = string(runes[:maxText]) + "…"
	}
	return text.Visible(s)
}

func cleanAll(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, clean(s))
	}
	return out
}

func keepEvidence(e evidence.Evidence) Evidence {
	k := Evidence{
		Title: clean(e.Title), At: moment(e.At), Source: clean(e.Source),
		Notes: cleanAll(e.Notes), Checks: cleanAll(e.Checks),
	}
	for _, v := range e.Values {
		k.Values = append(k.Values, Value{Label: clean(v.Label), Text: clean(v.Text), Source: clean(v.Source)})
	}
	if e.Sockets != nil {
		k.Sockets = keepTable(e.Sockets)
		if old := e.Sockets.OldWords(); old != "" {
			k.Notes = append(k.Notes, clean("Dans la table, "+old+"."))
		}
	}
	if e.Chart != nil {
		k.Chart = keepChart(e.Chart)
	}
	return k
}

func keepTable(t *evidence.Table) *Table {
	k := &Table{Rows: []record.Socket{}, Empty: clean(t.Empty)}
	for i := range t.Rows {
		if i == maxRows {
			k.Lost = len(t.Rows) - maxRows
			break
		}
		k.Rows = append(k.Rows, record.Of(&t.Rows[i]))
	}
	return k
}

func keepChart(c *evidence.Chart) *Chart {
	n := min(len(c.Ticks), maxPoints)
	k := &Chart{X: clean(c.X), Y: clean(c.Y), Ticks: cleanAll(c.Ticks[:n]), Curves: []Curve{}}
	for _, curve := range c.Curves {
		kept := Curve{Label: clean(curve.Label), Source: clean(curve.Source), Points: make([]*float64, n)}
		for i, p := range curve.Points[:min(n, len(curve.Points))] {
			if p.Known {
				kept.Points[i] = &p.Value
			}
		}
		k.Curves = append(k.Curves, kept)
	}
	return k
}

func keepEvent(e evidence.Event) Event {
	return Event{
		At: moment(e.At), From: actorWords[e.From], To: actorWords[e.To], What: clean(e.What),
		Outcome: outcomeWords[e.Outcome], Detail: clean(e.Detail), Source: clean(e.Source),
	}
}

// Shown returns the evidence as a stage can show it.
func (e *Evidence) Shown() evidence.Evidence {
	s := evidence.Evidence{
		Title: clean(e.Title), At: e.At, Source: clean(e.Source),
		Notes: cleanAll(e.Notes), Checks: cleanAll(e.Checks),
	}
	for _, v := range e.Values {
		s.Values = append(s.Values, evidence.Value{Label: clean(v.Label), Text: clean(v.Text), Source: clean(v.Source)})
	}
	if e.Sockets != nil {
		s.Sockets = e.Sockets.shown()
		if n := e.Sockets.Lost; n > 0 {
			s.Notes = append(s.Notes, text.Plural(n, "autre ligne")+" de cette table n'ont pas été gardées dans le cahier.")
		}
	}
	if e.Chart != nil {
		s.Chart = e.Chart.shown()
	}
	return s
}

func (t *Table) shown() *evidence.Table {
	s := &evidence.Table{Empty: clean(t.Empty)}
	for i := range t.Rows {
		s.Rows = append(s.Rows, t.Rows[i].Probe())
	}
	return s
}

func (c *Chart) shown() *evidence.Chart {
	s := &evidence.Chart{X: clean(c.X), Y: clean(c.Y), Ticks: cleanAll(c.Ticks)}
	for _, curve := range c.Curves {
		points := make([]probe.Maybe[float64], len(c.Ticks))
		for i, p := range curve.Points[:min(len(points), len(curve.Points))] {
			if p != nil {
				points[i] = probe.Known(*p)
			}
		}
		s.Curves = append(s.Curves, evidence.Curve{Label: clean(curve.Label), Source: clean(curve.Source), Points: points})
	}
	return s
}

// Shown returns the event as a stage can show it.
func (e *Event) Shown() evidence.Event {
	return evidence.Event{
		At: e.At, From: actorWords.value(e.From), To: actorWords.value(e.To), What: clean(e.What),
		Outcome: outcomeWords.value(e.Outcome), Detail: clean(e.Detail), Source: clean(e.Source),
	}
}
