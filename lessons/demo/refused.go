package demo

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// Refusals are many connects to a port, one after the other.
type Refusals struct {
	Tries   int // made, perhaps fewer than wanted
	Refused int // those that were answered with a RST
	// Of the refused ones; 0 where there is none.
	Median, Fastest, Slowest time.Duration
	Err                      error // of the last refused one
}

// Refuse connects tries times to a port where nobody listens, for as long as
// budget allows, and measures how the system answers. A connect that succeeds
// is aborted. The error is the context's.
func Refuse(ctx context.Context, to netip.AddrPort, tries int, budget time.Duration) (Refusals, error) {
	var r Refusals
	var took []time.Duration
	for deadline := time.Now().Add(budget); r.Tries < tries && time.Now().Before(deadline); {
		a := Connect(ctx, to, budget)
		Abort(a.Conn)
		if err := ctx.Err(); err != nil {
			return r, err
		}
		r.Tries++
		if a.Refused() {
			took = append(took, a.Elapsed)
			r.Refused, r.Err = r.Refused+1, a.Err
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		r.Fastest, r.Median, r.Slowest = took[0], took[len(took)/2], took[len(took)-1]
	}
	return r, nil
}
