package linear

import (
	"labo/lessons/evidence"
	"labo/lessons/text"
)

// visible returns a measurement in which no text can give orders to a terminal.
// What comes from outside was made visible where it came in; this is the last
// door, for what was forgotten. Rows of sockets are the panel's to make visible.
func visible(e evidence.Evidence) evidence.Evidence {
	e.Title, e.Source = text.Visible(e.Title), text.Visible(e.Source)
	e.Notes, e.Checks = each(e.Notes, text.Visible), each(e.Checks, text.Visible)
	e.Values = each(e.Values, func(v evidence.Value) evidence.Value {
		return evidence.Value{Label: text.Visible(v.Label), Text: text.Visible(v.Text), Source: text.Visible(v.Source)}
	})
	if e.Sockets != nil {
		e.Sockets = &evidence.Table{Rows: e.Sockets.Rows, Empty: text.Visible(e.Sockets.Empty), Old: e.Sockets.Old}
	}
	if e.Chart != nil {
		c := *e.Chart
		c.X, c.Y, c.Ticks = text.Visible(c.X), text.Visible(c.Y), each(c.Ticks, text.Visible)
		c.Curves = each(c.Curves, func(v evidence.Curve) evidence.Curve {
			v.Label, v.Source = text.Visible(v.Label), text.Visible(v.Source)
			return v
		})
		e.Chart = &c
	}
	return e
}

// each returns what f makes of each element.
func each[T any](all []T, f func(T) T) []T {
	out := make([]T, len(all))
	for i, v := range all {
		out[i] = f(v)
	}
	return out
}
