package check

import (
	"context"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/probe"
)

// Which sockets are the program's, as the system shows them.

// ownedSource is what is asked for the sockets of known processes: gopsutil
// reads their descriptors only; sock_diag looks for the owner of each row in
// every process of the machine, ten times the price on a busy one.
const ownedSource = probe.Gopsutil

// findListener looks for the socket that the program listens on. One on the
// port of the sheet is preferred.
func (t *trial) findListener() bool {
	if _, over := t.proc.Ended(); over {
		return false
	}
	var found netip.AddrPort
	if pids := t.processes(); len(pids) > 0 {
		snap, err := probe.Sockets(t.ctx, probe.Filter{
			States: probe.NewStateSet(probe.Listen), PIDs: pids, Source: ownedSource,
		})
		if err != nil { // a process ended meanwhile
			return false
		}
		for _, s := range snap.Sockets {
			if !found.IsValid() || s.Local.Port() == t.j.Port {
				found = s.Local
			}
		}
	}
	if !found.IsValid() {
		found = t.unownedListener()
	}
	if !found.IsValid() {
		return false
	}
	// The sheet's client calls localhost over IPv4, wherever the program listens.
	t.addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), found.Port())
	t.listening = unmapped(found)
	t.j.used = found.Port()
	return true
}

// unownedListener returns what listens on the port of the sheet where this system
// does not show who: the port was free before the program was started. What
// follows shows whether it is the program that answers there.
func (t *trial) unownedListener() (at netip.AddrPort) {
	if !t.j.blind(t.ctx) {
		return at
	}
	snap, err := probe.Sockets(t.ctx, probe.Filter{States: probe.NewStateSet(probe.Listen), Ports: []uint16{t.j.Port}})
	if err != nil {
		return at
	}
	for _, s := range snap.Sockets {
		if s.Local.Port() == t.j.Port && (s.Owner.Kind == probe.OwnerHidden || s.Owner.Kind == probe.OwnerForbidden) {
			at = s.Local
		}
	}
	return at
}

// blind reports whether this system does not show who listens: not even that
// labo does. Then a listener that is not found may be there all the same.
func (j *judge) blind(ctx context.Context) bool {
	if j.sight.Known {
		return !j.sight.Value
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return false
	}
	defer l.Close()
	snap, err := probe.Sockets(ctx, probe.Filter{
		States: probe.NewStateSet(probe.Listen), Ports: []uint16{l.Addr().(*net.TCPAddr).AddrPort().Port()}, Source: ownedSource,
	})
	if ctx.Err() != nil {
		return false
	}
	if err != nil { // the means itself is missing
		snap = &probe.Snapshot{}
	}
	j.sight = probe.Known(slices.ContainsFunc(snap.Sockets, func(s probe.Socket) bool { return s.HeldBy(os.Getpid()) }))
	return !j.sight.Value
}

// theirs returns the program's end of a connection, where one of its processes
// has it.
func (t *trial) theirs(p *peer.Peer) (probe.Socket, bool) {
	pids := t.processes()
	if len(pids) == 0 {
		return probe.Socket{}, false
	}
	return t.find(p, pids)
}

// find returns the program's end of a connection as the system shows it: held
// by one of pids, or by anybody when there are none.
func (t *trial) find(p *peer.Peer, pids []int) (probe.Socket, bool) {
	near, far := p.Remote(), p.Local()
	filter := probe.Filter{Ports: []uint16{near.Port()}, PIDs: pids}
	if len(pids) > 0 {
		filter.Source = ownedSource
	}
	snap, err := probe.Sockets(t.ctx, filter)
	if err != nil {
		return probe.Socket{}, false
	}
	for _, s := range snap.Sockets {
		if same(s.Local, near) && same(s.Remote, far) {
			return s, true
		}
	}
	return probe.Socket{}, false
}

func same(a, b netip.AddrPort) bool {
	return unmapped(a) == unmapped(b)
}

// allPeers returns every connection of the run.
func (t *trial) allPeers() []*peer.Peer {
	if t.host == nil {
		return t.peers
	}
	return slices.Concat(t.peers, t.host.Peers())
}

// allLeft reports whether the program has left every connection.
func (t *trial) allLeft() bool {
	for _, p := range t.allPeers() {
		if p.End() == peer.Open {
			return false
		}
	}
	return true
}

// remembered returns the far ends of the finished connections that the kernel
// remembers on our port.
func (t *trial) remembered(ctx context.Context) []netip.AddrPort {
	held, _, err := holding(ctx, t.j.Port)
	if err != nil {
		return nil
	}
	var far []netip.AddrPort
	for _, s := range held {
		if s.State == probe.TimeWait && s.Remote.IsValid() {
			far = append(far, unmapped(s.Remote))
		}
	}
	return far
}

// erase drops what the kernel remembers of finished connections on our port,
// which was free before the run. Only sock_diag tells a memory by its timer.
func (t *trial) erase(ctx context.Context) {
	if runtime.GOOS != "linux" {
		return
	}
	ctx, cancel := pace.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	held, _, err := holding(ctx, t.j.Port)
	if err != nil {
		return
	}
	for _, s := range held {
		if ctx.Err() == nil && s.Owner.Kind == probe.OwnerKernel && s.Timer.Value.Kind == probe.TimerTimeWait && s.Remote.IsValid() {
			peer.Erase(ctx, unmapped(s.Local), unmapped(s.Remote))
		}
	}
}

// unmapped returns a as IPv4 where it is IPv4 within IPv6.
func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
