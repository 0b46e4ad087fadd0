package check

import (
	"context"
	"errors"
	"slices"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/fault"
)

// What a busy machine does to a run, and what is made of it.

// ErrHeldUp says that the machine was too busy for labo, or for the program, to
// keep its pace: the run is made again.
var ErrHeldUp error = fault.Failed("la machine est trop occupée pour que labo tienne son rythme", "", nil)

// delayed counts for how long labo was held up since it was last seen to run: what
// a step of its waits takes beyond the most that it counts for.
func (t *trial) delayed() {
	now := time.Now()
	if held := now.Sub(t.looked) - pace.Most; held > 0 && !t.looked.IsZero() {
		t.lag += held
	}
	t.looked = now
}

// speaks notes whether labo was held up before it says something: whoever waits for
// it with a limit may have met that by no fault of its own.
func (t *trial) speaks() {
	t.delayed()
	t.slow = t.slow || t.lag > maxLag
	t.lag = 0
	t.wakes()
}

// maxLag is far beyond what labo takes on a machine that lets it run, and shorter than
// any limit that the sheet's conversation would survive.
const maxLag = 250 * time.Millisecond

// rushed reports whether a program ended on a limit of its own that labo, held up,
// let pass: not where labo was silent on purpose.
func (t *trial) rushed(f *Finding) bool {
	failed := ""
	switch n := len(f.Hidden); {
	case f.Traceback != nil:
		failed = f.Traceback.Error
	case n > 0:
		failed = f.Hidden[n-1].Error
	}
	return t.slow && !t.silent && timeouts().MatchString(failed)
}

var timeouts = expression(`^(?:TimeoutError|socket\.timeout|timeout)\b`)

// try runs one scenario, again where a run says nothing.
func (j *judge) try(ctx context.Context, s scenario) (t *trial, took time.Duration, err error) {
	open := make(map[string]bool)
	for _, id := range s.checks {
		open[id] = true
	}
	possible := false
	for _, id := range s.checks {
		if b := j.blocker(id, false, open); b != "" {
			j.result(id).Blocker = b
		} else {
			possible = true
		}
	}
	before := slices.Clone(j.results)
	t = newTrial(ctx, j, s)
	start := time.Now()
	var best []Result // of the runs that the machine held up, the one that got farthest
	for tries := 1; possible; tries++ {
		t = newTrial(ctx, j, s)
		t.run()
		again := t.again(tries)
		if again || t.fault != nil {
			if decided(j.results) > decided(best) {
				best = slices.Clone(j.results)
			}
		}
		if !again {
			break
		}
		copy(j.results, before) // made anew, all of it: what comes next goes on from there
	}
	if t.fault != nil && best != nil {
		copy(j.results, best)
	}
	return t, time.Since(start), ctx.Err()
}

// decided counts the checks that have a verdict, or a cause for having none.
func decided(results []Result) (n int) {
	for i := range results {
		if results[i].Verdict != NotChecked || results[i].Cause != "" {
			n++
		}
	}
	return n
}

// again reports whether a run, the tries-th, is to be made again: also where something
// came late while labo was held up, and only another run can tell why.
func (t *trial) again(tries int) bool {
	if errors.Is(t.fault, ErrHeldUp) || t.unseen && t.fault == nil {
		t.j.lost += time.Since(t.began)
		return tries < maxHeldUp && t.j.lost < maxLost
	}
	return t.odd != "" && tries < maxOdd
}

const (
	maxHeldUp = 8                // runs, when the machine holds labo up
	maxLost   = 90 * time.Second // that all such runs of a judgement may take, and one more
	maxOdd    = 3                // runs that are unlike an earlier one
)
