package bench

import (
	"context"
	"time"

	"labo/lessons/check"
	"labo/lessons/check/pace"
	"labo/lessons/text"
)

// Python returns the Python of this machine, looked for once in a step.
func (b *Bench) Python(ctx context.Context) (check.Python, bool) {
	if b.found.searched {
		return b.found.python, b.found.ok
	}
	p, err := check.AwaitPython(ctx, func() { b.Note(check.SlowPython) })
	b.Stop(ctx.Err())
	*b.found = foundPython{searched: true, python: p, ok: err == nil}
	return p, err == nil
}

// foundPython remembers what a search for Python found.
type foundPython struct {
	searched, ok bool
	python       check.Python
}

// Await waits, within a bound that no healthy machine needs, until done is
// true; what says what is waited for, in French.
func (b *Bench) Await(what string, done func() bool) {
	const bound, step = 5 * time.Second, 2 * time.Millisecond
	begun := time.Now()
	over, stop := pace.After(bound)
	defer stop()
	for !done() {
		select {
		case <-over:
			b.Fail(what + " : toujours pas après " + text.Duration(time.Since(begun)))
		default:
			b.Sleep(step)
		}
	}
}
