package panel

import (
	"strings"

	"labo/lessons/stage/paint"
	"labo/probe"
)

// Header returns the names of the columns, on as many lines as a usual row.
func (g *Grid) Header() []string {
	first := []field{{0, "état"}, {g.state + gap, "local"}, {g.state + gap + g.local + gap, "distant"}}
	var second []field
	at := g.detailAt()
	if g.queues > 0 {
		second = append(second, field{at, "files"})
		at += g.queues + gap
	}
	if g.timer > 0 {
		second = append(second, field{at, "minuterie"})
	}
	second = append(second, field{g.ownerAt(), "propriétaire"})
	var lines []string
	if g.stacked {
		lines = []string{line(first), line(second)}
	} else {
		lines = []string{line(append(first, second...))}
	}
	for i := range lines {
		lines[i] = g.palette.Faint(lines[i])
	}
	return lines
}

// field is a word at a column.
type field struct {
	at   int
	text string
}

func line(fields []field) string {
	var b strings.Builder
	at := 0
	for _, f := range fields {
		if f.at > at {
			b.WriteString(strings.Repeat(" ", f.at-at))
			at = f.at
		}
		b.WriteString(f.text)
		at += cells(f.text)
	}
	return b.String()
}

// Row returns the lines of one socket.
func (g *Grid) Row(s *probe.Socket) []string {
	all := string(g.AppendRow(nil, s))
	return strings.Split(strings.TrimSuffix(all, "\n"), "\n")
}

// AppendRow appends the lines of one socket to b, each with its line feed.
func (g *Grid) AppendRow(b []byte, s *probe.Socket) []byte {
	local := appendAddr(g.scratch[:0], s.Local)
	ends := len(local)
	both := appendAddr(local, s.Remote)
	g.scratch = both
	local, remote := both[:ends], both[ends:]
	role := paint.StateRole(s.State)

	c := cursor{b: b}
	c.painted(g.palette, role, StateName(s.State))
	wide := cellsOf(local) > g.local || cellsOf(remote) > g.remote
	if wide && g.state+gap+cellsOf(local) > g.width {
		c.newline()
		c.to(min(gap, g.width-cellsOf(local)))
	} else {
		c.to(g.state + gap)
	}
	c.bytes(local)
	if wide {
		g.remoteBelow(&c, s, remote)
	} else {
		c.to(g.state + gap + g.local + gap)
		c.bytes(remote)
	}
	if wide || g.stacked {
		c.newline()
	}
	g.details(&c, s)
	return append(c.b, '\n')
}

// remoteBelow writes the far end on a line of its own, after an arrow.
func (g *Grid) remoteBelow(c *cursor, s *probe.Socket, remote []byte) {
	if !s.Remote.IsValid() {
		return
	}
	const arrow = "→ "
	c.newline()
	c.to(max(0, min(g.state+gap, g.width-cellsOf(remote)-cells(arrow))))
	c.text(arrow)
	c.bytes(remote)
}

// details writes queues, timer and owner at their columns.
func (g *Grid) details(c *cursor, s *probe.Socket) {
	at := g.detailAt()
	if g.queues > 0 {
		c.to(at)
		g.scratch = appendQueues(g.scratch[:0], s)
		c.bytes(g.scratch)
		at += g.queues + gap
	}
	if g.timer > 0 {
		g.scratch = appendTimer(g.scratch[:0], s)
		if len(g.scratch) > 0 {
			c.to(at)
			c.bytes(g.scratch)
		}
	}
	c.to(g.ownerAt())
	owner := g.ownerFull(s.Owner)
	if cells(owner) > g.owner {
		owner = fitOwner(s.Owner, g.source, g.owner)
	}
	role := paint.Plain
	switch s.Owner.Kind {
	case probe.OwnerKernel:
		role = paint.Kernel
	case probe.OwnerHidden, probe.OwnerForbidden, probe.OwnerGone:
		role = paint.Faint
	}
	c.painted(g.palette, role, owner)
}

// cursor appends text and knows the column it has come to.
type cursor struct {
	b  []byte
	at int
}

// to fills with spaces up to a column.
func (c *cursor) to(column int) {
	for c.at < column {
		c.b = append(c.b, ' ')
		c.at++
	}
}

func (c *cursor) text(s string) {
	c.b = append(c.b, s...)
	c.at += cells(s)
}

func (c *cursor) bytes(s []byte) {
	c.b = append(c.b, s...)
	c.at += cellsOf(s)
}

func (c *cursor) painted(p paint.Palette, role paint.Role, s string) {
	c.b = append(c.b, p.Paint(role, s)...)
	c.at += cells(s)
}

func (c *cursor) newline() {
	c.b = append(c.b, '\n')
	c.at = 0
}
