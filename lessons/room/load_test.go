package room

import (
	"context"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"labo/probe/probetest"
)

// Two hundred participants join, then vote all at once: each vote counts once. How
// long that takes is told, and is of the machine that runs the test.
func TestTwoHundredVoters(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	at := r.Addr()
	crowd(ctx, t, r, 200, 0, func(int) netip.AddrPort { return at })
}

// A lecture theatre on the three nodes of docs/classe.md, two hundred votes a second. LABO_VOTERS=1000 is a full one.
func TestALectureTheatre(t *testing.T) {
	if testing.Short() {
		probetest.Missing(t, "three servers are started")
	}
	n, err := strconv.Atoi(os.Getenv("LABO_VOTERS"))
	if err != nil {
		n = 60
	}
	_, urls, creds := nodes(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // a hang
	defer cancel()
	r := elected(ctx, t, Options{Name: "amphi", Dir: t.TempDir(), NATS: strings.Join(urls, ","), Creds: creds, Limits: Limits{Address: n}})
	t.Cleanup(func() { r.Abandon() })
	crowd(ctx, t, r, n, 5*time.Millisecond, func(i int) netip.AddrPort { return netip.MustParseAddrPort(strings.TrimPrefix(urls[i%3], "nats://")) })
}

// crowd joins so many participants, eight at a time, and has them vote, one each so often.
func crowd(ctx context.Context, t *testing.T, r *Room, n int, every time.Duration, at func(i int) netip.AddrPort) {
	t.Helper()
	guests, joined := make([]*Guest, n), make([]time.Duration, n)
	each := func(workers int, do func(i int) error) {
		t.Helper()
		var all sync.WaitGroup
		next, failed := make(chan int), make(chan error, n)
		for range workers {
			all.Go(func() {
				for i := range next {
					if err := do(i); err != nil {
						failed <- err
					}
				}
			})
		}
		for i := range n {
			next <- i
		}
		close(next)
		all.Wait()
		close(failed)
		for err := range failed {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		var all sync.WaitGroup
		for _, g := range guests {
			if g != nil {
				all.Go(func() { g.Close() })
			}
		}
		all.Wait()
	})
	each(8, func(i int) (err error) {
		begun := time.Now()
		guests[i], err = Join(ctx, at(i), r.Code(), NewIdentity())
		joined[i] = time.Since(begun)
		return err
	})
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Laquelle ?", Options: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	for _, g := range guests {
		until(t, g, "the wall asks", func() bool { return g.Wall().Open() })
	}
	sent, onWall := make([]time.Time, n), make([]time.Time, 0, n)
	changed, stop := r.Watch()
	defer stop()
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		for ctx.Err() == nil {
			for now := time.Now(); len(onWall) < r.Counts("b1", 1).Voters; {
				onWall = append(onWall, now)
			}
			if len(onWall) == n {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}()
	each(n, func(i int) error {
		time.Sleep(time.Duration(i) * every)
		sent[i] = time.Now()
		return guests[i].Vote(ctx, "b1", 1, 1+i%2)
	})
	<-counted
	if c, err := closed(ctx, r, "b1"); err != nil || c.Options[0] != (n+1)/2 || c.Options[1] != n/2 {
		t.Fatalf("counted %+v, %v", c, err)
	}
	slices.SortFunc(sent, time.Time.Compare)
	votes := make([]time.Duration, n)
	for i := range votes {
		votes[i] = onWall[i].Sub(sent[i]) // the i-th to be there, since the i-th was sent
	}
	late := func(d []time.Duration) time.Duration {
		slices.Sort(d)
		return d[(n*95+99)/100-1].Round(time.Millisecond)
	}
	t.Logf("%d participants: joined within %v; voting every %v, their vote counted within %v (95th percentiles), all in %v", n, late(joined), every, late(votes), onWall[n-1].Sub(sent[0]).Round(time.Millisecond))
}
