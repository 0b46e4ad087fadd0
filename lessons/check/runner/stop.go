package runner

import (
	"context"
	"time"
)

// Stop ends the program and everything it started, reads the end of what it
// wrote, and frees all that was taken for it. It may be called again. It
// returns the number of processes that would not end, normally 0.
func (p *Process) Stop() (left int) {
	p.stop.Do(func() {
		p.left = p.end()
		p.readToEnd()
		closeAll(p.pipes)
		p.streams.Wait()
		p.cage.close()
	})
	return p.left
}

// endBound is the time given to kill a program with all that it started. A
// process that was killed ends within milliseconds, but it needs a processor
// to do so, and the machine may be busy. Only one that waits for a disk or a
// network file that does not answer takes it all.
const endBound = 10 * time.Second

// lookEvery is the pause between two looks for what is left.
const lookEvery = 2 * time.Millisecond

// end kills until two looks in a row find nothing: a program that forks while
// it is being killed is met again at the next look.
func (p *Process) end() (left int) {
	ctx, cancel := context.WithTimeout(context.Background(), endBound)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for none := 0; none < 2; {
		_, buried := p.Ended()
		if left = p.cage.kill(buried); left == 0 {
			none++
		} else {
			none = 0
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return left
		}
	}
	select {
	case <-p.done:
		return 0
	case <-ctx.Done():
		return 1
	}
}
