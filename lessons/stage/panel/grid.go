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

const (
	gap        = 2  // between two columns
	usualAddr  = 22 // cells of an address that does not deserve lines of its own: [::1]:65535, any IPv4
	shortOwner = 15 // a name cut to that much is still recognised: "python3 (12345)"
)

// Grid is the layout of a table: which columns there are, how wide, on how
// many lines. It is made for a set of sockets and can then draw each of them,
// as often as asked, always at the same place.
type Grid struct {
	palette paint.Palette
	width   int
	source  probe.Source

	state, local, remote, queues, timer, owner int // widths; 0: no such column
	stacked                                    bool
	indent                                     int // of the details, when stacked
	names                                      map[*probe.Holder]string
	scratch                                    []byte
}

// NewGrid returns the layout for the given sockets in width cells. The source
// explains owners that cannot be seen; [probe.Auto] leaves that out.
func NewGrid(p paint.Palette, width int, source probe.Source, sockets []probe.Socket) *Grid {
	g := &Grid{palette: p, width: width, source: source, names: map[*probe.Holder]string{}}
	m := g.measure(sockets)
	g.state, g.queues, g.timer = m.state, m.queues, m.timer
	g.indent = g.state + gap
	for _, stacked := range []bool{false, true} {
		for _, limit := range []int{m.local + m.remote, usualAddr} {
			g.local, g.remote, g.stacked = min(m.local, limit), min(m.remote, limit), stacked
			if g.fits(m.needed) {
				g.owner = width - g.ownerAt()
				return g
			}
		}
	}
	half := max((width-g.state-2*gap)/2, 1)
	g.local, g.remote = min(g.local, half), min(g.remote, half)
	if g.ownerAt()+m.needed > width {
		g.indent = gap
	}
	g.owner = max(width-g.ownerAt(), 1)
	return g
}

// Painted returns the same layout in other colours.
func (g *Grid) Painted(p paint.Palette) *Grid {
	other := *g
	other.palette, other.scratch = p, nil
	return &other
}

// fits reports whether an owner of needed cells still has room.
func (g *Grid) fits(needed int) bool {
	if g.stacked && g.state+gap+g.local+gap+g.remote > g.width {
		return false
	}
	return g.ownerAt()+needed <= g.width
}

// detailAt is the column where queues, timer and owner begin.
func (g *Grid) detailAt() int {
	if g.stacked {
		return g.indent
	}
	return g.state + gap + g.local + gap + g.remote + gap
}

// ownerAt is the column where the owner begins.
func (g *Grid) ownerAt() int {
	at := g.detailAt()
	if g.queues > 0 {
		at += g.queues + gap
	}
	if g.timer > 0 {
		at += g.timer + gap
	}
	return at
}

// measures are the widths that a set of sockets would like.
type measures struct {
	state, local, remote, queues, timer int
	needed                              int // the least the owners can be shown in
}

func (g *Grid) measure(sockets []probe.Socket) measures {
	m := measures{state: cells("état"), local: cells("local"), remote: cells("distant")}
	words, names := cells("propriétaire"), 0
	grow := func(to *int, n int) { *to = max(*to, n) }
	for i := range sockets {
		s := &sockets[i]
		grow(&m.state, len(StateName(s.State))-bytesNotCells(s.State))
		grow(&m.local, g.measureCell(appendAddr(g.scratch[:0], s.Local)))
		grow(&m.remote, g.measureCell(appendAddr(g.scratch[:0], s.Remote)))
		if s.RecvQueue.Known || s.SendQueue.Known {
			grow(&m.queues, max(cells("files"), g.measureCell(appendQueues(g.scratch[:0], s))))
		}
		if s.Timer.Known && s.Timer.Value.Kind != probe.TimerNone {
			grow(&m.timer, max(cells("minuterie"), g.measureCell(appendTimer(g.scratch[:0], s))))
		}
		if s.Owner.Kind == probe.OwnerProcess {
			grow(&names, cells(g.ownerFull(s.Owner)))
		} else {
			grow(&words, cells(ownerWord(s.Owner.Kind, g.source)))
		}
	}
	m.needed = max(words, min(names, shortOwner))
	return m
}

// measureCell keeps the buffer for the next cell.
func (g *Grid) measureCell(b []byte) int {
	g.scratch = b
	return cellsOf(b)
}

// bytesNotCells is what a state's name has more in bytes than on screen.
func bytesNotCells(s probe.State) int {
	if s == probe.Bound {
		return 1 // the é of "(lié)"
	}
	return 0
}

// ownerFull is [Owner] that remembers the names of processes: a process often
// holds hundreds of sockets.
func (g *Grid) ownerFull(o probe.Owner) string {
	if len(o.Holders) != 1 {
		return Owner(o, g.source)
	}
	h := o.Holders[0]
	name, ok := g.names[h]
	if !ok {
		name = Holder(h)
		g.names[h] = name
	}
	return name
}
