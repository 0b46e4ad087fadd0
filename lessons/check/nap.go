package check

import (
	"slices"
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// A program that sleeps before it does what is asked is late by its own doing, and is
// so however fast labo looks: its sleep is looked for from the start, and its length
// is that of its line or of the kernel, never that of the wait.

// nap is a sleep of the program that labo met while it waited for something.
type nap struct {
	words       string        // completes "le programme": "dort 2 s, ligne 4"
	least, most time.Time     // between them, by the kernel, it goes on
	asked       time.Duration // by its line, 0 where that does not say it
}

// glances is the least time between two looks for a sleep.
const glances = 60 * time.Millisecond

// meetNap looks whether a program that rests sleeps. A gap between two looks in which
// a whole sleep would fit leaves that unknown.
func (t *trial) meetNap() {
	now := time.Now()
	t.missed = t.missed || now.Sub(t.glance) >= sheetPatience
	if t.nap.words != "" || !t.calm.still || now.Sub(t.napAt) < glances {
		t.glance = now
		return
	}
	t.glance, t.napAt = now, now
	met := false
	for _, pid := range t.processes() {
		waits, err := probe.Waits(t.ctx, pid, nil)
		if err != nil {
			continue
		}
		for _, w := range waits {
			if w.For == probe.WaitSleep {
				met, t.nap.least, t.nap.most = true, now.Add(w.Within), time.Now().Add(w.Within)
			}
		}
	}
	if !met {
		return
	}
	sleeps := slices.DeleteFunc(slices.Clone(t.waits()), func(w Wait) bool { return w.Kind != kindSleep })
	if len(sleeps) > 0 { // still
		t.nap.words, t.nap.asked = t.waitsFor(), sleeps[0].asked
	}
	t.asked, t.stirred = false, false
}

// noteLate notes that what was waited for since start came late, and why: what the
// program waited for when labo lost its patience, or the sleep that it was met in, if
// that is long, was begun since, and was over.
func (t *trial) noteLate(start time.Time, why string) {
	now := time.Now()
	t.missed = t.missed || now.Sub(t.glance) >= sheetPatience
	if n := t.nap; n.words != "" && !now.Before(n.least) {
		since := n.most.Sub(start)
		if since >= t.patience() && since >= n.asked && (n.asked == 0 || n.asked >= t.patience()) {
			why = n.words
		}
	}
	switch {
	case why != "":
		t.note = "c'est fait, mais " + text.Duration(now.Sub(start).Round(100*time.Millisecond)) + " après : le programme " + why
	case t.missed:
		t.unseen = true
	}
}

// wakes forgets a sleep: the program is asked something new.
func (t *trial) wakes() { t.nap, t.missed = nap{}, false }
