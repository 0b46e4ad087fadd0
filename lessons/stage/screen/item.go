package screen

import (
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// itemKind is what an [item] shows.
type itemKind uint8

const (
	itemTitle itemKind = iota
	itemProse
	itemEvent
	itemEvidence
	itemQuestion
	itemAnswer
	itemTyped
	itemChecks
)

// item is one thing that was said, in the order it was. It is drawn again when
// the width changes.
type item struct {
	kind itemKind
	// Of two ways to draw, the first is set: by the linear stage, in its own
	// words, or in lines of at most width cells.
	linear   func(*linear.Stage, *view)
	lines    func(v *view) []string
	evidence *evidence.Evidence // of a measurement
	commands []string           // of checks
	head     scene.Head         // of a title: whose it is, zero for the end of a step
	ask      *asking            // of a question, and of its answer in projection
	moves    bool               // it is drawn again after each measurement
	try      int                // in which try of a program, and, of what worked, of which part: see [evidence.Event]
	of       string
	first    bool // nothing was shown since the reader last acted: in projection, a new page
}

// view is what an item needs to know of the screen it is drawn on.
type view struct {
	*model
	width, height int
}

func proseItem(blocks []prose.Block) *item {
	return &item{kind: itemProse, linear: func(l *linear.Stage, _ *view) { l.Prose(blocks) }}
}

func eventItem(e evidence.Event) *item {
	it := &item{kind: itemEvent, linear: func(l *linear.Stage, _ *view) { l.Event(e) }}
	it.try = e.Try
	if e.Outcome == evidence.Worked {
		it.of = e.Of
	}
	return it
}

func answerItem(a scene.Answer) *item {
	return &item{kind: itemAnswer, linear: func(l *linear.Stage, _ *view) { l.Answer(a) }}
}

// watchItem opens a watch: its title, and where to look.
func watchItem(title string) *item {
	return &item{kind: itemProse, lines: func(v *view) []string {
		out := []string{"  " + v.palette.Strong(text.Truncate(text.French(strings.ToUpper(text.Visible(title))), v.width-2))}
		where := "Ce qui se passe s'écrit ici."
		switch l := v.layout(); {
		case l.kernelHeight == 0:
		case l.beside:
			where = "La table est à droite ; ce qui s'y passe s'écrit ici."
		default:
			where = "La table est au-dessous ; ce qui s'y passe s'écrit ici."
		}
		for _, line := range text.Paragraph(where, v.width-3) {
			out = append(out, "  "+line)
		}
		return append(out, "")
	}}
}

// statesItem draws the states of a connection on a page of its own, and on them
// the sockets of the port as they were measured last.
func statesItem(reached []probe.State) *item {
	return &item{kind: itemProse, first: true, moves: true, lines: func(v *view) []string {
		now := map[probe.State]int{}
		said := []string{"", ""} // beside the first lines of the drawing, which are short
		if s := v.kernel.table.Snapshot; s != nil {
			for _, socket := range s.Sockets {
				now[socket.State]++
			}
			delete(now, probe.Bound) // it has no place in the drawing
			if said[0] = "[" + s.Source.String() + ", " + s.TakenAt.Local().Format("15:04:05") + "]"; len(now) > 0 {
				said[1] = "1, 2… : sockets mesurés là"
			}
		}
		lines := figure.StatesNow(reached, now, func(s string) string { return v.palette.Paint(paint.Changed, s) })
		for i := range lines {
			lines[i] = "  " + lines[i]
		}
		const mark, beside = "✓ atteint", 30
		lines[0] = "  " + mark + lines[0][len("  ")+text.Width(mark):]
		for i, words := range said {
			line := &lines[2*i] // the one between has its own words
			*line = text.Truncate(*line+strings.Repeat(" ", max(beside-text.Width(*line), 1))+text.French(words), v.width)
		}
		return lines
	}}
}
