package room

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

// phones are the guests of this process, by participant.
type phones struct {
	mu  sync.Mutex
	all map[*Guest]bool
}

// Guest lets a participant in whom this process serves itself: a phone, whose
// page it shows. from is the phone's address, as the page's server sees it:
// wrong codes from it slow down as any other's. The error is a [*CodeError] or
// [ErrFull]. A participant may have several guests (two tabs of a browser).
func (r *Room) Guest(ctx context.Context, from netip.Addr, code string, who Identity) (*Guest, error) {
	now := time.Now()
	if other := Capitals(code); other != r.code && r.has(other) {
		return nil, &CodeError{} // of another room of this cluster, whose own labo serves it
	}
	if _, why := r.gate.admit(from.String(), who.id, code, now); why != letIn {
		if why == full {
			return nil, ErrFull
		}
		return nil, &CodeError{Wait: r.gate.wait(from.String(), now)}
	}
	g := newGuest(who, KindPhone, r.key)
	g.room = r
	r.phones.mu.Lock()
	if r.phones.all == nil {
		r.phones.all = map[*Guest]bool{}
	}
	r.phones.all[g] = true // before the hello: no wall is missed
	r.phones.mu.Unlock()
	if err := g.hello(ctx); err != nil {
		r.phones.mu.Lock()
		delete(r.phones.all, g)
		r.phones.mu.Unlock()
		return nil, err
	}
	return g, nil
}

// Here says that a phone is still there, to every labo of the room: its page
// does, when it hears of it.
func (g *Guest) Here() {
	if g.room == nil {
		return
	}
	if g.room.here.saw(g.who.id, time.Now()) {
		g.room.signal.raise()
	}
	g.room.nc.Publish(inOf(g.room.key, g.who.id, verbHere), nil)
}

func (r *Room) leave(g *Guest) {
	r.phones.mu.Lock()
	delete(r.phones.all, g)
	r.phones.mu.Unlock()
	r.here.left(g.who.id)
	r.signal.raise()
	r.nc.Publish(inOf(r.key, g.who.id, verbBye), nil)
}

// tellPhones shows the wall to the phones of this process.
func (r *Room) tellPhones(w Wall) {
	r.phones.mu.Lock()
	defer r.phones.mu.Unlock()
	for g := range r.phones.all {
		g.see(w, nil)
	}
}

// askFor does what a phone asks, with the bounds of any participant.
func (r *Room) askFor(ctx context.Context, id, verb string, data []byte) (reply, error) {
	if len(data) > int(r.limits.Payload) {
		return reply{}, errMessage
	}
	if !r.rate.allow(id, r.limits, time.Now()) {
		return reply{}, ErrTooFast
	}
	type answered struct {
		a   reply
		err error
	}
	c := make(chan answered, 1)
	r.do(id, verb, data, func(a reply, err error) { c <- answered{a, err} })
	select {
	case got := <-c:
		return got.a, got.err
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
}
