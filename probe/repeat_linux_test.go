package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// still returns a repeat whose clock stands still, and the number of full
// measurements it has made.
func still(f Filter) (r *repeat, full *int) {
	full = new(int)
	at := time.Now()
	r = newRepeat(f)
	measure := r.full
	r.now = func() time.Time { return at }
	r.full = func(ctx context.Context, f Filter) (*Snapshot, error) {
		*full++
		return measure(ctx, f)
	}
	return r, full
}

// sameSockets reports whether two snapshots hold the same sockets and owners.
func sameSockets(a, b *Snapshot) string {
	own := func(snap *Snapshot) []Socket {
		return slices.DeleteFunc(slices.Clone(snap.Sockets), func(s Socket) bool { return foreign(&s) })
	}
	return cmp.Diff(own(a), own(b), cmpOptions, cmp.Comparer(func(a, b Maybe[Timer]) bool {
		return a.Known == b.Known && a.Value.Kind == b.Value.Kind // its time runs
	}), cmp.Comparer(func(a, b *Holder) bool { return a.PID == b.PID && a.Name == b.Name && a.Command == b.Command }))
}

// Measuring again gives what measuring afresh gives, and walks only when there
// is a socket it has not seen.
func TestRepeatGivesTheSame(t *testing.T) {
	for what, pids := range map[string][]int{"of all": nil, "of a process": {os.Getpid()}} {
		t.Run(what, func(t *testing.T) {
			port := everyKindOfSocket(t, "127.0.0.1")
			r, full := still(Filter{Ports: []uint16{port}, PIDs: pids})
			step := func(walks int) {
				t.Helper()
				var d string
				*full = 0
				eventually(t, "measured again is as measured afresh", func() bool {
					again, err := r.measure(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					afresh := mustSockets(t, r.filter)
					d = sameSockets(afresh, again)
					if again.Source != SockDiag || again.TakenAt.IsZero() || len(again.Holders) == 0 {
						t.Errorf("again %+v", again)
					}
					return d == ""
				})
				if *full != walks {
					t.Errorf("%d full measurements, want %d", *full, walks)
				}
			}
			step(1)
			step(0)
			step(0)
			c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(port)))
			if err != nil {
				t.Fatal(err)
			}
			if again, err := r.measure(t.Context()); err != nil || *full != 1 {
				t.Errorf("a socket is new: %d full measurements, error %v, %+v", *full, err, again)
			}
			step(0)
			c.Close()
			step(0)
		})
	}
}

// Of a process among others, the sockets of the others are not looked at
// again each time.
func TestRepeatOfOneProcessAmongOthers(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	netPairs(t, 3) // ours alone
	c := startChild(t, "wait", inheriting(file))
	r, full := still(Filter{PIDs: []int{c.Process.Pid}})
	eventually(t, "nothing new appears on this machine for a moment", func() bool {
		*full, r.at = 0, time.Time{}
		for range 2 {
			snap, err := r.measure(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(snap.Sockets) != 1 || !snap.Sockets[0].HeldBy(c.Process.Pid) || !snap.Sockets[0].HeldBy(os.Getpid()) {
				t.Fatalf("sockets of the child: %+v", snap.Sockets)
			}
		}
		return *full == 1
	})
}

// A second holder is seen when the owners have aged, no later.
func TestRepeatSeesAnHeirInTime(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, full := still(Filter{Ports: []uint16{addrPort(t, l.Addr())}})
	holders := func() (pids []int) {
		snap, err := r.measure(t.Context())
		if err != nil || len(snap.Sockets) == 0 || snap.Sockets[0].State != Listen {
			t.Fatalf("%+v, error %v", snap, err)
		}
		for _, h := range snap.Sockets[0].Owner.Holders {
			pids = append(pids, h.PID)
		}
		return pids
	}
	holders()
	c := startChild(t, "wait", inheriting(file))
	if holders(); *full != 1 {
		t.Errorf("%d full measurements within a second", *full)
	}
	later := r.now().Add(ownersAge)
	r.now = func() time.Time { return later }
	want := []int{os.Getpid(), c.Process.Pid}
	slices.Sort(want)
	if d := cmp.Diff(want, holders()); d != "" || *full != 2 {
		t.Errorf("after %v, %d full measurements: -want +got:\n%s", ownersAge, *full, d)
	}
}

func TestRepeatFaults(t *testing.T) {
	c := startChild(t, "wait")
	r, _ := still(Filter{PIDs: []int{c.Process.Pid}})
	if _, err := r.measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.end()
	var none *NoSuchProcessError
	if _, err := r.measure(t.Context()); !errors.As(err, &none) {
		t.Errorf("its process ended: error %v", err)
	}

	r, full := still(Filter{Ports: []uint16{1}})
	if _, err := r.measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	r.dial = func() (diagConn, error) { return nil, refused }
	if snap, err := r.measure(t.Context()); err != nil || snap == nil || *full != 2 {
		t.Errorf("sock_diag is refused: %+v, error %v, %d full measurements", snap, err, *full)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if snap, err := r.measure(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the context ended: %+v, error %v", snap, err)
	}
}
