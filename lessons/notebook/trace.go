package notebook

import (
	"slices"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/record"
)

// maxTraces is how many programs' traces are kept; the one traced longest ago
// goes first.
const maxTraces = 40

// Trace is the summary of the newest trace of a program by `labo trace`.
type Trace struct {
	File    string          `json:"file"` // as it was named
	At      time.Time       `json:"at"`
	Machine string          `json:"machine,omitempty"`
	Tries   int             `json:"tries"` // traces of this program, this one too
	Summary record.Evidence `json:"summary"`
	// Events are what the programs of the newest trace of all did, in order, At
	// counted from the year 1: what a class may ask to see.
	Events []record.Event `json:"events,omitempty"`

	record.Unknown
}

// maxTraced is how many of them are kept: the first.
const maxTraced = 60

// Traced records the summary of a trace, and its events, and saves. name is what the
// notebook calls the program.
func (s *Session) Traced(name string, summary evidence.Evidence, events []evidence.Event) {
	t := Trace{File: record.Clean(name), At: record.Moment(s.opt.Now()), Machine: record.Clean(s.opt.Machine), Tries: 1, Summary: record.OfEvidence(summary)}
	if t.Summary.At.IsZero() {
		t.Summary.At = t.At
	}
	for _, e := range events[:min(len(events), maxTraced)] {
		t.Events = append(t.Events, record.OfEvent(e))
	}
	s.record(func(n *Notebook) {
		now := t
		for _, other := range n.Traces {
			other.Events = nil
		}
		if i := n.trace(t.File); i >= 0 {
			now.Tries += n.Traces[i].Tries
			n.Traces[i] = &now
		} else {
			n.Traces = newest(append(n.Traces, &now), maxTraces, func(t *Trace) time.Time { return t.At })
		}
	})
}

// Traced is the program that was traced last, nil where none was with its events.
func (n *Notebook) Traced() *Trace {
	for _, t := range n.Traces {
		if len(t.Events) > 0 {
			return t
		}
	}
	return nil
}

// Shown are its events as a stage can show them.
func (t *Trace) Shown() (events []evidence.Event) {
	for _, e := range t.Events {
		events = append(events, e.Shown())
	}
	return events
}

// newest drops what is oldest of all beyond most.
func newest[T any](all []T, most int, at func(T) time.Time) []T {
	for len(all) > most {
		oldest := slices.MinFunc(all, func(a, b T) int { return at(a).Compare(at(b)) })
		i := slices.IndexFunc(all, func(a T) bool { return at(a).Equal(at(oldest)) })
		all = slices.Delete(all, i, i+1)
	}
	return all
}

// trace is the index of a program's trace, -1 where there is none.
func (n *Notebook) trace(file string) int {
	return slices.IndexFunc(n.Traces, func(t *Trace) bool { return t.File == file })
}
