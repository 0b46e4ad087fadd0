package peer

import (
	"context"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/probe"
	"labo/probe/probetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var anyPort = netip.MustParseAddrPort("127.0.0.1:0")

// bell is rung by peers.
type bell chan struct{}

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// wait waits until cond holds, with a bound.
func (b bell) wait(t *testing.T, what string, cond func() bool) {
	t.Helper()
	over := time.After(20 * time.Second)
	for !cond() {
		select {
		case <-b:
		case <-over:
			t.Fatalf("waited for: %s", what)
		}
	}
}

func meet(t *testing.T) (h *Host, ours, theirs *Peer, b bell) {
	t.Helper()
	return meetFrom(t, netip.AddrPort{})
}

// meetFrom is meet with a call that comes from there, if that is valid.
func meetFrom(t *testing.T, from netip.AddrPort) (h *Host, ours, theirs *Peer, b bell) {
	t.Helper()
	b = make(bell, 1)
	h, err := Listen(context.Background(), anyPort, b.ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(nil) })
	ours, err = dialFrom(context.Background(), from, netip.AddrPortFrom(anyPort.Addr(), h.Port()), b.ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ours.Reset)
	b.wait(t, "the call", func() bool { return len(h.Peers()) == 1 })
	return h, ours, h.Peers()[0], b
}

func TestWhatIsSentIsNoted(t *testing.T) {
	_, ours, theirs, b := meet(t)
	if err := ours.Send("été"); err != nil {
		t.Fatal(err)
	}
	b.wait(t, "the bytes", func() bool { return theirs.Got() == "été" })
	if theirs.Total() != 5 || theirs.End() != Open || theirs.Remote() != ours.Local() {
		t.Errorf("total %d, end %d, from %v", theirs.Total(), theirs.End(), theirs.Remote())
	}
}

func TestEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		leave func(*Peer)
		want  End
	}{
		"half-close": {func(p *Peer) { p.Finish() }, Finished},
		"close":      {(*Peer).Leave, Finished},
		"reset":      {(*Peer).Reset, Aborted},
	} {
		_, ours, theirs, b := meet(t)
		tc.leave(ours)
		b.wait(t, name, func() bool { return theirs.End() != Open })
		if theirs.End() != tc.want {
			t.Errorf("%s is seen as %d, want %d", name, theirs.End(), tc.want)
		}
	}
}

// timeWaits returns the far ends that the kernel remembers on a port.
func timeWaits(t *testing.T, port uint16) (far []netip.AddrPort) {
	t.Helper()
	snap, err := probe.Sockets(context.Background(), probe.Filter{Ports: []uint16{port}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range snap.Sockets {
		if s.Local.Port() == port && s.State == probe.TimeWait {
			far = append(far, s.Remote)
		}
	}
	return far
}

// The memory that a server's own close leaves on its port is taken away.
func TestCloseLeavesNoMemoryOnThePort(t *testing.T) {
	// The port called from is bound first: connect(2) shares one that it chooses
	// itself with others, whose own memories would keep it from being bound again.
	h, ours, theirs, b := meetFrom(t, anyPort)
	port := h.Port()
	theirs.Leave()
	b.wait(t, "FIN", func() bool { return ours.End() == Finished })
	ours.Leave()
	far := timeWaits(t, port)
	if runtime.GOOS != "linux" && len(far) == 0 {
		probetest.Elsewhere(t, "this system shows no TIME-WAIT here: nothing to take away")
	}
	for limit := time.Now().Add(20 * time.Second); len(far) == 0; far = timeWaits(t, port) {
		if time.Now().After(limit) {
			t.Fatal("no TIME-WAIT on the port")
		}
		time.Sleep(time.Millisecond) // the last FIN is on its way
	}
	h.Close(far)
	if left := timeWaits(t, port); len(left) > 0 {
		t.Errorf("still remembered: %v", left)
	}
}
