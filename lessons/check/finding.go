package check

import (
	"time"

	"labo/lessons/check/runner"
	"labo/probe"
)

// Finding is what a failed check rests on.
type Finding struct {
	Expected string // a French sentence
	Actual   string // a French sentence; what comes from outside is made visible
	// Variant names the mistake more closely, where the check knows several:
	// its words are those of the section "ID/Variant".
	Variant string
	// Cause is why, where labo has seen it: a French sentence, "" for unknown.
	Cause string
	Diff  *Diff // expected and seen bytes, nil where the check is not about bytes
	Evidence
}

// Evidence is the state of the program when a check failed. What could not be
// measured is unknown, or empty.
type Evidence struct {
	At      time.Time
	Sockets []probe.Socket // those of its port, and its own
	Source  probe.Source
	Threads probe.Maybe[int]
	// CPU is the share of one core it used while labo looked.
	CPU       probe.Maybe[float64]
	Exit      *runner.Exit // nil while it runs
	Out       string       // the end of what it printed, as it was
	OutTotal  int64        // all that it printed, in bytes
	Errors    string       // the end of its stderr
	Traceback *Traceback   // the student's own line, nil when there is none
	Waits     []Wait       // what its threads waited for
	Hidden    []Hidden     // exceptions that the program caught in this run, the last ones
	Limit     string       // a French sentence: which limit it met; "" when none is seen
}
