package peer

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe"
	"labo/probe/probetest"
)

// What a RST that was lost leaves behind is dropped: here our end vanishes
// without one, as TCP_REPAIR lets it (tcp_close in net/ipv4/tcp.c).
func TestEraseWhatALostResetLeaves(t *testing.T) {
	for name, tc := range map[string]struct {
		finish bool // our FIN comes first: TIME-WAIT, else FIN-WAIT-2
		state  probe.State
	}{"FIN-WAIT-2": {false, probe.FinWait2}, "TIME-WAIT": {true, probe.TimeWait}} {
		t.Run(name, func(t *testing.T) {
			h, ours, theirs, b := meetFrom(t, anyPort)
			near, far := theirs.Local(), theirs.Remote()
			theirs.Leave()
			b.wait(t, "FIN", func() bool { return ours.End() == Finished })
			reaches(t, near, far, probe.FinWait2) // its FIN is acknowledged, if late
			if tc.finish {
				ours.Leave()
			} else if err := vanish(ours); errors.Is(err, unix.EPERM) {
				probetest.Missing(t, "TCP_REPAIR asks for CAP_NET_ADMIN")
			} else if err != nil {
				t.Fatal(err)
			}
			h.listener.Close()
			reaches(t, near, far, tc.state)
			for limit := time.Now().Add(20 * time.Second); ; { // our own end may still be on its way out
				Erase(context.Background(), near, far)
				st, held := stateOf(t, near, far)
				if !held {
					break
				}
				if time.Now().After(limit) {
					t.Fatalf("still held in %v", st)
				}
			}
		})
	}
}

// vanish closes our end without a packet.
func vanish(p *Peer) error {
	raw, err := p.conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_REPAIR, 1)
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	p.Leave()
	return nil
}

// reaches waits until the end near of a connection is in a state.
func reaches(t *testing.T, near, far netip.AddrPort, want probe.State) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		st, held := stateOf(t, near, far)
		if held && st == want {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("state %v (held %v), want %v", st, held, want)
		}
	}
}

// stateOf returns the state of the end near of a connection.
func stateOf(t *testing.T, near, far netip.AddrPort) (probe.State, bool) {
	t.Helper()
	snap, err := probe.Sockets(context.Background(), probe.Filter{Ports: []uint16{near.Port()}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range snap.Sockets {
		if s.Local == near && s.Remote == far {
			return s.State, true
		}
	}
	return 0, false
}
