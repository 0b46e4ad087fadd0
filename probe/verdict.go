package probe

import (
	"net/netip"
	"runtime"
	"time"
)

// Outcome is what a call would come to.
type Outcome uint8

const (
	OutcomeUnknown Outcome = iota
	Granted
	Refused // with an errno
	Pending // connect() alone: no answer, neither yes nor no, for as long as things stay
)

// Verdict is what bind() and listen(), or connect(), would get now, as it
// follows from what was measured.
type Verdict struct {
	Outcome Outcome
	Errno   string   // its name on every system: "EADDRINUSE"; only with Refused
	Because []Reason // at least one, unless the call is granted on a port of which there is nothing to say
	// Until is when the kernel will let go of the port by itself if nothing
	// else happens. It is unknown too where that never comes.
	Until Maybe[time.Duration]
	// AtMost is whether Until is only a bound ([Ground.Memory]).
	AtMost bool
}

// ReasonKind is a cause of a [Verdict], or what there is on the port that is
// none.
type ReasonKind uint8

const (
	// In the way of bind().
	TakenByListener   ReasonKind = iota + 1
	TakenByBound                 // bound, and does not listen
	TakenByConnection            // its local port, with or without a server
	TakenByMemory                // TIME-WAIT
	NotAllowed                   // a port for those who may administer the network
	Excluded                     // in a range that the system keeps from everybody: Reason.Range
	NotLocal                     // no interface has the address
	NoWay                        // the system itself refuses for the errno given: no such address family, no route

	// Nobody can tell.
	ReuseUnknown  // bind() depends on whether the socket has SO_REUSEADDR
	V6OnlyUnknown // it depends on whether the socket is for IPv6 only
	QueueUnknown  // connect() depends on whether the listener's queue is full
	BoundUnseen   // the source does not show bound sockets
	MemoryUnseen  // the source does not show TIME-WAIT
	OthersUnseen  // the source does not show the sockets of other users
	RulesUnknown  // labo does not know what this system does with such a socket
	RightsUnknown // whether this process may have so low a port

	// On the port, and not in the way.
	OtherAddress
	OtherFamily // IPv4 and IPv6 apart
	Reusable    // both have SO_REUSEADDR
	Lent        // the kernel may lend the port to any client that asks for none
	Kept        // an administrator keeps it from being lent

	// Of connect().
	Listening
	QueueFull
	NobodyListens
	OtherInterface // bound to another one than the loopback
	LoopbackDown   // packets to oneself go nowhere
	OtherNetwork   // a listener in another network namespace: Reason.Elsewhere
	NetworksUnseen // those of Count processes: whether there is a listener elsewhere is unknown
)

var reasonNames = map[ReasonKind]string{
	TakenByListener: "listener", TakenByBound: "bound", TakenByConnection: "connection", TakenByMemory: "time-wait",
	NotAllowed: "privileged", Excluded: "excluded", NotLocal: "not-local", NoWay: "system",
	ReuseUnknown: "reuseaddr-unknown", V6OnlyUnknown: "v6only-unknown", QueueUnknown: "queue-unknown",
	BoundUnseen: "bound-unseen", MemoryUnseen: "time-wait-unseen", OthersUnseen: "others-unseen",
	RulesUnknown: "rules-unknown", RightsUnknown: "rights-unknown",
	OtherAddress: "other-address", OtherFamily: "other-family", Reusable: "reusable", Lent: "ephemeral", Kept: "reserved",
	Listening: "listening", QueueFull: "queue-full", NobodyListens: "nobody-listens",
	OtherInterface: "other-interface", LoopbackDown: "loopback-down", OtherNetwork: "other-network",
	NetworksUnseen: "other-networks-unseen",
}

// String returns the word used in JSON.
func (k ReasonKind) String() string { return reasonNames[k] }

// Reason is one cause of a verdict.
type Reason struct {
	Kind      ReasonKind
	Socket    *Socket    // the first of Count sockets; nil where it is none of a socket
	Count     int        // sockets of this kind; processes, with [NetworksUnseen]
	Hidden    bool       // with [NetworksUnseen]: how many is unknown, /proc does not list them
	Peer      *Socket    // the other end of Socket, where it is on this machine, with [TakenByConnection]
	Elsewhere *Elsewhere // only with [OtherNetwork]
	Range     PortRange  // with [Excluded]; with [NotAllowed], the ports that everybody may have
}

// BindRequest is a bind(), followed by listen(). Its socket is bound to no
// interface and has no SO_REUSEPORT.
type BindRequest struct {
	Addr      netip.AddrPort
	V6Only    bool // IPV6_V6ONLY, for [::]
	ReuseAddr bool // SO_REUSEADDR

	// OthersReuse is whether the sockets that are on the port have
	// SO_REUSEADDR. Linux tells it to nobody but who holds them.
	OthersReuse Maybe[bool]
}

// Ground is what decides on a call beside the sockets of the port.
type Ground struct {
	System string // as runtime.GOOS

	// What the source of the rows does not show.
	BoundUnseen, MemoryUnseen, OthersUnseen bool

	// BindErrno is what the system answers to whoever asks for the address with
	// another port, "" for yes; CallErrno, to whoever wants to go there.
	BindErrno, CallErrno string

	// LoopbackDown: the interface through which this machine calls itself is off.
	LoopbackDown bool

	// Allowed is whether this process may have a port as low, Open the ports that
	// everybody may have.
	Allowed Maybe[bool]
	Open    PortRange

	// Excluded is the range that the system keeps from everybody and that has the
	// port, zero for none.
	Excluded PortRange

	// Memory is how long the system remembers a finished connection of which it
	// does not tell the time that is left ([MostMemory]).
	Memory Maybe[time.Duration]

	// Lent and Kept: the port is one of those that the kernel lends to clients,
	// one that it is told not to lend.
	Lent, Kept bool
}

// SheetServer is what the sheet's serveur.py asks for.
func SheetServer(port uint16) BindRequest {
	return BindRequest{Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)}
}

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
	return ForeseeBind(req, sockets, Ground{System: runtime.GOOS, Allowed: allowsPort(at.Port()), Open: openPorts(), Excluded: excludedRange(at.Port()), Memory: MostMemory()})
}

// bindRefused says what the system refuses whatever the sockets are. IPv4 looks
// at the address first, IPv6 at the port (__inet_bind, __inet6_bind).
func (g Ground) bindRefused(req BindRequest) (Verdict, bool) {
	denied := Verdict{Outcome: Refused, Errno: "EACCES", Because: []Reason{{Kind: NotAllowed, Range: g.Open}}}
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
