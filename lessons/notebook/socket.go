package notebook

import (
	"net/netip"
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// Socket is a [probe.Socket] in the words of `labo sonde --json`. Command
// lines are left out: a notebook is handed to others.
type Socket struct {
	Protocol  string  `json:"protocol"` // "tcp4", "tcp6"
	State     string  `json:"state"`    // RFC 9293
	Local     *End    `json:"local"`
	Remote    *End    `json:"remote"`
	RecvQueue *uint32 `json:"recv_queue"`
	SendQueue *uint32 `json:"send_queue"`
	Timer     *Timer  `json:"timer"`
	Inode     *uint32 `json:"inode"`
	Owner     Owner   `json:"owner"`

	Unknown
}

// End is one end of a connection.
type End struct {
	Addr string `json:"addr"`
	Port uint16 `json:"port"`

	Unknown
}

// Timer is a kernel timer. Kind is "" where the kernel said that none runs;
// a socket has no Timer at all where that is unknown.
type Timer struct {
	Kind        string `json:"kind"`
	ExpiresMS   int64  `json:"expires_ms"`
	Retransmits uint8  `json:"retransmits,omitempty"`

	Unknown
}

// Owner says who holds a socket.
type Owner struct {
	Kind      string   `json:"kind"` // "process", "kernel", "forbidden", "gone", "hidden"
	Processes []Holder `json:"processes,omitempty"`

	Unknown
}

// Holder is a process that has the socket open.
type Holder struct {
	PID  int    `json:"pid"`
	Name string `json:"name"`

	Unknown
}

func keepSocket(s *probe.Socket) Socket {
	k := Socket{
		Protocol: s.Family.String(), State: s.State.String(), Local: keepEnd(s.Local), Remote: keepEnd(s.Remote),
		RecvQueue: pointer(s.RecvQueue), SendQueue: pointer(s.SendQueue), Inode: pointer(s.Inode),
		Owner: Owner{Kind: s.Owner.Kind.String()},
	}
	if s.Timer.Known {
		t := s.Timer.Value
		k.Timer = &Timer{Kind: t.Kind.String(), ExpiresMS: t.Remaining.Milliseconds(), Retransmits: t.Retransmits}
	}
	for _, h := range s.Owner.Holders {
		k.Owner.Processes = append(k.Owner.Processes, Holder{PID: h.PID, Name: clean(h.Name)})
	}
	return k
}

func keepEnd(a netip.AddrPort) *End {
	if !a.IsValid() {
		return nil
	}
	return &End{Addr: text.Visible(a.Addr().String()), Port: a.Port()}
}

func (s *Socket) shown() probe.Socket {
	p := probe.Socket{
		Family: probe.TCP4, Local: s.Local.shown(), Remote: s.Remote.shown(),
		RecvQueue: maybe(s.RecvQueue), SendQueue: maybe(s.SendQueue), Inode: maybe(s.Inode),
		Owner: s.Owner.shown(),
	}
	p.State, _ = probe.ParseState(s.State)
	if s.Protocol == probe.TCP6.String() {
		p.Family = probe.TCP6
	}
	if s.Timer != nil {
		p.Timer = probe.Known(probe.Timer{
			Kind: timerKind(s.Timer.Kind), Remaining: time.Duration(s.Timer.ExpiresMS) * time.Millisecond,
			Retransmits: s.Timer.Retransmits,
		})
	}
	return p
}

// shown returns the zero AddrPort for no end, or one that cannot be read.
func (e *End) shown() netip.AddrPort {
	if e == nil {
		return netip.AddrPort{}
	}
	a, err := netip.ParseAddr(e.Addr)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a, e.Port)
}

func (o *Owner) shown() probe.Owner {
	var p probe.Owner
	for k := probe.OwnerHidden; k <= probe.OwnerGone; k++ {
		if k.String() == o.Kind {
			p.Kind = k
		}
	}
	for _, h := range o.Processes {
		p.Holders = append(p.Holders, &probe.Holder{PID: h.PID, Name: clean(h.Name)})
	}
	if p.Kind == probe.OwnerProcess && len(p.Holders) == 0 { // a file that was edited
		p.Kind = probe.OwnerHidden
	}
	return p
}

func timerKind(name string) probe.TimerKind {
	for _, k := range []probe.TimerKind{probe.TimerRetransmit, probe.TimerKeepalive, probe.TimerTimeWait, probe.TimerZeroWindow} {
		if k.String() == name {
			return k
		}
	}
	return probe.TimerNone
}

func pointer[T any](m probe.Maybe[T]) *T {
	if !m.Known {
		return nil
	}
	return &m.Value
}

func maybe[T any](p *T) probe.Maybe[T] {
	if p == nil {
		return probe.Maybe[T]{}
	}
	return probe.Known(*p)
}
