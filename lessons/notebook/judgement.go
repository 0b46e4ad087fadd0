package notebook

import (
	"slices"
	"time"

	"labo/lessons/check"
	"labo/lessons/record"
)

// Bounds of what is kept of judged programs.
const (
	maxJudgements = 40  // programs; the one judged longest ago goes first
	maxChecks     = 80  // of one program
	maxWords      = 300 // characters of one sentence of a check
)

// Judgement is the newest judgement of a program by `labo verifier`, without
// its evidence: Seed plays the same peers again. A partial one (--seulement)
// never takes the place of a whole one.
type Judgement struct {
	File    string    `json:"file"` // as it was named, or the command
	Role    string    `json:"role"` // a [check.Role] in words
	At      time.Time `json:"at"`
	Machine string    `json:"machine,omitempty"`
	Port    uint16    `json:"port"`
	Seed    uint64    `json:"seed"`
	TookMS  int64     `json:"took_ms"`
	Partial bool      `json:"partial,omitempty"` // some checks of the role were not asked for
	// Tries counts the judgements of this program, this one and the partial
	// ones too.
	Tries  int            `json:"tries"`
	Checks []CheckVerdict `json:"checks"` // in the order they are asked

	record.Unknown
}

// CheckVerdict is the verdict of one check; its words are those of a
// [check.CheckRecord].
type CheckVerdict struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Level    string `json:"level"`   // "fiche" or "defi"
	Verdict  string `json:"verdict"` // "passed", "failed" or "not_checked"
	Cause    string `json:"cause,omitempty"`
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	Idea     string `json:"idea,omitempty"`
	Line     int    `json:"line,omitempty"` // of the program's own code, from 1; 0 where none is known

	record.Unknown
}

// Count returns how many checks of a level have a verdict, and how many checks
// that level has here.
func (j *Judgement) Count(level check.Level, v check.Verdict) (n, all int) {
	for i := range j.Checks {
		if j.Checks[i].Level == level.String() {
			all++
			if j.Checks[i].Verdict == v.String() {
				n++
			}
		}
	}
	return n, all
}

// Judged records the judgement of a program and saves. name is what the
// notebook calls the program.
func (s *Session) Judged(name string, d check.Document) {
	j := *keepJudgement(name, d)
	j.At, j.Machine, j.Tries = record.Moment(s.opt.Now()), record.Clean(s.opt.Machine), 1
	s.record(func(n *Notebook) {
		now := j
		switch i := n.judgement(j.File, j.Role); {
		case i < 0:
			n.Judgements = newest(append(n.Judgements, &now), maxJudgements, func(j *Judgement) time.Time { return j.At })
		case j.Partial && !n.Judgements[i].Partial:
			n.Judgements[i].Tries++
		default:
			now.Tries += n.Judgements[i].Tries
			n.Judgements[i] = &now
		}
	})
}

// judgement is the index of a program's judgement, -1 where there is none.
func (n *Notebook) judgement(file, role string) int {
	return slices.IndexFunc(n.Judgements, func(j *Judgement) bool { return j.File == file && j.Role == role })
}

func keepJudgement(name string, d check.Document) *Judgement {
	j := &Judgement{File: record.Clean(name), Role: record.Clean(d.Role), Port: d.Port, Seed: d.Seed, TookMS: d.TookMS, Checks: []CheckVerdict{}}
	if role, ok := check.ParseRole(d.Role); ok {
		j.Partial = len(d.Checks) < len(check.IDs(role))
	}
	for _, c := range d.Checks[:min(len(d.Checks), maxChecks)] {
		v := CheckVerdict{
			ID: record.Clean(c.ID), Title: record.Clean(c.Title), Level: record.Clean(c.Level), Verdict: record.Clean(c.Verdict),
			Cause: spoken(c.Cause), Expected: spoken(c.Expected), Actual: spoken(c.Actual), Idea: spoken(c.Idea),
		}
		if c.Evidence != nil && c.Evidence.Traceback != nil {
			v.Line = max(c.Evidence.Traceback.Line, 0)
		}
		j.Checks = append(j.Checks, v)
	}
	return j
}

// spoken bounds a sentence that may hold what a program wrote.
func spoken(s *string) string {
	if s == nil {
		return ""
	}
	if runes := []rune(*s); len(runes) > maxWords {
		return record.Clean(string(runes[:maxWords]) + "…")
	}
	return record.Clean(*s)
}
