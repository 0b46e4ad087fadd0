package answer

import (
	"bytes"
	"slices"
	"strings"

	"labo/lessons/measured"
	"labo/lessons/sonde"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// writer is a report being written, for a reader of width columns.
type writer struct {
	b       []byte
	palette paint.Palette
	width   int
	advised map[int]bool // processes that the page already says how to end
	ownOnly bool         // the source did not list the sockets of other users
}

// newWriter returns an empty report with the memory that the rows will need.
func newWriter(palette paint.Palette, width int, s *probe.Snapshot) writer {
	return writer{
		b: make([]byte, 0, 4096+len(s.Sockets)*(width+width/2)), palette: palette, width: width, advised: map[int]bool{},
		ownOnly: slices.ContainsFunc(s.Notes, func(n probe.Note) bool { return n.Kind == probe.NoteOwnOnly }),
	}
}

func (p *writer) line(s string) { p.b = append(append(p.b, s...), '\n') }

func (p *writer) blank() { p.b = append(p.b, '\n') }

// heading writes a title with the source of the measurement at the right edge,
// or on its own line where there is no room for both.
func (p *writer) heading(title, source string) {
	source = "[" + source + "]"
	room := p.width - text.Width(title) - text.Width(source)
	if room < 2 {
		p.line(p.palette.Title(title))
		p.line(p.palette.Source(source))
		return
	}
	p.line(p.palette.Title(title) + strings.Repeat(" ", room) + p.palette.Source(source))
}

// section writes the title of a part.
func (p *writer) section(title string) {
	p.blank()
	p.line(p.palette.Strong(text.French(title)))
}

// sentence writes French text, wrapped, behind a mark; further lines are set
// under the first.
func (p *writer) sentence(mark, s string) { p.painted(paint.Plain, mark, s) }

func (p *writer) painted(role paint.Role, mark, s string) {
	margin := text.Width(mark)
	for _, l := range text.Paragraph(s, max(p.width-margin, 20)) {
		p.line(mark + p.palette.Paint(role, l))
		mark = strings.Repeat(" ", margin)
	}
}

// The marks before a row join the two ends of a connection.
const noMark = "  "

// rows writes sockets, those of a pair joined by a bracket.
func (p *writer) rows(g *panel.Grid, sockets []probe.Socket, entries []entry) {
	grids := []*panel.Grid{g}
	for range sonde.Writers(len(entries)) - 1 {
		grids = append(grids, g.Painted(p.palette))
	}
	sonde.InChunks(len(entries), len(grids), func(writer int, b []byte, from, to int) []byte {
		for _, e := range entries[from:to] {
			b = appendEntry(b, grids[writer], &sockets[e.index], e.paired)
		}
		return b
	}, func(b []byte) { p.b = append(p.b, b...) })
}

// appendEntry appends the lines of a socket.
func appendEntry(b []byte, g *panel.Grid, s *probe.Socket, paired pairing) []byte {
	first, next := noMark, noMark
	switch paired {
	case upper:
		first, next = "┌ ", "│ "
	case lower:
		first, next = "└ ", noMark
	}
	start := len(b)
	b = append(b, first...)
	b = g.AppendRow(b, s)
	if bytes.IndexByte(b[start:], '\n') < len(b)-start-1 {
		row := strings.TrimSuffix(string(b[start:]), "\n")
		b = append(b[:start], strings.ReplaceAll(row, "\n", "\n"+next)...)
		b = append(b, '\n')
	}
	return b
}

// footer writes what every answer ends with: the remarks, the command that
// checks it without labo, and how it was measured.
func (p *writer) footer(f probe.Filter, s *probe.Snapshot) {
	if len(s.Notes) > 0 {
		p.blank()
		for _, n := range measured.Notes(s) {
			p.sentence("! ", n)
		}
	}
	p.blank()
	p.line("Vérifiez sans labo" + text.NBSP + ":")
	shown := measured.Shown{Sockets: s.Sockets, Counters: len(f.Ports) > 0 && few(s.Sockets), Rights: rightsHelp(s)}
	for _, check := range measured.Checks(f, shown) {
		p.line(noMark + check)
	}
	p.painted(paint.Source, "", "Mesuré par "+measured.Source(s)+" (en "+text.Duration(s.Took)+").")
}

// legend explains the numbers of the rows that were shown.
func (p *writer) legend(sockets []probe.Socket) {
	queues := false
	var timers [256]bool
	for i := range sockets {
		queues = queues || sockets[i].RecvQueue.Known
		timers[sockets[i].Timer.Value.Kind] = true
	}
	p.blank()
	if queues {
		p.painted(paint.Faint, noMark, measured.Legend())
	}
	for kind, shown := range timers {
		if !shown {
			continue
		}
		if m := measured.TimerMeaning(probe.TimerKind(kind)); m != "" {
			p.painted(paint.Faint, noMark, m)
		}
	}
	if p.b[len(p.b)-2] == '\n' { // nothing to explain
		p.b = p.b[:len(p.b)-1]
	}
}
