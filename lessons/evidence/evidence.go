// Package evidence holds what a scene measured, in a form that a stage can
// draw and a notebook can keep. Nothing in an Evidence is typed in by hand:
// every value carries the means by which it was measured.
package evidence

import (
	"strings"
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// Evidence is one measurement shown to the reader.
type Evidence struct {
	Title   string    // what was measured, in French
	At      time.Time // when
	Source  string    // by what means: "sock_diag", "runtime/metrics", "errno de connect"
	Values  []Value   // figures, in the order to show them
	Sockets *Table    // nil where the measurement is not about sockets
	Chart   *Chart    // nil where there are no curves; what it draws is not repeated in Values
	Notes   []string  // what the reader must know about the measurement
	Checks  []string  // commands that show it while it lasts, without labo; none where nothing can any more
}

// Value is one figure with its French label. Text is already made visible.
type Value struct {
	Label string
	Text  string
	// Source is set where this figure was measured by other means than the
	// rest of the evidence.
	Source string
}

// Table is a set of sockets at one moment. An empty Rows is itself an answer.
type Table struct {
	Rows  []probe.Socket
	Empty string // French sentence shown in place of an empty table
	Old   int    // memories (TIME-WAIT) of before the scene, which are not among the rows
	Far   bool   // as another machine told them: this kernel does not hold them
}

// OldWords says in one line how many memories are not among the rows, "" for none.
func (t *Table) OldWords() string {
	if t.Old == 0 {
		return ""
	}
	return text.Plural(t.Old, "souvenir") + " (TIME-WAIT) d'avant cette scène"
}

// Chart is what was counted each time, in several measurements that follow one
// another: goroutines beside OS threads, for 1, 10, 100 goroutines started.
type Chart struct {
	X      string   // by what the measurements differ, in French: "goroutines lancées"; "" where ticks say it
	Y      string   // what is counted, in French: "nombre"
	Ticks  []string // the name of each measurement, in order: "10", "avant accept()"
	Curves []Curve
}

// Curve is one figure through the measurements of a [Chart].
type Curve struct {
	Label  string
	Points []probe.Maybe[float64] // one for each tick; the unknown ones leave a gap
	Source string                 // set where it is not that of the evidence
}

// Actor is one of those who act in a scene.
type Actor uint8

const (
	Nobody Actor = iota
	Reader       // the student
	Client
	Server
	Kernel
	Server2 // the second of two servers
)

// Outcome is how an act ended.
type Outcome uint8

const (
	Did     Outcome = iota // it was done, and could not fail in a way that teaches
	Worked                 // it succeeded
	Failed                 // it was refused or failed
	Waiting                // it has not ended
)

// Event is one thing that happened, in the order it happened. From acts; To
// is the actor it reaches, Nobody where it reaches none.
type Event struct {
	At      time.Time
	From    Actor
	To      Actor
	What    string // "connect 127.0.0.1:12345"
	Outcome Outcome
	Detail  string // "refusée en 41 µs : ECONNREFUSED (111)"
	Source  string // by what means it was observed, "" where labo did it itself
	Try     int    // of which try of a program that is being written, from 1: what did not work in an earlier one is over; 0: of none
	Of      string // what of that program it is about: in a later try, it takes the place of what had worked of the same
}

// byValue begins a source that is what a call returned.
const byValue = "valeur rendue par "

// Means is a source in short: the name of the call whose value said it, or what
// else was said.
func Means(source string) string { return strings.TrimPrefix(source, byValue) }

// Returned is a call of who to the kernel that succeeded, in the words of what
// and detail: function names whose value said so.
func Returned(who Actor, what, function, detail string) Event {
	return Event{From: who, To: Kernel, What: what, Outcome: Worked, Detail: detail, Source: byValue + function + "()"}
}

// Refused is a call of who that the kernel refused: the errno of function said so.
func Refused(who Actor, what, function, detail string) Event {
	return Event{From: who, To: Kernel, What: what, Outcome: Failed, Detail: detail, Source: "errno de " + function + "()"}
}

// Read is what recv() gave to who.
func Read(who Actor, detail string, outcome Outcome) Event {
	return Event{From: Kernel, To: who, What: "recv", Outcome: outcome, Detail: detail, Source: byValue + "recv()"}
}
