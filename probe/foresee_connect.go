package probe

import (
	"net/netip"
)

// ForeseeConnect says what a connect() to an address of the loopback would get
// among sockets, which are all those of the port: see inet_lhash2_lookup and
// compute_score (net/ipv4/inet_hashtables.c).
func ForeseeConnect(to netip.AddrPort, sockets []Socket, g Ground) Verdict {
	if g.CallErrno == "?" {
		return Verdict{}
	}
	if g.CallErrno != "" {
		kind := NoWay
		if g.CallErrno == "EADDRNOTAVAIL" {
			kind = NotLocal
		}
		return Verdict{Outcome: Refused, Errno: g.CallErrno, Because: []Reason{{Kind: kind}}}
	}
	if g.LoopbackDown {
		return Verdict{Outcome: Pending, Because: []Reason{{Kind: LoopbackDown}}}
	}
	var v verdict
	var best, unsure []*Socket
	score := 0
	for i := range sockets {
		s := &sockets[i]
		if s.State != Listen || s.Local.Port() != to.Port() {
			continue
		}
		n, kind := hears(to.Addr().Unmap(), s)
		switch {
		case kind == V6OnlyUnknown:
			unsure = append(unsure, s)
			v.note(kind, s)
		case kind != 0:
			v.note(kind, s)
		case n == score:
			best = append(best, s)
		case n > score:
			best, score = []*Socket{s}, n
		}
	}
	switch {
	case len(best) > 0:
		return answered(best)
	case len(unsure) > 0:
		return Verdict{Because: v.has(V6OnlyUnknown, V6OnlyUnknown)}
	case g.OthersUnseen:
		return Verdict{Because: []Reason{{Kind: OthersUnseen}}}
	}
	because := append([]Reason{{Kind: NobodyListens}}, v.has(OtherAddress, OtherInterface)...)
	return Verdict{Outcome: Refused, Errno: "ECONNREFUSED", Because: because}
}

// hears says how well a listener fits a call over the loopback to an address,
// from 1, or why it does not.
func hears(to netip.Addr, s *Socket) (score int, apart ReasonKind) {
	const loopback = 1 // LOOPBACK_IFINDEX (include/net/flow.h)
	if s.Interface.Value != nil && s.Interface.Value.Index != loopback {
		return 0, OtherInterface
	}
	at := s.Local.Addr().Unmap().WithZone("")
	switch {
	case at == to:
		score = 10
	case !at.IsUnspecified() && at.Is4() == to.Is4():
		return 0, OtherAddress
	case at.Is4() != to.Is4() && (at.Is4() || !at.IsUnspecified()):
		return 0, OtherFamily
	case at.Is4() == to.Is4():
		score = 1
	case !s.V6Only.Known:
		return 0, V6OnlyUnknown
	case s.V6Only.Value:
		return 0, OtherFamily
	default:
		score = 1
	}
	if s.Interface.Value != nil {
		score++
	}
	if to.Is4() && s.Family == TCP4 {
		score++
	}
	return score, 0
}

// answered says what becomes of a call that any of listeners may get.
func answered(listeners []*Socket) Verdict {
	var v verdict
	for _, s := range listeners {
		switch {
		case !s.RecvQueue.Known || !s.SendQueue.Known:
			v.note(QueueUnknown, s)
		case s.RecvQueue.Value > s.SendQueue.Value: // sk_acceptq_is_full
			v.note(QueueFull, s)
		default:
			v.note(Listening, s)
		}
	}
	if len(v.reasons) > 1 {
		return Verdict{Because: v.reasons}
	}
	switch v.reasons[0].Kind {
	case Listening:
		return Verdict{Outcome: Granted, Because: v.reasons}
	case QueueFull:
		return Verdict{Outcome: Pending, Because: v.reasons}
	}
	return Verdict{Because: v.reasons}
}
