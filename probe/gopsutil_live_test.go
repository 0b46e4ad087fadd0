package probe

import (
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// mustSockets measures, and fails the test on an error.
func mustSockets(t *testing.T, f Filter) *Snapshot {
	t.Helper()
	snap, err := Sockets(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// mustOwn is mustSockets without the sockets of strangers: the kernel may have
// given our port to another program of this machine, for its own connections.
func mustOwn(t *testing.T, f Filter, friends ...int) *Snapshot {
	t.Helper()
	snap := mustSockets(t, f)
	snap.Sockets = slices.DeleteFunc(snap.Sockets, func(s Socket) bool { return foreign(&s, friends...) })
	return snap
}

// foreign reports whether s belongs to processes that are neither we nor
// friends.
func foreign(s *Socket, friends ...int) bool {
	return s.Owner.Kind == OwnerProcess && !s.HeldBy(os.Getpid()) &&
		!slices.ContainsFunc(friends, func(pid int) bool { return s.HeldBy(pid) })
}

func addrPort(t *testing.T, a net.Addr) uint16 {
	t.Helper()
	return a.(*net.TCPAddr).AddrPort().Port()
}

// listen listens on a port of the kernel's choice that no other row names: it
// gives one again to which only the memory of a client's connection leads.
func listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", addr)
		if err != nil && strings.HasPrefix(addr, "[::") {
			probetest.Missing(t, "no IPv6 here: %v", err)
		} else if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		if len(mustSockets(t, Filter{Ports: []uint16{addrPort(t, l.Addr())}}).Sockets) == 1 {
			return l
		}
	}
	t.Fatal("each of 100 ports is named by another row")
	return nil
}

// Our own listener and connection, in IPv4 and IPv6, with ourselves as owner.
func TestGopsutilOwnSockets(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(addr, func(t *testing.T) {
			l := listen(t, addr)
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			s, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			port := addrPort(t, l.Addr())
			snap := mustOwn(t, Filter{Source: Gopsutil, Ports: []uint16{port}})
			if len(snap.Sockets) != 3 || snap.Sockets[0].State != Listen {
				t.Fatalf("listener and two ends are %+v", snap.Sockets)
			}
			for i := range snap.Sockets {
				if !snap.Sockets[i].HeldBy(os.Getpid()) {
					t.Errorf("not ours: %+v", snap.Sockets[i])
				}
			}
			if !slices.ContainsFunc(snap.Notes, func(n Note) bool { return n.Kind == NoteNoQueues }) {
				t.Errorf("notes %+v do not say that queues are unknown", snap.Notes)
			}
			i := slices.IndexFunc(snap.Holders, func(h *Holder) bool { return h.PID == os.Getpid() })
			if i < 0 || snap.Holders[i].Name == "" || snap.Holders[i].Threads.Value < 1 {
				t.Errorf("holders %+v", snap.Holders)
			}
			if got := mustOwn(t, Filter{Source: Gopsutil, Ports: []uint16{port}, States: NewStateSet(Listen)}); len(got.Sockets) != 1 {
				t.Errorf("filter by state gives %+v", got.Sockets)
			}
			byPID := mustOwn(t, Filter{Source: Gopsutil, Ports: []uint16{port}, PIDs: []int{os.Getpid()}})
			if len(byPID.Sockets) != 3 {
				t.Errorf("filter by our pid gives %+v", byPID.Sockets)
			}
			if got := mustOwn(t, Filter{Source: Gopsutil, Ports: []uint16{port}, PIDs: []int{os.Getppid()}}); len(got.Sockets) != 0 {
				t.Errorf("filter by our parent's pid gives %+v", got.Sockets)
			}
		})
	}
}

func TestGopsutilNoSuchProcess(t *testing.T) {
	for _, pid := range []int{-1, 1<<31 - 1, 1 << 40} {
		var none *NoSuchProcessError
		if _, err := Sockets(t.Context(), Filter{Source: Gopsutil, PIDs: []int{os.Getpid(), pid}}); !errors.As(err, &none) || none.PID != pid {
			t.Errorf("pid %d: error %v", pid, err)
		}
	}
}
