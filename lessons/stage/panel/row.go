package panel

import (
	"strings"

	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
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
	owner := "propriétaire"
	if title := owner + ", minuterie"; g.timerLast && text.Width(title) <= g.owner {
		owner = title
	}
	second = append(second, field{g.ownerAt(), owner})
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
	var c cursor
	for _, f := range fields {
		c.to(f.at)
		c.text(f.text)
	}
	return string(c.b)
}

// Row returns the lines of one socket.
func (g *Grid) Row(s *probe.Socket) []string {
	all := string(g.AppendRow(nil, s))
	return strings.Split(strings.TrimSuffix(all, "\n"), "\n")
}

// AppendRow appends the lines of one socket to b, each with its line feed.
func (g *Grid) AppendRow(b []byte, s *probe.Socket) []byte {
	g.scratch = measured.AppendAddress(g.scratch[:0], s.Local)
	end := len(g.scratch)
	g.scratch = measured.AppendAddress(g.scratch, s.Remote)
	local, remote := g.scratch[:end], g.scratch[end:]
	localWidth, remoteWidth := cellsOf(local), cellsOf(remote)

	c := cursor{b: b}
	c.cell(g.stateCell(s.State))
	wide := g.wide(localWidth, remoteWidth)
	if wide && g.state+gap+localWidth > g.width {
		c.newline()
		c.to(min(gap, g.width-localWidth))
	} else {
		c.to(g.state + gap)
	}
	c.bytes(local, localWidth)
	switch {
	case !wide:
		c.to(g.state + gap + g.local + gap)
		c.bytes(remote, remoteWidth)
	case s.Remote.IsValid(): // on a line of its own, after an arrow
		const arrow = "→ "
		c.newline()
		c.to(max(0, min(g.state+gap, g.width-remoteWidth-text.Width(arrow))))
		c.text(arrow)
		c.bytes(remote, remoteWidth)
	}
	if wide || g.stacked {
		c.newline()
	}
	g.details(&c, s)
	return append(c.b, '\n')
}

// details writes queues, timer and owner at their columns.
func (g *Grid) details(c *cursor, s *probe.Socket) {
	at := g.detailAt()
	if g.queues > 0 {
		c.to(at)
		g.scratch = measured.AppendQueues(g.scratch[:0], s)
		c.bytes(g.scratch, len(g.scratch))
		at += g.queues + gap
	}
	var timer []byte
	if g.timer > 0 || g.timerLast {
		g.scratch = measured.AppendTimer(g.scratch[:0], s)
		timer = g.scratch
	}
	if g.timer > 0 && len(timer) > 0 {
		c.to(at)
		c.bytes(timer, cellsOf(timer))
	}
	owner := g.ownerCell(s.Owner)
	c.to(g.ownerAt())
	c.cell(owner)
	if !g.timerLast || len(timer) == 0 || !s.Timer.Known {
		return
	}
	if g.timerFits(owner.width, cellsOf(timer)) {
		c.text(", ")
	} else {
		c.newline()
		c.to(g.ownerAt())
	}
	c.bytes(timer, cellsOf(timer))
}

func (g *Grid) stateCell(st probe.State) cell {
	c, ok := g.states[st]
	if !ok {
		name := measured.StateName(st)
		c = cell{g.palette.State(st, name), text.Width(name)}
		g.states[st] = c
	}
	return c
}

func (g *Grid) ownerCell(o probe.Owner) cell {
	if len(o.Holders) != 1 {
		return g.newOwnerCell(o)
	}
	c, ok := g.owners[o.Holders[0]]
	if !ok {
		c = g.newOwnerCell(o)
		g.owners[o.Holders[0]] = c
	}
	return c
}

func (g *Grid) newOwnerCell(o probe.Owner) cell {
	s := measured.FitOwner(o, g.source, g.owner)
	role := paint.Plain
	switch o.Kind {
	case probe.OwnerKernel:
		role = paint.Kernel
	case probe.OwnerHidden, probe.OwnerForbidden, probe.OwnerGone:
		role = paint.Faint
	}
	return cell{g.palette.Paint(role, s), text.Width(s)}
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
	c.at += text.Width(s)
}

func (c *cursor) bytes(s []byte, width int) {
	c.b = append(c.b, s...)
	c.at += width
}

func (c *cursor) cell(s cell) {
	c.b = append(c.b, s.text...)
	c.at += s.width
}

func (c *cursor) newline() {
	c.b = append(c.b, '\n')
	c.at = 0
}
