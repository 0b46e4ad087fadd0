package notebook

import (
	"slices"
	"time"

	"labo/lessons/evidence"
)

// maxTraces is how many programs' traces are kept; the one traced longest ago
// goes first.
const maxTraces = 40

// Trace is the summary of the newest trace of a program by `labo trace`.
type Trace struct {
	File    string    `json:"file"` // as it was named
	At      time.Time `json:"at"`
	Machine string    `json:"machine,omitempty"`
	Tries   int       `json:"tries"` // traces of this program, this one too
	Summary Evidence  `json:"summary"`

	rest unknown
}

// Traced records the summary of a trace and saves. name is what the notebook
// calls the program.
func (s *Session) Traced(name string, summary evidence.Evidence) {
	t := &Trace{File: clean(name), At: moment(s.opt.Now()), Machine: clean(s.opt.Machine), Tries: 1, Summary: keepEvidence(summary)}
	if t.Summary.At.IsZero() {
		t.Summary.At = t.At
	}
	if i := slices.IndexFunc(s.book.Traces, func(o *Trace) bool { return o.File == t.File }); i >= 0 {
		t.Tries += s.book.Traces[i].Tries
		s.book.Traces[i] = t
	} else {
		s.book.Traces = append(s.book.Traces, t)
	}
	for len(s.book.Traces) > maxTraces {
		oldest := 0
		for i, o := range s.book.Traces {
			if o.At.Before(s.book.Traces[oldest].At) {
				oldest = i
			}
		}
		s.book.Traces = slices.Delete(s.book.Traces, oldest, oldest+1)
	}
	s.save()
}
