package check

import (
	"context"
	"errors"
	"slices"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/probe"
)

// How the program stands when a wait is over.
type standing uint8

const (
	met       standing = iota // what was waited for is there
	quiet                     // it waits for something else: asleep, no CPU, no output
	flooding                  // it prints without end
	spinning                  // it keeps a core busy
	swarming                  // it starts processes without end
	ended                     // it has ended
	late                      // none of these, and the time is over
	cancelled                 // labo was asked to stop, or the run says nothing of the program
)

const (
	// patience is how long a program must do nothing at all before labo says
	// that it waits; one that uses seven tenths of it as processor time, never at
	// rest, loops, unless Python itself takes as long to begin here. Time in which labo itself was held up does not count. A
	// challenge waits less: the sheet's own programs fail them by waiting.
	sheetPatience     = time.Second
	challengePatience = 450 * time.Millisecond
	// slowness is how many times longer one waits that is timed.
	slowness = 6
	// bound ends every wait. Time in which the program was ready to run, and
	// the machine did not let it, does not count either.
	bound = 6 * time.Second
	// heldBound ends a wait in which hardly any time counts.
	heldBound = 5 * bound
	// swarm is more processes than any such program has.
	swarm = 64
	// floodBytes is more than any program prints in a run, in bytes.
	floodBytes = 64 << 10
)

// until waits until cond holds or the program will clearly not make it hold. One
// whose wait ends by itself is given time: it may only be slow, and what it does
// late is noted.
func (t *trial) until(cond func() bool) standing { return t.untilSince(time.Now(), cond) }

// untilSince is until for a wait that began before.
func (t *trial) untilSince(start time.Time, cond func() bool) standing {
	s, why := t.untilTold(start, cond)
	if s == met {
		t.noteLate(start, why)
	}
	return s
}

// untilTold is untilSince, and tells what a program that was late has waited for: what
// completes "le programme", "" where it was not, or nothing tells.
func (t *trial) untilTold(start time.Time, cond func() bool) (s standing, why string) {
	s = t.untilFor(t.patience(), cond)
	for s == quiet && t.stirs() && time.Since(start) < heldBound { // its rest is over
		s = t.untilFor(t.patience(), cond)
	}
	if s != quiet {
		return s, ""
	}
	_, timed, known := t.timed()
	if !known && t.proc.Shown.Total() == 0 { // nothing tells whether it rests, or is being loaded
		return t.untilFor(t.patience()*slowness, cond), ""
	}
	why = t.waitsFor()
	if timed {
		return t.untilFor(t.patience()*slowness, cond), why
	}
	if cond() { // while labo asked: what it waits for now comes after, and tells nothing of why
		return met, ""
	}
	return s, why
}

// stirs reports whether a program that was at rest is not any more: a thread of
// it runs, or is about to, or it ends.
func (t *trial) stirs() bool {
	t.waits()
	return t.stirred || t.ending()
}

// patience is that of the level of the run.
func (t *trial) patience() time.Duration {
	if r := t.j.result(t.s.checks[0]); r != nil && r.Level == Challenge {
		return challengePatience
	}
	return sheetPatience
}

// untilFor is until with another patience.
func (t *trial) untilFor(patience time.Duration, cond func() bool) standing {
	t.calm, t.asked, t.stirred, t.stood = calm{}, false, false, met
	t.stood = t.watch(patience, cond)
	return t.stood
}

// watch is the wait of untilFor.
func (t *trial) watch(patience time.Duration, cond func() bool) standing {
	start := time.Now()
	t.glance = start
	tick := time.NewTicker(pace.Step)
	defer tick.Stop()
	for {
		t.delayed()
		_, over := t.proc.Ended()
		switch {
		case cond():
			return met
		case t.ctx.Err() != nil || t.fault != nil:
			return cancelled
		case over:
			return t.lastWords(cond)
		case t.proc.Shown.Total() > floodBytes, t.pours():
			return flooding
		case t.calm.spent > bound:
			return late
		case time.Since(start) > heldBound:
			t.fault = ErrHeldUp
			return cancelled
		}
		select {
		case <-t.wake:
		case <-t.ctx.Done():
		case <-t.proc.Done():
		case <-tick.C:
			t.calm.look(t)
			t.meetNap()
			switch {
			case t.calm.idle >= patience && !cond():
				return quiet
			case len(t.family.pids) > swarm:
				return swarming
			case t.calm.busy >= t.patience()*7/10+5*t.j.Python.Start: // a program imports twice what the one that answered did
				return spinning
			}
		}
	}
}

// lastWords gives our peers the time to read what a program that has ended
// had sent: the kernel has it already.
func (t *trial) lastWords(cond func() bool) standing {
	over, stop := pace.After(200 * time.Millisecond)
	defer stop()
	for !cond() {
		if t.allLeft() {
			if cond() {
				return met
			}
			return ended
		}
		select {
		case <-t.wake:
		case <-over:
			return ended
		case <-t.ctx.Done():
			return cancelled
		}
	}
	return met
}

// calm tells whether the program does anything, from one look to the next.
type calm struct {
	at         time.Time
	cpu        time.Duration
	out        int64
	spent      time.Duration // time of the wait that counts
	idle, busy time.Duration
	rest       time.Duration        // CPU time used while idle, where its clock is coarse
	told       bool                 // the system has told the CPU time before
	still      bool                 // every thread waits, and labo has read all
	share      probe.Maybe[float64] // of one core, between the last two looks
}

// look compares the program with what it was at the last look. Processes that
// came or went since make it neither idle nor busy.
func (c *calm) look(t *trial) {
	behind := t.behind() // first: what comes later shows in activity
	cpu, threads, ok := usage(t.ctx, t)
	ending := !ok && t.ending()
	now := time.Now()
	elapsed := now.Sub(c.at)
	first := c.at.IsZero()
	used := cpu - c.cpu
	out := t.activity()
	same := out == c.out
	c.at, c.out = now, out
	if ok {
		c.cpu = cpu
	} else { // then silence is all there is to go by
		used, threads = 0, nil
	}
	c.still = ok && !behind && !threads['R'] && !threads['D']
	unsure := !ok && c.told // it does tell, but not this time
	c.told = c.told || ok
	counted := min(elapsed, pace.Most)
	switch {
	case first:
	case threads['R']: // only as long as it had a processor
		c.spent += min(counted, max(used, 0))
	default:
		c.spent += counted
	}
	if first || used < 0 || elapsed <= 0 || unsure {
		c.idle, c.busy, c.share = 0, 0, probe.Maybe[float64]{}
		return
	}
	if ok {
		c.share = probe.Known(float64(used) / float64(elapsed))
	}
	switch {
	case ending: // about to be seen to have ended: that is no rest
		c.idle, c.busy = 0, 0
	case (used > elapsed*7/10 || threads['R'] && used > elapsed/20) && !c.dozes(used): // its share of a busy machine may be small
		c.idle, c.busy = 0, c.busy+min(counted, used)
	case used > elapsed/20 && !c.dozes(used) || !same || behind:
		c.idle, c.busy = 0, 0
	case threads['R']: // about to do something, or held up by others
		c.busy += max(used, 0)
	case threads['D']:
		c.busy = 0
	default:
		c.rest += used
		c.idle, c.busy = c.idle+counted, 0
	}
	if c.idle == 0 {
		c.rest = 0
	}
}

// dozes reports whether CPU time is only what a coarse clock gives a program that
// rests, and is looked at: a step or two, and a tenth of the time at most.
func (c *calm) dozes(used time.Duration) bool {
	return probe.CPUStep > 0 && c.rest+used <= 2*probe.CPUStep+c.idle/10
}

// activity counts the bytes the program has written anywhere.
func (t *trial) activity() int64 {
	n := t.proc.Shown.Total()
	for _, p := range t.allPeers() {
		n += p.Total()
	}
	return n
}

// behind reports whether labo has not read all that the program has written,
// or not yet written what it was to read: then the program's silence may be
// labo's own.
func (t *trial) behind() bool {
	return t.proc.Behind() || t.host != nil && t.host.Behind() ||
		slices.ContainsFunc(t.allPeers(), (*peer.Peer).Behind)
}

// usage returns the CPU time of all processes of the program, and which states
// its threads are in (proc_pid_stat(5)): R has, or waits for, a processor, D
// waits for a disk. ok is false where the system does not tell, and once the
// program is on its way out.
func usage(ctx context.Context, t *trial) (cpu time.Duration, states map[byte]bool, ok bool) {
	states = make(map[byte]bool)
	for _, pid := range t.processes() {
		info, err := probe.Load(ctx, pid)
		if err != nil || !info.CPUTime.Known || pid == t.proc.PID() && dead(info.Tasks) {
			continue
		}
		cpu, ok = cpu+info.CPUTime.Value, true
		for _, task := range info.Tasks {
			if task.State != "" {
				states[task.State[0]] = true
			}
		}
	}
	return cpu, states, ok
}

// ending reports whether the program has exited, and labo has not yet been
// told so, or not read all that it wrote: on a busy machine that takes longer
// than a program may rest.
func (t *trial) ending() bool {
	info, err := probe.Load(t.ctx, t.proc.PID())
	var gone *probe.NoSuchProcessError
	return errors.As(err, &gone) || err == nil && dead(info.Tasks)
}

// dead reports whether a process has threads, and all have ended (a zombie:
// state Z or X of proc_pid_stat(5)).
func dead(tasks []probe.Thread) bool {
	for _, task := range tasks {
		if task.State != "Z" && task.State != "X" {
			return false
		}
	}
	return len(tasks) > 0
}

// asleep waits until the program has nothing to do: it waits for a call, a
// byte or a key. It returns false when it ended, floods or spins instead.
func (t *trial) asleep() standing {
	// Twice nothing, so that a moment between two steps is not taken for rest.
	return t.untilFor(2*pace.Step-pace.Step/2, func() bool { return false })
}

// treeEvery is how often the processes of the program are looked for anew.
const treeEvery = 100 * time.Millisecond

// family is the processes of a program as they were a moment ago.
type family struct {
	of   int
	at   time.Time
	pids []int
}

// processes returns the processes of the program, none when it has ended.
func (t *trial) processes() []int {
	if _, over := t.proc.Ended(); over {
		return nil
	}
	if pid := t.proc.PID(); t.family.of != pid || time.Since(t.family.at) > treeEvery {
		tree, err := probe.Tree(t.ctx, pid)
		if err != nil {
			return nil
		}
		t.family = family{of: pid, at: time.Now(), pids: tree}
	}
	return t.family.pids
}
