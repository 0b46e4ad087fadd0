package room

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"labo/lessons/vote"
)

// loopback is an address whose port is free.
func loopback() netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

// within bounds a hang.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func opening(t *testing.T, dir string) *Room {
	t.Helper()
	addr := loopback()
	if _, err := Kept(dir, "2nde 4"); err == nil {
		addr = netip.AddrPortFrom(addr.Addr(), 0) // that of last time
	}
	r, err := Open(within(t), Options{Name: "2nde 4", Addr: addr, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Abandon() })
	return r
}

func joining(t *testing.T, r *Room) *Guest {
	t.Helper()
	g, err := Join(within(t), r.Addr(), r.Code(), NewIdentity())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

// until waits for a state, which changed announces.
func until(t *testing.T, w interface {
	Watch() (<-chan struct{}, func())
}, what string, state func() bool) {
	t.Helper()
	changed, stop := w.Watch()
	defer stop()
	bound := time.After(time.Minute)
	for !state() {
		select {
		case <-changed:
		case <-time.After(100 * time.Millisecond):
		case <-bound:
			t.Fatalf("not in a minute: %s", what)
		}
	}
}

func TestAVoteArrives(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	g := joining(t, r)
	if m := r.Members(); len(m) != 1 || m[0].Pseudonym != g.Identity().Pseudonym || !m[0].Here {
		t.Fatalf("members: %+v", m)
	}
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Qui répond ?", Options: []string{"Le noyau", "Le serveur"}}); err != nil {
		t.Fatal(err)
	}
	until(t, g, "the wall asks", func() bool { return g.Wall().Open() })
	for _, o := range []int{1, 2} {
		if err := g.Vote(ctx, "b1", 1, o); err != nil {
			t.Fatal(err)
		}
	}
	c, err := closed(ctx, r, "b1")
	if err != nil || c.Voters != 1 || c.Options[0] != 0 || c.Options[1] != 1 {
		t.Fatalf("counts %+v, %v", c, err)
	}
	if err := g.Vote(ctx, "b1", 1, 1); err != ErrClosed {
		t.Errorf("a vote after the close: %v", err)
	}
}

// closed closes the first vote on a ballot, as its owner, and returns what was counted.
func closed(ctx context.Context, r *Room, id string) (Counts, error) {
	err := r.Keep(ctx, id, Standing{State: vote.State{Round: 1, Phase: vote.Closed}})
	return r.Counts(id, 1), err
}
