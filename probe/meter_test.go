package probe

import (
	"net/netip"
	"testing"
)

// What a connection did before the meter began is not counted; what it did
// before accept() is; of one that ended, the rest is said to be missing.
func TestMeter(t *testing.T) {
	server, client := &Holder{PID: 1, Name: "server"}, &Holder{PID: 2, Name: "client"}
	row := func(port uint16, h *Holder, sent, received uint64) Socket {
		s := Socket{Family: TCP4, State: Established, Local: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port),
			Remote: netip.MustParseAddrPort("127.0.0.1:9"), Owner: Owner{Kind: OwnerKernel},
			Info: &Info{Sent: Known(sent), Acknowledged: Known(sent), Received: Known(received)}}
		if h != nil {
			s.Owner, s.Inode = Owner{Kind: OwnerProcess, Holders: []*Holder{h}}, Known(uint32(port))
		}
		return s
	}
	blind := row(7, client, 0, 0)
	blind.Info = nil
	var m Meter
	type want struct {
		pid            int
		sent, received Maybe[uint64]
		atLeast        bool
	}
	none := Maybe[uint64]{}
	for i, c := range []struct {
		rows []Socket
		want []want
	}{
		{[]Socket{row(1, server, 100, 200), row(2, client, 50, 0)}, []want{{1, Known[uint64](0), Known[uint64](0), false}, {2, Known[uint64](0), Known[uint64](0), false}}},
		{[]Socket{row(1, server, 110, 200), row(2, client, 50, 7), row(3, nil, 0, 9)}, []want{{1, Known[uint64](10), Known[uint64](0), false}, {2, Known[uint64](0), Known[uint64](7), false}}},
		{[]Socket{row(1, server, 110, 200), row(3, server, 1, 30)}, []want{{1, Known[uint64](11), Known[uint64](30), false}, {2, Known[uint64](0), Known[uint64](7), true}}},
		{[]Socket{row(1, server, 1, 2)}, []want{{1, Known[uint64](12), Known[uint64](32), true}, {2, Known[uint64](0), Known[uint64](7), true}}}, // another one between the same ends
		{nil, []want{{1, Known[uint64](12), Known[uint64](32), true}, {2, Known[uint64](0), Known[uint64](7), true}}},
	} {
		m.Measure(&Snapshot{Sockets: c.rows})
		flows := m.Flows()
		if len(flows) != len(c.want) {
			t.Fatalf("%d: %+v", i, flows)
		}
		for k, f := range flows {
			if got := (want{f.Holders[0].PID, f.Sent, f.Received, f.AtLeast}); got != c.want[k] {
				t.Errorf("%d: got %+v, want %+v", i, got, c.want[k])
			}
		}
	}
	m = Meter{}
	m.Measure(&Snapshot{Sockets: []Socket{blind}})
	if f := m.Flows(); len(f) != 1 || f[0].Sent != none || f[0].Received != none || !f[0].AtLeast {
		t.Errorf("what the kernel does not count: %+v", f)
	}
}
