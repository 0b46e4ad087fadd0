package probe

import (
	"net/netip"
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
	Root      bool       // with [NotAllowed]: this process is root, and lacks the capability
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
	// everybody may have, Root whether it is root's.
	Allowed Maybe[bool]
	Open    PortRange
	Root    bool

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
