package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/check/runner"
	"labo/lessons/fault"
	"labo/probe"
)

// Config says what to judge.
type Config struct {
	File     string   // the program, when it is a file
	Argv     []string // the command to run, when it is not a Python file
	Role     Role     // NoRole: to be recognised
	Port     uint16   // 0: that of the sheet
	Seed     uint64   // the same seed gives the same peers
	Only     []string // IDs of the checks wanted, with what they need; empty: all
	Terminal bool     // the program runs in a pseudo-terminal
	Step     bool     // one challenge at a time: those after the first that is failed are left for later, all of them where the sheet is not passed
	Python   Python   // what runs a Python file
	// Kept, when set, is the folder of labo's in which the program is, and nothing
	// else that it can change, where the system can hold it to that; see
	// [runner.Command]. What lies beside that folder is labo's as well.
	Kept  string
	Among int // how many programs are judged at once on this machine, 0 for one
	// Started, when set, is told the role and the port before the first check;
	// Progress, each result as it is known.
	Started  func(Report) `json:"-"`
	Progress func(Result) `json:"-"`
}

// UnknownCheckError says that a role has no check of that ID.
type UnknownCheckError struct {
	ID   string
	Role Role
}

func (e *UnknownCheckError) Error() string {
	return fmt.Sprintf("no check %q for %s", e.ID, e.Role)
}

// UnknownRoleError says that the role could not be recognised.
type UnknownRoleError struct {
	File  string
	Crash *Finding // how it ended before it did anything that shows a role; nil where it did not
}

func (e *UnknownRoleError) Error() string { return fmt.Sprintf("role of %q not recognised", e.File) }

// judge is one judgement while it is made.
type judge struct {
	Config
	command runner.Command
	python  bool
	results []Result
	used    uint16
	free    bool // the port was free a moment ago
	lines   bool // the program takes a message for whole at its line end only
	serving bool // one of its threads waited for other clients while one was served
	ledger  *ledger
	sources map[string][]string // the lines of the program's files
	shadows []string
	sight   probe.Maybe[bool] // see blind
	lost    time.Duration     // by runs that the machine held up
	tale    []string          // what was done, in order: see Report.Tale
}

// Judge runs a program against its peers and returns what was seen. It starts
// one run after the other, and leaves no process, socket or goroutine.
//
// Errors: a [*PortBusyError] where the port is not free before anything
// starts, an [*UnknownRoleError], an [*UnknownCheckError], a
// [*runner.StartError] where the program cannot be started at all, [ErrHeldUp]
// where its role could not be recognised for that reason, those of the probe, and
// the context's. What goes wrong later is a result.
func Judge(ctx context.Context, c Config) (*Report, error) {
	start := time.Now()
	c.Port = cmp.Or(c.Port, atelier.Port)
	j := &judge{Config: c}
	j.command, j.python = commandOf(c)
	if err := portFree(ctx, c.Port); err != nil {
		return nil, err
	}
	j.free = true
	if j.python {
		if j.ledger = newLedger(c.Kept); j.ledger != nil {
			defer j.ledger.free()
		}
	}
	report := &Report{File: c.File, Argv: j.command.Argv, Port: c.Port, Seed: c.Seed, At: start}
	if c.File != "" && j.python {
		report.Shadows = Shadows(ctx, c.Python.Path, c.File)
		j.shadows = report.Shadows
	}
	if err := j.findRole(ctx, report); err != nil {
		return nil, err
	}
	wanted, err := j.playAll(ctx, report)
	if errors.Is(err, errOtherRole) {
		wanted, err = j.playAll(ctx, report)
	}
	if err != nil {
		return nil, err
	}
	for _, r := range j.results {
		if wanted[r.ID] {
			report.Results = append(report.Results, r)
		}
	}
	report.Used, report.Took, report.Tale = j.used, time.Since(start), j.tale
	return report, nil
}

// playAll makes the checks of the role, and returns which are wanted. Error: also
// errOtherRole, where what the program does is not what its name says: then the
// role is that, and nothing is judged yet.
func (j *judge) playAll(ctx context.Context, report *Report) (wanted map[string]bool, err error) {
	j.results = nil
	for _, check := range catalog(j.Role) {
		j.results = append(j.results, Result{Check: check})
	}
	if wanted, err = j.wanted(); err != nil {
		return nil, err
	}
	report.Role = j.Role
	if j.Started != nil {
		j.Started(*report)
	}
	for i, s := range scenarios(j.Role) {
		if !slices.ContainsFunc(s.checks, func(id string) bool { return wanted[id] }) {
			continue
		}
		if j.later(s) {
			continue
		}
		play := j.play
		if i == 0 && report.Guessed == guessedByName {
			play = j.playFirst
		}
		if err := play(ctx, s, wanted); err != nil {
			if errors.Is(err, errOtherRole) {
				report.Guessed = guessedByDeeds + " : son nom dit " + report.Role.String()
			}
			return nil, err
		}
	}
	return wanted, nil
}

// commandOf returns how to run the program, and whether Python does.
func commandOf(c Config) (runner.Command, bool) {
	cmd := runner.Command{Argv: c.Argv, Terminal: c.Terminal}
	if len(c.Argv) > 0 {
		python := strings.HasPrefix(filepath.Base(c.Argv[0]), "python")
		// Other languages keep back what they print, unless on a terminal.
		cmd.Terminal = c.Terminal || !python && runtime.GOOS != "windows"
		return cmd, python
	}
	// Run where the file is, under the name a student types.
	cmd.Dir = filepath.Dir(c.File)
	name := filepath.Base(c.File)
	if strings.HasPrefix(name, "-") { // no option of Python's
		name = "." + string(filepath.Separator) + name
	}
	cmd.Argv = []string{c.Python.Path, name}
	return cmd, true
}

// wanted returns the IDs to report: those of Only with all they need.
func (j *judge) wanted() (map[string]bool, error) {
	ids := make(map[string]bool)
	var add func(id string) error
	add = func(id string) error {
		r := j.result(id)
		if r == nil {
			return &UnknownCheckError{ID: id, Role: j.Role}
		}
		ids[id] = true
		for _, need := range r.Needs {
			if err := add(need); err != nil {
				return err
			}
		}
		return nil
	}
	only := j.Only
	if len(only) == 0 {
		for _, r := range j.results {
			only = append(only, r.ID)
		}
	}
	for _, id := range only {
		if err := add(id); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (j *judge) result(id string) *Result {
	for i := range j.results {
		if j.results[i].ID == id {
			return &j.results[i]
		}
	}
	return nil
}

// blocker returns the check that id waits for in vain, "" when it can be made.
// A need that is still to be decided blocks only once late is set.
func (j *judge) blocker(id string, late bool, open map[string]bool) string {
	for _, need := range j.result(id).Needs {
		switch r := j.result(need); {
		case r.Verdict == Passed:
		case r.Verdict == Failed:
			return need
		case r.Blocker != "":
			return r.Blocker
		case late || !open[need]:
			return need
		}
	}
	return ""
}

// play runs one scenario and gives each of its checks a verdict.
func (j *judge) play(ctx context.Context, s scenario, wanted map[string]bool) error {
	t, took, err := j.try(ctx, s)
	if err != nil {
		return err
	}
	return j.conclude(s, wanted, t, took)
}

// playFirst is play for a program whose name alone told its role: where it does
// something else, what it does is looked at.
func (j *judge) playFirst(ctx context.Context, s scenario, wanted map[string]bool) error {
	t, took, err := j.try(ctx, s)
	if err != nil {
		return err
	}
	if j.playsOther() {
		role, _, err := j.observeRole(ctx)
		if err != nil {
			return err
		}
		if role != NoRole && role != j.Role {
			j.Role = role
			return errOtherRole
		}
	}
	return j.conclude(s, wanted, t, took)
}

var errOtherRole = errors.New("the program plays another role")

// conclude gives the checks of a scenario that was played their causes, and tells
// the results.
func (j *judge) conclude(s scenario, wanted map[string]bool, t *trial, took time.Duration) error {
	for _, id := range s.checks {
		r := j.result(id)
		if r.Verdict == NotChecked && r.Cause == "" && r.Machine == nil && r.Blocker == "" {
			r.Blocker = j.blocker(id, true, nil)
			switch {
			case r.Blocker != "":
			case t.odd != "":
				r.Cause = "cette fois, " + t.odd
			default:
				r.Machine = cmp.Or(t.fault, errUndecided)
			}
		}
		r.Cause = causeOf(r)
		r.Took = took
		if j.Progress != nil && wanted[id] {
			j.Progress(*r)
		}
	}
	var cannot *runner.StartError
	if errors.As(t.fault, &cannot) {
		return t.fault
	}
	return nil
}

// errUndecided is a mistake of this package: a run that forgot a check.
var errUndecided error = fault.Failed("l'essai s'est terminé sans verdict", "", nil)
