package demo

import (
	"errors"
	"net/netip"
	"os"
	"syscall"
	"testing"

	"labo/probe"
)

func self(t *testing.T) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{exe, "enfant"}
}

// What socket(7) says of each pair, on Linux.
func TestTogether(t *testing.T) {
	one, two, any := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2"), netip.IPv4Unspecified()
	for _, c := range []struct {
		first, second netip.Addr
		sharing       Sharing
		fits          bool
	}{
		{one, one, NoSharing, false}, {one, any, NoSharing, false}, {any, one, NoSharing, false}, {one, two, NoSharing, true},
		{one, one, ReuseAddr, false}, {one, any, ReuseAddr, false},
		{one, one, ReusePort, true}, {one, any, ReusePort, true},
	} {
		failed, err := Together(c.first, c.second, c.sharing)
		if err != nil {
			t.Fatal(err)
		}
		if (failed == nil) != c.fits || failed != nil && !errors.Is(failed, syscall.EADDRINUSE) {
			t.Errorf("%v then %v, %v: %v", c.first, c.second, c.sharing, failed)
		}
	}
}

// Both generations need SO_REUSEADDR, and only when the server closed first.
func TestRestartAfter(t *testing.T) {
	witnessed(t, 5, 0) // after each first server
	for _, c := range []struct {
		first, second Sharing
		serverCloses  bool
		fits          bool
	}{
		{NoSharing, NoSharing, true, false}, {NoSharing, ReuseAddr, true, false},
		{ReuseAddr, NoSharing, true, false}, {ReuseAddr, ReuseAddr, true, true},
		{NoSharing, NoSharing, false, true},
	} {
		r, err := RestartAfter(t.Context(), c.first, c.second, c.serverCloses)
		if err != nil {
			t.Fatal(err)
		}
		if (r.Err == nil) != c.fits || r.Remembered != c.serverCloses || r.Left.Known != c.serverCloses {
			t.Errorf("%+v: remembered %v, left %v, %v", c, r.Remembered, r.Left, r.Err)
		}
	}
}

// A server that ends without having read all leaves no memory of it.
func TestRestartAfterReset(t *testing.T) {
	r, err := RestartAfterReset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Err != nil || len(r.Snapshot.Sockets) != 0 {
		t.Errorf("%v, %+v", r.Err, r.Snapshot.Sockets)
	}
}

// Two processes own one port; each connection is answered by one of them.
func TestShareBetween(t *testing.T) {
	witnessed(t, 1, 0)
	s, err := ShareBetween(t.Context(), self(t), 100)
	if err != nil {
		t.Fatal(err)
	}
	if s.Here == 0 || s.There == 0 || s.Here+s.There != 100 {
		t.Errorf("%+v", s)
	}
	owners := map[int]bool{}
	for i := range s.Snapshot.Sockets {
		for _, h := range s.Snapshot.Sockets[i].Owner.Holders {
			owners[h.PID] = s.Snapshot.Sockets[i].State == probe.Listen
		}
	}
	if !owners[os.Getpid()] || !owners[s.Child] || len(owners) != 2 {
		t.Errorf("owners: %v, child %d", owners, s.Child)
	}
}
