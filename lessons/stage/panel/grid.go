// Package panel draws what the probe measured: sockets, owners, states and
// changes. It is the only code that draws sockets, whether for
// `labo sonde`, for the evidence of a lesson or for the full screen.
//
// Everything here is pure: the same snapshot gives the same lines.
package panel

import (
	"labo/lessons/stage/paint"
	"labo/probe"
)

// Table draws sockets as lines of at most width cells, header first. It is
// complete at 80 columns; below, or when addresses are long, a socket takes
// several lines. Addresses and states are never cut, long owners are.
func Table(p paint.Palette, width int, sockets []probe.Socket) []string {
	g := NewGrid(p, width, probe.Auto, sockets)
	lines := g.Header()
	for i := range sockets {
		lines = append(lines, g.Row(&sockets[i])...)
	}
	return lines
}

// Grid is a table made for a set of sockets. It can draw each of them, as
// often as asked, always at the same place. It is for one goroutine.
type Grid struct {
	palette paint.Palette
	source  probe.Source
	layout
	wishes  *wishes
	states  map[probe.State]cell
	owners  map[*probe.Holder]cell // of sockets that one process holds
	scratch []byte
}

// cell is a text with its width, painted once and shown often.
type cell struct {
	text  string
	width int
}

// NewGrid returns the table for the given sockets in width cells. The source
// explains owners that cannot be seen; [probe.Auto] leaves that out.
func NewGrid(p paint.Palette, width int, source probe.Source, sockets []probe.Socket) *Grid {
	w := measure(width, source, sockets)
	return &Grid{
		palette: p, source: source, layout: w.best(), wishes: w,
		states: make(map[probe.State]cell), owners: make(map[*probe.Holder]cell),
	}
}

// Next returns the table for other sockets on the same screen. Its columns are
// as wide as they were, or wider: a table that is drawn again and again must
// not move about.
func (g *Grid) Next(source probe.Source, sockets []probe.Socket) *Grid {
	next := NewGrid(g.palette, g.width, source, nil)
	next.wishes = measure(g.width, source, sockets)
	next.wishes.remember(g.wishes)
	next.layout = next.wishes.best()
	return next
}

// Width is the number of cells the table was made for.
func (g *Grid) Width() int { return g.width }

// Painted returns the same table in other colours.
func (g *Grid) Painted(p paint.Palette) *Grid {
	return &Grid{
		palette: p, source: g.source, layout: g.layout, wishes: g.wishes,
		states: make(map[probe.State]cell), owners: make(map[*probe.Holder]cell),
	}
}
