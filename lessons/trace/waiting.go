package trace

import (
	"context"
	"time"

	"labo/probe/syscalls"
)

// announceAfter are the moments at which a call that has not returned is told;
// after the last, each time as long again.
var announceAfter = []time.Duration{1 * time.Second, 3 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute}

// Announce tells the calls that threads are inside for long, until ctx ends.
func (s *Session) Announce(ctx context.Context, tell func(r *Running, e *syscalls.Event, since time.Duration)) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	told := map[*syscalls.Event]int{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		still := map[*syscalls.Event]int{}
		for _, r := range s.Programs {
			for _, e := range r.Record.Waiting() {
				n, since := told[e], s.now()-e.At
				if since >= announceAt(n) {
					tell(r, e, since)
					n++
				}
				still[e] = n
			}
		}
		told = still
	}
}

// announceAt is when a call is told for the n-th time.
func announceAt(n int) time.Duration {
	if last := len(announceAfter) - 1; n > last {
		return announceAfter[last] * time.Duration(n-last+1)
	}
	return announceAfter[n]
}
