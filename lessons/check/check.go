// Package check judges a student's program: it runs it against real peers,
// polite and not, watches it through the probe, and says of each check whether
// the program passed it, failed it, or could not be judged. It knows no screen.
package check

import (
	"time"
)

// Level tells what a check asks of a program.
type Level uint8

const (
	Sheet     Level = iota // what the sheet asks
	Challenge              // what the sheet's own programs fail
)

// String returns the word of the JSON form: "fiche" or "defi".
func (l Level) String() string {
	if l == Challenge {
		return "defi"
	}
	return "fiche"
}

// Verdict is what can be said of one check.
type Verdict uint8

const (
	// NotChecked: a check it needs failed, or labo or the machine could not.
	NotChecked Verdict = iota
	Passed
	Failed
)

// String returns the word of the JSON form.
func (v Verdict) String() string {
	switch v {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	}
	return "not_checked"
}

// Check is one thing asked of a program of a role.
type Check struct {
	ID    string // stable: saved results survive a new release
	Level Level
	Needs []string // checks that must have passed
}

// Result is the verdict of one check with what it rests on.
type Result struct {
	Check
	Verdict Verdict
	// Cause says why a check was not checked: a French sentence.
	Cause string
	// Blocker is the check that had to pass first and did not, "" when the
	// cause is another.
	Blocker string
	// Later is set of a challenge that was left for later: see [Config.Step].
	Later bool
	// Machine is set where labo or the machine is the cause.
	Machine error
	// Remark says in what a passed check is not as the sheet has it: a French
	// sentence, "" for nothing.
	Remark string
	// Finding is what was seen; only with Failed.
	Finding *Finding
	Took    time.Duration // of the run that decided it
}

// Report is the judgement of one program.
type Report struct {
	File    string // as it was named, "" for a command
	Argv    []string
	Role    Role
	Guessed string   // how the role was recognised, "" when it was given
	Shadows []string // files beside the program that it imports in place of Python's: see [Shadows]
	Port    uint16   // the port the sheet asks for
	Used    uint16   // the port the program listened on, 0 when it did not
	Seed    uint64
	Results []Result
	At      time.Time
	Took    time.Duration
	Tale    []string // what labo did and saw, in order: lines in French
}

// Count returns how many results of a level have the verdict.
func (r *Report) Count(l Level, v Verdict) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Level == l && r.Results[i].Verdict == v {
			n++
		}
	}
	return n
}

// Remarked returns how many results of a level passed with a remark.
func (r *Report) Remarked(l Level) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Level == l && r.Results[i].Remark != "" {
			n++
		}
	}
	return n
}

// OK reports whether everything the sheet asks was passed: no check of that
// level failed.
func (r *Report) OK() bool { return r.Count(Sheet, Failed) == 0 }

// Hindered reports whether labo or the machine kept a check of the sheet from
// being made.
func (r *Report) Hindered() bool {
	for i := range r.Results {
		if r.Results[i].Level == Sheet && r.Results[i].Machine != nil {
			return true
		}
	}
	return false
}

// Result returns the result of a check by its ID.
func (r *Report) Result(id string) (*Result, bool) {
	for i := range r.Results {
		if r.Results[i].ID == id {
			return &r.Results[i], true
		}
	}
	return nil, false
}
