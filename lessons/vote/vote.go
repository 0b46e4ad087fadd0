// Package vote is one prediction put to a class, as peer instruction has it
// (Mazur; Porter 2011): a hidden vote, a discussion between neighbours, a second
// vote, and only then the measurement. It holds numbers and knows nothing of
// where they come from or how they are shown: raised hands are one [Source],
// the machines of a room may be others.
package vote

import (
	"slices"
	"time"
)

// Source is who reports votes. Sources are added up; each replaces its own.
type Source string

// Hands is the source that the instructor types.
const Hands Source = "mains levées"

// Max is the most that is counted by hand of one option: more than any room holds,
// and it keeps numbers on screen.
const Max = 999

// MaxTotal is more than all sources together report of one option, or one of them.
const MaxTotal = 9999

// Phase is where a vote is.
type Phase uint8

const (
	Counting   Phase = iota // votes come, and no split is shown
	Closed                  // all are in; the split is still hidden before a second vote
	Discussing              // between the first vote and the second
	Settled                 // the class has seen what the measurement says: nothing changes any more
)

var phaseNames = [...]string{"counting", "closed", "discussing", "settled"}

// String returns a stable English word.
func (p Phase) String() string { return phaseNames[p] }

// Vote is one prediction put to a class. New makes one.
type Vote struct {
	options int
	rounds  []*round
	phase   Phase
	shown   bool      // the first split, before the measurement
	until   time.Time // the end of the discussion
}

// round is one time that the class votes.
type round struct {
	by map[Source]*counts
}

type counts struct {
	votes []int
	given []bool // a number was reported, perhaps 0
}

// New opens the first vote on so many options.
func New(options int) *Vote {
	v := &Vote{options: options}
	v.open()
	return v
}

func (v *Vote) open() {
	v.rounds = append(v.rounds, &round{by: map[Source]*counts{}})
	v.phase, v.shown = Counting, false
}

// Options is how many options there are.
func (v *Vote) Options() int { return v.options }

// Phase is where the vote is.
func (v *Vote) Phase() Phase { return v.phase }

// Round is which vote is counted, or was last: 1 or 2.
func (v *Vote) Round() int { return len(v.rounds) }

func (v *Vote) last() *round { return v.rounds[len(v.rounds)-1] }

// of returns what a source has reported in the present round.
func (v *Vote) of(s Source) *counts {
	r := v.last()
	if r.by[s] == nil {
		r.by[s] = &counts{votes: make([]int, v.options), given: make([]bool, v.options)}
	}
	return r.by[s]
}

// Set reports the votes of a source for one option, 0 to [Max]. It reports false
// where they are not taken: the vote is not open, or there is no such option or
// number.
func (v *Vote) Set(s Source, option, n int) bool {
	if v.phase != Counting || option < 0 || option >= v.options || n < 0 || n > Max {
		return false
	}
	c := v.of(s)
	c.votes[option], c.given[option] = n, true
	return true
}

// Report replaces all that a source has reported of a round, 1 or 2: of the
// present one, or of one that is closed, whose last votes may be counted after
// it closed. It reports false where that is not taken: the class has seen what
// the measurement says, or there is no such round, number or option.
func (v *Vote) Report(s Source, round int, votes []int) bool {
	if v.phase == Settled || round < 1 || round > len(v.rounds) || len(votes) != v.options {
		return false
	}
	c := &counts{votes: make([]int, v.options), given: make([]bool, v.options)}
	for i, n := range votes {
		if n < 0 || n > MaxTotal {
			return false
		}
		c.votes[i], c.given[i] = n, true
	}
	if v.rounds[round-1].by[s] = c; Tally(c.votes).Total() == 0 {
		delete(v.rounds[round-1].by, s) // nobody has answered
	}
	return true
}

// Clear takes back what a source has reported of an option.
func (v *Vote) Clear(s Source, option int) bool {
	if !v.Set(s, option, 0) {
		return false
	}
	v.of(s).given[option] = false
	return true
}

// Count returns the votes that a source reported for an option, and whether it
// reported any number.
func (v *Vote) Count(s Source, option int) (n int, given bool) {
	c := v.last().by[s]
	if c == nil || option < 0 || option >= v.options {
		return 0, false
	}
	return c.votes[option], c.given[option]
}

// Missing is the first option of which a source has reported nothing, -1 for none.
func (v *Vote) Missing(s Source) int {
	c := v.last().by[s]
	if c == nil {
		return 0
	}
	return slices.Index(c.given, false)
}

// Any reports whether somebody has voted in the present round.
func (v *Vote) Any() bool { return v.Tally().Total() > 0 }

// Close ends the present round. It reports false where nobody has voted: an
// empty vote is never closed.
func (v *Vote) Close() bool {
	if v.phase != Counting || !v.Any() {
		return false
	}
	v.phase = Closed
	return true
}

// Reopen lets the present round be corrected, until the measurement was seen.
func (v *Vote) Reopen() bool {
	if v.phase == Settled {
		return false
	}
	v.phase, v.shown = Counting, false
	return true
}

// Discuss begins the discussion after the first vote, or goes on with it where
// nobody has voted again yet; one that was ended too early, with the time that was left.
func (v *Vote) Discuss(now time.Time) bool {
	switch {
	case v.phase == Closed && len(v.rounds) == 1:
	case v.phase == Counting && len(v.rounds) > 1 && len(v.BySource()[1]) == 0:
		v.rounds = v.rounds[:1]
	default:
		return false
	}
	if v.phase = Discussing; now.After(v.until) {
		v.until = now.Add(TalkFor)
	}
	return true
}

// Until is the end of the discussion.
func (v *Vote) Until() time.Time { return v.until }

// Reveal shows the split of the first vote to the class before the measurement.
func (v *Vote) Reveal() bool {
	if v.phase != Closed || v.Shown() {
		return false
	}
	v.shown = true
	return true
}

// Again opens the second vote, after the discussion.
func (v *Vote) Again() bool {
	if v.phase != Discussing {
		return false
	}
	v.open()
	return true
}

// Settle ends the vote: the class has seen what the measurement says. A second
// vote that nobody took part in was none.
func (v *Vote) Settle() {
	v.phase = Settled
	if len(v.rounds) > 1 && !v.Any() {
		v.rounds = v.rounds[:1]
	}
}

// Shown reports whether the class may see the splits: after the second vote, with
// the measurement, or once whoever leads it has said so.
func (v *Vote) Shown() bool {
	return v.phase == Settled || v.phase == Closed && (v.shown || len(v.rounds) > 1)
}

// Tally is the split of the present round.
func (v *Vote) Tally() Tally { return v.tally(v.last()) }

// Tallies are the splits of the rounds, in order.
func (v *Vote) Tallies() []Tally {
	all := make([]Tally, len(v.rounds))
	for i, r := range v.rounds {
		all[i] = v.tally(r)
	}
	return all
}

func (v *Vote) tally(r *round) Tally {
	t := make(Tally, v.options)
	for _, c := range r.by {
		for i, n := range c.votes {
			t[i] += n
		}
	}
	return t
}

// BySource are the votes of each round, for each source that reported any.
func (v *Vote) BySource() []map[Source]Tally {
	all := make([]map[Source]Tally, len(v.rounds))
	for i, r := range v.rounds {
		all[i] = map[Source]Tally{}
		for s, c := range r.by {
			if slices.Contains(c.given, true) {
				all[i][s] = slices.Clone(c.votes)
			}
		}
	}
	return all
}
