package probe

import (
	"net/netip"
	"os"
	"runtime"
	"time"
)

// ForeseeBind says what bind() and then listen() would get among sockets,
// which are all those of the port.
//
// The rules for Linux are those of inet_csk_get_port and inet_rcv_saddr_equal
// (net/ipv4/inet_connection_sock.c). Of other systems only this is taken for
// sure: a listener at the very address is in the way, and nothing is not. On
// macOS, so is a memory at that address (in_pcbbind, XNU's bsd/netinet/in_pcb.c).
func ForeseeBind(req BindRequest, sockets []Socket, g Ground) Verdict {
	v := verdict{memory: g.Memory}
	if early, ok := g.bindRefused(req); ok {
		return early
	}
	for i := range sockets {
		if s := &sockets[i]; s.Local.Port() == req.Addr.Port() {
			v.note(g.obstacle(req, s), s)
		}
	}
	for _, lack := range []struct {
		is   bool
		kind ReasonKind
	}{
		{g.BoundUnseen, BoundUnseen}, {g.MemoryUnseen, MemoryUnseen}, {g.OthersUnseen, OthersUnseen},
		{!g.Allowed.Known, RightsUnknown}, {g.Lent, Lent}, {g.Kept, Kept},
	} {
		if lack.is {
			v.note(lack.kind, nil)
		}
	}
	for i := range v.reasons {
		if r := &v.reasons[i]; r.Kind == TakenByConnection {
			r.Peer = peerOf(r.Socket, sockets)
		}
	}
	return v.bind()
}

// peerOf returns the other end of a connection, nil where it is not there. One
// end may be of IPv4 and the other of IPv6.
func peerOf(s *Socket, sockets []Socket) *Socket {
	unmap := func(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
	for i := range sockets {
		if p := &sockets[i]; p != s && unmap(p.Local) == unmap(s.Remote) && unmap(p.Remote) == unmap(s.Local) {
			return p
		}
	}
	return nil
}

// InTheWay says which of sockets are in the way of a bind() without
// SO_REUSEADDR that was refused. Granted: none of them.
func InTheWay(at netip.AddrPort, sockets []Socket) Verdict {
	req := BindRequest{Addr: at, V6Only: at.Addr().Is6()}
	return ForeseeBind(req, sockets, Ground{System: runtime.GOOS, Allowed: allowsPort(at.Port()), Open: openPorts(), Root: os.Geteuid() == 0, Excluded: excludedRange(at.Port()), Memory: MostMemory()})
}

// bindRefused says what the system refuses whatever the sockets are. IPv4 looks
// at the address first, IPv6 at the port (__inet_bind, __inet6_bind).
func (g Ground) bindRefused(req BindRequest) (Verdict, bool) {
	denied := Verdict{Outcome: Refused, Errno: "EACCES", Because: []Reason{{Kind: NotAllowed, Range: g.Open, Root: g.Root}}}
	low := g.Allowed.Known && !g.Allowed.Value
	switch {
	case low && !req.Addr.Addr().Is4() && g.BindErrno != "EAFNOSUPPORT":
		return denied, true
	case g.BindErrno == "EADDRNOTAVAIL":
		return Verdict{Outcome: Refused, Errno: g.BindErrno, Because: []Reason{{Kind: NotLocal}}}, true
	case g.BindErrno == "?":
		return Verdict{}, true
	case g.BindErrno != "":
		return Verdict{Outcome: Refused, Errno: g.BindErrno, Because: []Reason{{Kind: NoWay}}}, true
	case !low && g.Excluded != (PortRange{}):
		return Verdict{Outcome: Refused, Errno: "EACCES", Because: []Reason{{Kind: Excluded, Range: g.Excluded}}}, true
	}
	return denied, low
}

// obstacle says what a socket is to a bind() of its port; 0 for nothing.
func (g Ground) obstacle(req BindRequest, s *Socket) ReasonKind {
	// A handshake has no socket yet, and no hold on the port.
	if s.State == Closed || s.State == SynReceived && !s.Inode.Known {
		return 0
	}
	if g.System != "linux" {
		if s.State == Listen && s.Local == req.Addr && !req.ReuseAddr {
			return TakenByListener
		}
		if g.System == "darwin" && s.State == TimeWait && s.Local == req.Addr && !req.ReuseAddr {
			return TakenByMemory
		}
		return RulesUnknown
	}
	if apart := sameAddress(req, s); apart != 0 {
		return apart
	}
	switch {
	case s.State == Listen:
		return TakenByListener
	case req.ReuseAddr && !req.OthersReuse.Known:
		return ReuseUnknown
	case req.ReuseAddr && req.OthersReuse.Value:
		return Reusable
	case s.State == Bound:
		return TakenByBound
	case s.State == TimeWait:
		return TakenByMemory
	}
	return TakenByConnection
}

// sameAddress returns 0 where a request and a socket want the same port of the
// same address, else why they do not, or why nobody can tell.
func sameAddress(req BindRequest, s *Socket) ReasonKind {
	a, b := req.Addr.Addr().Unmap().WithZone(""), s.Local.Addr().Unmap().WithZone("")
	switch {
	case a.Is4() && b.Is4(), a.Is6() && b.Is6():
		if a == b || a.IsUnspecified() || b.IsUnspecified() {
			return 0
		}
		return OtherAddress
	case a.Is6(): // and an IPv4 address is taken
		if a.IsUnspecified() && !req.V6Only {
			return 0
		}
		return OtherFamily
	case b.IsUnspecified(), a.IsUnspecified():
		// An IPv6 socket counts as one of IPv4 too unless it is for IPv6 only,
		// which bind() makes of a socket with an address. What a listener on all
		// addresses accepts, and what connect() binds, is not made so.
		switch {
		case !s.V6Only.Known:
			return V6OnlyUnknown
		case !s.V6Only.Value:
			return 0
		}
	}
	return OtherFamily
}

// verdict gathers reasons, one of each kind.
type verdict struct {
	reasons []Reason
	memory  Maybe[time.Duration] // Ground.Memory
	until   Maybe[time.Duration]
	atMost  bool
	endless bool
}

func (v *verdict) note(kind ReasonKind, s *Socket) {
	if kind == 0 {
		return
	}
	v.wait(kind, s)
	for i := range v.reasons {
		if v.reasons[i].Kind == kind {
			v.reasons[i].Count++
			return
		}
	}
	r := Reason{Kind: kind, Socket: s}
	if s != nil {
		r.Count = 1
	}
	v.reasons = append(v.reasons, r)
}

// wait notes until when a socket is in the way. A socket of FIN-WAIT-2 that
// its process has closed has the timer of TIME-WAIT (tcp_time_wait).
func (v *verdict) wait(kind ReasonKind, s *Socket) {
	switch kind {
	case TakenByListener, TakenByBound, TakenByConnection, TakenByMemory:
	default:
		return
	}
	if t := s.Timer; t.Known && t.Value.Kind == TimerTimeWait {
		v.until = Known(max(v.until.Value, t.Value.Remaining))
		return
	}
	if kind == TakenByMemory && v.memory.Known {
		v.until, v.atMost = Known(max(v.until.Value, v.memory.Value)), true
		return
	}
	v.endless = true
}

// has returns the reasons of the kinds from first to last, in that order.
func (v *verdict) has(first, last ReasonKind) (some []Reason) {
	for kind := first; kind <= last; kind++ {
		for _, r := range v.reasons {
			if r.Kind == kind {
				some = append(some, r)
			}
		}
	}
	return some
}

func (v *verdict) bind() Verdict {
	if taken := v.has(TakenByListener, TakenByMemory); taken != nil {
		until := v.until
		if v.endless {
			until = Maybe[time.Duration]{}
		}
		return Verdict{Outcome: Refused, Errno: "EADDRINUSE", Because: taken, Until: until, AtMost: until.Known && v.atMost}
	}
	if unknown := v.has(ReuseUnknown, RightsUnknown); unknown != nil {
		return Verdict{Because: unknown}
	}
	return Verdict{Outcome: Granted, Because: v.has(OtherAddress, Kept)}
}
