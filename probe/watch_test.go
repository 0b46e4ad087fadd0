package probe

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scripted measures what a script says, in the clock of synctest. It counts
// the measurements and fails the test when two overlap.
type scripted struct {
	t     *testing.T
	takes time.Duration
	at    []time.Duration // of each measurement, since the first
	start time.Time
	busy  bool
	say   func(n int) (*Snapshot, error) // n counts from 0
}

func (s *scripted) measure(context.Context) (*Snapshot, error) {
	if s.busy {
		s.t.Error("two measurements at once")
	}
	s.busy = true
	defer func() { s.busy = false }()
	now := time.Now()
	if s.at == nil {
		s.start = now
	}
	s.at = append(s.at, now.Sub(s.start))
	time.Sleep(s.takes)
	snap, err := s.say(len(s.at) - 1)
	if snap != nil {
		snap.TakenAt = now
	}
	return snap, err
}

// oneMore is a script in which connection n appears in measurement n.
func oneMore(n int) (*Snapshot, error) {
	var socks []Socket
	for i := range n {
		socks = append(socks, sock(Established, "127.0.0.1:80", fmt.Sprintf("127.0.0.1:%d", 5001+i), 0))
	}
	return snapshot(socks...), nil
}

func peers(changes []Change) (ports []uint16) {
	for _, c := range changes {
		ports = append(ports, c.Socket.Remote.Port())
	}
	return ports
}

func TestWatchGivesEachChangeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{t: t, say: oneMore}
		updates := watch(t.Context(), time.Second, s.measure)
		if u := <-updates; len(u.Changes) != 0 || u.Snapshot == nil || u.Err != nil {
			t.Errorf("first update is %+v", u)
		}
		for n := range 3 {
			u := <-updates
			if d := cmp.Diff([]uint16{uint16(5001 + n)}, peers(u.Changes)); d != "" || u.Changes[0].Kind != Appeared {
				t.Errorf("update %d: %s", n+1, story(u.Changes))
			}
		}
	})
}

// What moves is measured sooner, until it has been still for a while.
func TestWatchFollowsWhatMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		start := time.Now()
		updates := watching(t.Context(), time.Second, 100*time.Millisecond, nil, func(context.Context) (*Snapshot, error) {
			at = append(at, time.Since(start))
			s := &Snapshot{TakenAt: time.Now()}
			if len(at) > 2 { // it appears with the third
				s.Sockets = []Socket{{State: Listen, Local: netip.MustParseAddrPort("127.0.0.1:12345")}}
			}
			return s, nil
		})
		for range 30 {
			<-updates
		}
		if at[2] != 2*time.Second || at[3]-at[2] != 100*time.Millisecond || at[21]-at[2] != 1900*time.Millisecond || at[29]-at[28] != time.Second {
			t.Errorf("measured at %v", at)
		}
	})
}

// A bell brings a measurement forward; one that rings for nothing is not heard
// for a while.
func TestWatchHearsTheBell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		start := time.Now()
		bell := func() (string, bool) {
			rung := 0
			for _, ring := range []time.Duration{1330, 1630, 9630} {
				if time.Since(start) >= ring*time.Millisecond {
					rung++
				}
			}
			return fmt.Sprint(rung), true
		}
		updates := watching(t.Context(), time.Second, time.Second, bell, func(context.Context) (*Snapshot, error) {
			s := &Snapshot{TakenAt: time.Now()}
			if time.Since(start) > 9500*time.Millisecond { // the last one rings for what is watched
				s.Sockets = []Socket{{State: Listen, Local: netip.MustParseAddrPort("127.0.0.1:12345")}}
			}
			return s, nil
		})
		for range 13 {
			at = append(at, (<-updates).Snapshot.TakenAt.Sub(start))
		}
		const ms = time.Millisecond
		want := []time.Duration{0, 1000 * ms, 1350 * ms, 2350 * ms, 3350 * ms, 4350 * ms, 5350 * ms, 6350 * ms, 7350 * ms, 8350 * ms, 9350 * ms, 9650 * ms, 10650 * ms}
		if d := cmp.Diff(want, at); d != "" {
			t.Errorf("measured at -want +got:\n%s", d)
		}
	})
}

// A reader that was away gets one update, fresh, with all that changed since
// its last one, each change with the time it was first seen.
func TestWatchSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{t: t, say: oneMore}
		updates := watch(t.Context(), time.Second, s.measure)
		<-updates
		time.Sleep(5500 * time.Millisecond)
		u := <-updates
		if d := cmp.Diff([]uint16{5001, 5002, 5003, 5004, 5005}, peers(u.Changes)); d != "" {
			t.Errorf("changes -want +got:\n%s", d)
		}
		if age := time.Since(u.Snapshot.TakenAt); age > time.Second {
			t.Errorf("the snapshot is %v old", age)
		}
		for i, c := range u.Changes {
			if at := c.At.Sub(s.start); at != time.Duration(i+1)*time.Second {
				t.Errorf("change %d is said to be of %v", i, at)
			}
		}
		if u := <-updates; len(u.Changes) != 1 || u.Changes[0].Socket.Remote.Port() != 5006 {
			t.Errorf("then %s", story(u.Changes))
		}
	})
}

// An error is told, even to a reader that was away when a later measurement
// would have succeeded, and no change is lost over it.
func TestWatchGoesOnAfterAnError(t *testing.T) {
	failed := errors.New("no luck")
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{t: t, say: func(n int) (*Snapshot, error) {
			if n == 0 || n == 3 {
				return nil, failed
			}
			return oneMore(n)
		}}
		updates := watch(t.Context(), time.Second, s.measure)
		if u := <-updates; u.Err != failed || u.Snapshot != nil {
			t.Errorf("first update is %+v", u)
		}
		if u := <-updates; u.Err != nil || len(u.Snapshot.Sockets) != 1 || len(u.Changes) != 0 {
			t.Errorf("second update is %+v", u)
		}
		time.Sleep(3500 * time.Millisecond) // measurements 2, 3 (fails) and after
		if u := <-updates; u.Err != failed || u.Snapshot != nil || u.Changes != nil {
			t.Errorf("third update is %+v", u)
		}
		u := <-updates
		if len(u.Changes) == 0 || u.Changes[0].Socket.Remote.Port() != 5002 {
			t.Errorf("fourth update: %s", story(u.Changes))
		}
		if d := cmp.Diff(len(u.Snapshot.Sockets)-1, len(u.Changes)); d != "" {
			t.Errorf("changes lost: %s", d)
		}
	})
}

func TestWatchPace(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		what            string
		interval, takes time.Duration
		want            []time.Duration
	}{
		{"an interval", 250 * ms, 10 * ms, []time.Duration{0, 250 * ms, 500 * ms}},
		{"no interval", 0, ms, []time.Duration{0, MinInterval, 2 * MinInterval}},
		{"less than none", -time.Hour, ms, []time.Duration{0, MinInterval, 2 * MinInterval}},
		{"a slow source rests as long", 100 * ms, 300 * ms, []time.Duration{0, 600 * ms, 1200 * ms}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{t: t, takes: c.takes, say: oneMore}
			updates := watch(t.Context(), c.interval, s.measure)
			for range c.want {
				<-updates
			}
			if d := cmp.Diff(c.want, s.at); d != "" {
				t.Errorf("%s: -want +got:\n%s", c.what, d)
			}
		})
	}
}

// Watch ends with its context wherever it is: synctest fails a test that
// leaves a goroutine behind.
func TestWatchEnds(t *testing.T) {
	for what, during := range map[string]struct {
		takes, after time.Duration
		read         bool
	}{
		"at rest":              {0, 1500 * time.Millisecond, true},
		"with an unread":       {0, 10 * time.Second, false},
		"while it measures":    {time.Minute, time.Second, false},
		"before it has begun":  {0, 0, false},
		"as a measure is due ": {0, time.Second, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{t: t, takes: during.takes, say: oneMore}
			ctx, cancel := context.WithCancel(t.Context())
			updates := watch(ctx, time.Second, s.measure)
			if during.read {
				<-updates
			}
			time.Sleep(during.after)
			cancel()
			synctest.Wait()
			for range updates {
			}
			if _, open := <-updates; open {
				t.Errorf("%s: still open", what)
			}
			n := len(s.at)
			time.Sleep(time.Hour)
			if len(s.at) != n {
				t.Errorf("%s: measured after its end", what)
			}
		})
	}
}

// The error of a measurement that the context cut short is not news.
func TestWatchEndIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		updates := watch(ctx, time.Second, func(ctx context.Context) (*Snapshot, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		for u := range updates {
			t.Errorf("update %+v", u)
		}
	})
}

func TestKeepTimesOfTheSameChangeOnly(t *testing.T) {
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	one := sock(CloseWait, "127.0.0.1:80", "127.0.0.1:5001", 3, 9)
	other := one
	other.Remote = netip.MustParseAddrPort("127.0.0.1:5002")
	further := one
	further.State = LastAck
	changes := []Change{
		{At: late, Kind: StateChanged, Socket: one},
		{At: late, Kind: StateChanged, Socket: other},
		{At: late, Kind: StateChanged, Socket: further},
		{At: late, Kind: Gone, Socket: one},
	}
	keepTimes(changes, []Change{{At: early, Kind: StateChanged, Socket: one}})
	for i, want := range []time.Time{early, late, late, late} {
		if !changes[i].At.Equal(want) {
			t.Errorf("change %d is of %v, want %v", i, changes[i].At, want)
		}
	}
}

// A process that ends is left out while another one of those asked for lives;
// a pid that never was one is an error at once.
func TestWatchGoesOnWithTheSurvivors(t *testing.T) {
	dead := map[int]bool{9: true}
	defer func(f func(Filter) func(context.Context) (*Snapshot, error)) { repeatSockets = f }(repeatSockets)
	repeatSockets = func(f Filter) func(context.Context) (*Snapshot, error) {
		return func(context.Context) (*Snapshot, error) {
			s := &Snapshot{}
			for _, pid := range f.PIDs {
				if dead[pid] {
					return nil, &NoSuchProcessError{PID: pid}
				}
				s.Holders = append(s.Holders, &Holder{PID: pid})
			}
			return s, nil
		}
	}
	asked := []int{1, 2, 3}
	measure := survivors(Filter{PIDs: asked})
	for _, c := range []struct {
		dies []int
		left int // processes in the answer, 0: an error
	}{{nil, 3}, {[]int{2}, 2}, {nil, 2}, {[]int{1, 3}, 0}, {nil, 0}} {
		for _, pid := range c.dies {
			dead[pid] = true
		}
		s, err := measure(t.Context())
		var ended *NoSuchProcessError
		switch {
		case c.left == 0 && !errors.As(err, &ended):
			t.Errorf("%v have died: %+v, %v", dead, s, err)
		case c.left > 0 && (err != nil || len(s.Holders) != c.left):
			t.Errorf("%v have died: %+v, %v", dead, s, err)
		}
	}
	if !slices.Equal(asked, []int{1, 2, 3}) {
		t.Errorf("the caller's pids are now %v", asked)
	}
	if _, err := survivors(Filter{PIDs: []int{4, 9}})(t.Context()); err == nil {
		t.Error("a pid of no process is no error")
	}
}

func TestAfterTheEndNothingIsHeld(t *testing.T) {
	last := &Snapshot{Source: SockDiag, Sockets: []Socket{{Family: TCP4, State: Listen}, {Family: TCP4, State: Established}}}
	u := AfterEnd(last, time.Unix(7, 0))
	if len(u.Snapshot.Sockets) != 0 || len(u.Changes) != 2 {
		t.Fatalf("%+v", u)
	}
	for i, c := range u.Changes {
		if c.Kind != Gone || c.From != last.Sockets[i].State || !c.At.Equal(time.Unix(7, 0)) {
			t.Errorf("%+v", c)
		}
	}
}
