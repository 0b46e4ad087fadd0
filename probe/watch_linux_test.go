package probe

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// replay follows a watched port by its events alone.
type replay struct {
	t       *testing.T
	updates <-chan Update
	socks   map[endsKey]State
	seen    []string // the states each event led to, in order
}

// until reads updates until the socket of each end is in the wanted state,
// and holds every event and every snapshot to what the events before said.
// Ends that are not wanted are gone.
func (r *replay) until(what string, want map[endsKey]State) {
	r.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case u, open := <-r.updates:
			if !open || u.Err != nil {
				r.t.Fatalf("%s: open %v, error %v", what, open, u.Err)
			}
			r.apply(what, u)
			if cmp.Equal(want, r.socks, cmpOptions) {
				return
			}
		case <-late:
			r.t.Fatalf("%s: not within 20 s\nwant %v\nhave %v", what, want, r.socks)
		}
	}
}

func (r *replay) apply(what string, u Update) {
	r.t.Helper()
	for _, c := range u.Changes {
		if foreign(&c.Socket) {
			continue
		}
		key := ends(&c.Socket)
		st, there := r.socks[key]
		switch c.Kind {
		case Appeared:
			if there {
				r.t.Errorf("%s: %v appeared twice", what, key)
			}
			r.socks[key] = c.Socket.State
		case StateChanged:
			if st != c.From {
				r.t.Errorf("%s: %v left %s, it was in %s", what, key, c.From, st)
			}
			r.socks[key] = c.Socket.State
		case Gone:
			if !there {
				r.t.Errorf("%s: %v went, it was not there", what, key)
			}
			delete(r.socks, key)
		}
		if c.At.IsZero() || c.At.After(u.Snapshot.TakenAt) {
			r.t.Errorf("%s: event of %v in a snapshot of %v", what, c.At, u.Snapshot.TakenAt)
		}
		r.seen = append(r.seen, c.Kind.String()+" "+c.Socket.State.String())
	}
	shown := map[endsKey]State{}
	for i := range u.Snapshot.Sockets {
		if foreign(&u.Snapshot.Sockets[i]) {
			continue
		}
		shown[ends(&u.Snapshot.Sockets[i])] = u.Snapshot.Sockets[i].State
	}
	if len(r.seen) == 0 {
		r.socks = shown // the first update: nothing has happened yet
	}
	if d := cmp.Diff(shown, r.socks, cmpOptions, cmp.AllowUnexported(endsKey{})); d != "" {
		r.t.Errorf("%s: the events (+) do not tell the snapshot (-):\n%s", what, d)
	}
}

// The life of a server and a connection, seen as events in their order, by
// either source.
func TestWatchLife(t *testing.T) {
	for _, source := range []Source{SockDiag, Gopsutil} {
		t.Run(source.String(), func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			watchLife(t, source)
		})
	}
}

func watchLife(t *testing.T, source Source) {
	server, port := boundSocket(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &replay{t: t, socks: map[endsKey]State{},
		updates: Watch(ctx, Filter{Ports: []uint16{port}, Source: source}, MinInterval)}
	at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
	listener := endsKey{TCP4, at, netip.AddrPort{}}

	if source == SockDiag && showsBound() { // a kernel before 6.8 does not tell
		r.until("bind", map[endsKey]State{listener: Bound})
	} else {
		r.until("bind", map[endsKey]State{})
	}
	must(t, unix.Listen(server, 1))
	r.until("listen", map[endsKey]State{listener: Listen})

	client, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	defer func() { unix.Close(client) }()
	must(t, unix.Connect(client, &unix.SockaddrInet4{Port: int(port), Addr: [4]byte{127, 0, 0, 1}}))
	sa, err := unix.Getsockname(client)
	must(t, err)
	from := netip.AddrPortFrom(at.Addr(), uint16(sa.(*unix.SockaddrInet4).Port))
	there, here := endsKey{TCP4, from, at}, endsKey{TCP4, at, from}
	r.until("connect", map[endsKey]State{listener: Listen, there: Established, here: Established})

	accepted, _, err := unix.Accept4(server, unix.SOCK_CLOEXEC)
	must(t, err)
	defer func() { unix.Close(accepted) }()
	if source == SockDiag {
		r.waitFor("accept", OwnerChanged.String()+" "+Established.String())
	}

	must(t, unix.Close(client))
	client = -1
	r.until("the client closes", map[endsKey]State{listener: Listen, there: FinWait2, here: CloseWait})
	must(t, unix.Close(accepted))
	accepted = -1
	r.until("the server closes", map[endsKey]State{listener: Listen, there: TimeWait})
	must(t, unix.Close(server))
	r.until("the listener closes", map[endsKey]State{there: TimeWait})

	cancel()
	for range r.updates {
	}
}

// waitFor reads updates until an event has been seen.
func (r *replay) waitFor(what, event string) {
	r.t.Helper()
	late := time.After(20 * time.Second)
	for !slices.Contains(r.seen, event) {
		select {
		case u := <-r.updates:
			r.apply(what, u)
		case <-late:
			r.t.Fatalf("%s: no event %q within 20 s, only %q", what, event, r.seen)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
