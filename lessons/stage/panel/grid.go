package panel

import (
	"labo/lessons/stage/paint"
	"labo/lessons/text"
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
	g := &Grid{source: source, owners: make(map[*probe.Holder]cell)}
	g.layout = g.measure(width, sockets).best()
	clear(g.owners) // measured at full length
	return g.Painted(p)
}

// Painted returns the same table in other colours.
func (g *Grid) Painted(p paint.Palette) *Grid {
	return &Grid{
		palette: p, source: g.source, layout: g.layout,
		states: make(map[probe.State]cell), owners: make(map[*probe.Holder]cell),
	}
}

// measure returns what the sockets would like to have.
func (g *Grid) measure(width int, sockets []probe.Socket) *wishes {
	w := &wishes{width: width, state: text.Width("état"), rows: make(map[wish]int)}
	words, names := text.Width("propriétaire"), 0
	var present [256]bool
	for i := range sockets {
		s := &sockets[i]
		present[s.State] = true
		row := wish{
			local:  g.measured(appendAddr(g.scratch[:0], s.Local)),
			remote: g.measured(appendAddr(g.scratch[:0], s.Remote)),
			peer:   s.Remote.IsValid(),
		}
		if s.RecvQueue.Known || s.SendQueue.Known {
			w.queues = max(w.queues, text.Width("files"), g.measured(appendQueues(g.scratch[:0], s)))
		}
		if s.Timer.Known && s.Timer.Value.Kind != probe.TimerNone {
			row.timer = g.measured(appendTimer(g.scratch[:0], s))
			w.timer = max(w.timer, text.Width("minuterie"), row.timer)
		}
		if s.Owner.Kind == probe.OwnerProcess {
			row.owner = g.ownerWidth(s.Owner)
			names = max(names, row.owner)
		} else {
			row.owner = text.Width(ownerWord(s.Owner.Kind, g.source))
			words = max(words, row.owner)
		}
		w.rows[row]++
	}
	for st, yes := range present {
		if yes {
			w.state = max(w.state, text.Width(StateName(probe.State(st))))
		}
	}
	w.owner = max(words, min(names, shortOwner))
	return w
}

// measured returns the cells of b and keeps its memory for the next one.
func (g *Grid) measured(b []byte) int {
	g.scratch = b
	return cellsOf(b)
}

// ownerWidth is the width of a whole owner; a process often holds hundreds of
// sockets and is measured once.
func (g *Grid) ownerWidth(o probe.Owner) int {
	if len(o.Holders) != 1 {
		return text.Width(Owner(o, g.source))
	}
	h := o.Holders[0]
	c, ok := g.owners[h]
	if !ok {
		c.width = text.Width(Holder(h))
		g.owners[h] = c
	}
	return c.width
}
