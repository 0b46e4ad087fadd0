package bench

import (
	"context"

	"labo/lessons/check"
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
