package holes

import (
	"time"

	"labo/lessons/check/pace"
	"labo/probe"
)

const (
	// rest is how long a program must wait, and ask for nothing more, before labo
	// says that nothing more comes.
	rest = time.Second
	// spin is how long it must compute, and ask for nothing, before labo says that
	// it loops; of processor time.
	spin = 700 * time.Millisecond
	// most bounds a run. Whoever has shown nothing by then is not judged.
	most = time.Minute
	// flood is more than any program prints here, in bytes.
	flood = 64 << 10
	// calls is more than any program asks for here.
	calls = 20000
)

// until waits until cond holds; it reports false once the program waits for
// something else, loops, has ended, or prints without end.
func (r *run) until(cond func() bool) bool {
	tick := time.NewTicker(pace.Step)
	defer tick.Stop()
	calm := calm{activity: r.activity(), at: time.Now()}
	for {
		ended := r.ended()
		if cond() {
			return true
		}
		if ended || time.Since(r.began) > most || r.out.Total() > flood || r.activity() > flood+calls || r.ctx.Err() != nil {
			return false
		}
		select {
		case <-r.wake:
			continue
		case <-r.running.Done():
		case <-r.ctx.Done():
		case <-tick.C:
		}
		if calm.look(r); calm.idle >= rest || calm.busy >= spin {
			r.spun = calm.busy >= spin
			return false
		}
	}
}

// calm tells for how long a program has done nothing, or only computed.
type calm struct {
	activity   int64
	at         time.Time
	cpu        probe.Maybe[time.Duration]
	idle, busy time.Duration
}

// look compares the program with what it was. One that waits in no call has not
// begun, computes, or is not let run by a busy machine: only the time that it had
// a processor counts then, once its own code runs.
func (c *calm) look(r *run) {
	now, n := time.Now(), r.activity()
	elapsed := min(now.Sub(c.at), pace.Most)
	c.at = now
	waits := len(r.running.Record.Waiting()) > 0
	if n != c.activity || waits {
		c.busy, c.cpu = 0, probe.Maybe[time.Duration]{}
	}
	switch {
	case n != c.activity:
		c.activity, c.idle = n, 0
	case waits:
		c.idle += elapsed
	case r.begun():
		info, err := probe.Process(r.ctx, r.running.PID())
		if err != nil || !info.CPUTime.Known {
			return
		}
		if c.cpu.Known {
			c.busy += info.CPUTime.Value - c.cpu.Value
		}
		c.cpu = info.CPUTime
	}
}

// begun reports whether the student's own code runs.
func (r *run) begun() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen > 0
}

// activity counts what the program has done.
func (r *run) activity() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int64(r.seen) + r.out.Total() + r.errs.Total() + r.got.Total()
}
