// Package figure lays out the figures of a lesson: what happened between a
// client, the kernel and a server, and curves over several measurements. It
// draws them as text; whoever draws otherwise takes the layout.
//
// Everything here is pure: the same events give the same lines.
package figure

import (
	"slices"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/text"
)

// Lane is the line of one of those who act.
type Lane struct {
	Actor evidence.Actor
	Name  string // in French
}

// ActorWords are those for who acts in a sentence, where there is room.
func ActorWords(a evidence.Actor) string {
	if a == evidence.Server2 {
		return "second serveur"
	}
	return actorName(a)
}

// actorName returns the French word for who acts, "" for [evidence.Nobody].
func actorName(a evidence.Actor) string {
	switch a {
	case evidence.Reader:
		return "vous"
	case evidence.Client:
		return "client"
	case evidence.Server:
		return "serveur"
	case evidence.Server2:
		return "serveur 2"
	case evidence.Kernel:
		return "noyau"
	}
	return ""
}

// Stroke is how a row of a sequence is drawn.
type Stroke uint8

const (
	Note   Stroke = iota // words beside a lane
	Aside                // words of nobody
	Call                 // an arrow for an act
	Return               // an arrow back for how it ended
)

// Row is one thing in a sequence, from top to bottom.
type Row struct {
	Stroke  Stroke
	From    int // index of the lane; unused for Aside
	To      int // index of the lane an arrow reaches
	Time    string
	Lines   []string // what was done, in lines that fit the room they have
	Detail  []string // how it ended, likewise
	Source  []string // by what means it was observed, likewise
	Outcome evidence.Outcome
}

// Words returns all the lines of a row.
func (r *Row) Words() []string { return slices.Concat(r.Lines, r.Detail, r.Source) }

// Sequence is the layout of events on lanes, in cells.
type Sequence struct {
	Lanes []Lane
	Times int // cells of the column of times, before the first lane
	Gap   int // cells between two lanes
	Width int
	// Tight: the last words of an act stand in its arrow, and what the kernel
	// did on the other side of its lane.
	Tight bool
	Rows  []Row
}

// At returns the cell of a lane.
func (s *Sequence) At(lane int) int { return s.Times + s.Gap/3 + lane*s.Gap }

// timeCells is the room of "14:02:07,123".
const timeCells = 12

// narrowest is the width under which lanes leave no room for words; brief
// sequences need less.
const (
	narrowest      = 60
	narrowestBrief = 40
)

// Lay lays events out in width cells (at least 60). Client, kernel and server
// are always there; the reader and a second server are where they act. Two
// servers have no client between them: it is left out where it does nothing.
func Lay(events []evidence.Event, width int) Sequence {
	return laid(events, Sequence{Times: timeCells, Width: max(width, narrowest)}, func(i int) string {
		if i == 0 {
			return strings.Replace(events[i].At.Format("15:04:05.000"), ".", ",", 1)
		}
		return "+" + text.Duration(events[i].At.Sub(events[0].At))
	})
}

// LayOn is [Lay], tight, for events on a clock of their own: when writes a moment
// of it in a column of so many cells. Under 60 cells it is [LayBrief].
func LayOn(events []evidence.Event, width, cells int, when func(time.Time) string) Sequence {
	if width < narrowest {
		return LayBrief(events, width)
	}
	return laid(events, Sequence{Times: cells, Width: width, Tight: true}, func(i int) string { return when(events[i].At) })
}

// LayBrief is [Lay] in as few as 40 cells: without times and without the means
// of measurement, which stand elsewhere on the same screen.
func LayBrief(events []evidence.Event, width int) Sequence {
	events = slices.Clone(events)
	for i := range events {
		events[i].Source = ""
	}
	return laid(events, Sequence{Width: max(width, narrowestBrief)}, func(int) string { return "" })
}

func laid(events []evidence.Event, empty Sequence, when func(i int) string) Sequence {
	s := empty
	s.lay(events, false, when)
	last := len(s.Lanes) - 1
	if slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Stroke == Note && r.From == last }) {
		s = empty
		s.lay(events, true, when)
	}
	return s
}

// lay lays events out, with or without room for words right of the last lane.
func (s *Sequence) lay(events []evidence.Event, notesRight bool, when func(i int) string) {
	two := involves(events, evidence.Server2)
	for _, a := range []evidence.Actor{evidence.Reader, evidence.Client, evidence.Server2, evidence.Kernel, evidence.Server} {
		always := a == evidence.Kernel || a == evidence.Server || a == evidence.Client && !two
		if always || involves(events, a) {
			s.Lanes = append(s.Lanes, Lane{Actor: a, Name: actorName(a)})
		}
	}
	// In thirds of the gap: what is before the first lane, the gaps, and what
	// is beyond the last.
	thirds := 1 + 3*(len(s.Lanes)-1) + 1
	if notesRight {
		thirds += 2
	}
	const letters = 2 // what half a name has beyond a third of the smallest gap
	s.Gap = 3 * (s.Width - s.Times - letters) / thirds
	for i, e := range events {
		s.Rows = append(s.Rows, s.rows(e, when(i))...)
	}
}

func involves(events []evidence.Event, a evidence.Actor) bool {
	for _, e := range events {
		if e.From == a || e.To == a {
			return true
		}
	}
	return false
}

// rows returns the rows of one event: the act, then how it ended.
func (s *Sequence) rows(e evidence.Event, when string) []Row {
	from, to := s.lane(e.From), s.lane(e.To)
	if from < 0 {
		from, to = to, -1
	}
	what, detail, source := text.French(text.Visible(e.What)), "", ""
	if e.Detail != "" {
		detail = sign(e.Outcome) + text.French(text.Visible(e.Detail))
	}
	if e.Source != "" {
		source = "[" + text.Visible(e.Source) + "]"
	}
	all := func(stroke Stroke) []Row {
		r := s.rowOf(stroke, from, to, what, detail, source)
		r.Time, r.Outcome = when, e.Outcome
		return []Row{r}
	}
	switch {
	case from < 0:
		return all(Aside)
	case to < 0 || to == from:
		to = -1
		return all(Note)
	case e.From == evidence.Kernel || what == "" || detail == "": // nothing answers
		return all(Call)
	}
	if s.Tight && e.Outcome == evidence.Did {
		return all(Call) // the kernel's words hang at its lane
	}
	act := s.rowOf(Call, from, to, what, "", "")
	act.Time = when
	var end Row
	switch e.Outcome {
	case evidence.Worked, evidence.Failed:
		end = s.rowOf(Return, to, from, "", detail, source)
	case evidence.Waiting: // nothing came back
		end = s.rowOf(Note, from, -1, "", detail, source)
	default: // what it did, it did there
		end = s.rowOf(Note, to, -1, "", detail, source)
	}
	end.Outcome = e.Outcome
	return []Row{act, end}
}

// rowOf returns a row with its words wrapped into the room they have.
func (s *Sequence) rowOf(stroke Stroke, from, to int, what, detail, source string) Row {
	room := s.room(from, to)
	return Row{
		Stroke: stroke, From: max(from, 0), To: max(to, 0),
		Lines: wrapped(what, room), Detail: wrapped(detail, room), Source: wrapped(source, room),
	}
}

// lane returns the index of an actor's lane, -1 for nobody.
func (s *Sequence) lane(a evidence.Actor) int {
	for i, l := range s.Lanes {
		if l.Actor == a {
			return i
		}
	}
	return -1
}

// room returns the cells for words: between the ends of an arrow, right of a
// lane, or over the whole width.
func (s *Sequence) room(from, to int) int {
	switch {
	case from < 0:
		return s.Width - s.Times - 2
	case to >= 0 && to != from:
		return max(from, to)*s.Gap - min(from, to)*s.Gap - 3
	case from == len(s.Lanes)-1:
		return s.Width - s.At(from) - 2
	}
	return s.Gap - 3
}

// wrapped returns no line for no words.
func wrapped(words string, room int) []string {
	if words == "" {
		return nil
	}
	return text.Wrap(breakable(words, room), room)
}

// breakable lets an address longer than a line end its line before the port.
func breakable(words string, room int) string {
	fields := strings.Split(words, " ")
	for i, f := range fields {
		if at := strings.LastIndexByte(f, ':'); at > 0 && at < len(f)-1 && text.Width(f) > room && text.Width(f[:at+1]) <= room {
			fields[i] = f[:at+1] + " " + f[at+1:]
		}
	}
	return strings.Join(fields, " ")
}

func sign(o evidence.Outcome) string {
	switch o {
	case evidence.Worked:
		return "✓ "
	case evidence.Failed:
		return "✗ "
	case evidence.Waiting:
		return "… "
	}
	return ""
}

// Sentence tells an event in words, for who cannot see the drawing: "client
// vers noyau : connect — refusée".
func Sentence(e evidence.Event) string {
	var who string
	switch from, to := actorName(e.From), actorName(e.To); {
	case from != "" && to != "" && from != to:
		who = from + " vers " + to + " : "
	case from != "" || to != "":
		who = from
		if from == "" {
			who = to
		}
		who += " : "
	}
	s := who + text.Visible(e.What)
	if e.Detail != "" {
		if e.What != "" {
			s += ", "
		}
		s += text.Visible(e.Detail)
	}
	return s
}
