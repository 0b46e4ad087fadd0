// Package record has the one form of a socket in every JSON document of labo: a
// notebook, a judgement, a trace, `labo sonde --json`. It is described in
// docs/json.md.
package record

import (
	"net/netip"
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// Unknown are the fields of an object of a notebook that this release does not
// know, so that saving again loses nothing of what a newer one wrote. Every
// object of the file embeds it.
type Unknown map[string]any

// Socket is a [probe.Socket]. What is unknown is null. Command lines, which
// `labo sonde --json` adds, are left out: a notebook is handed to others.
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

	Unknown `json:"-"`
}

// End is one end of a connection.
type End struct {
	Addr string `json:"addr"`
	Port uint16 `json:"port"`

	Unknown `json:"-"`
}

// Timer is a kernel timer. Kind is "" where the kernel said that none runs;
// a socket has no Timer at all where that is unknown.
type Timer struct {
	Kind        string `json:"kind"`
	ExpiresMS   int64  `json:"expires_ms"`
	Retransmits uint8  `json:"retransmits,omitempty"`

	Unknown `json:"-"`
}

// Owner says who holds a socket.
type Owner struct {
	Kind      string   `json:"kind"` // "process", "kernel", "forbidden", "gone", "hidden"
	Processes []Holder `json:"processes,omitempty"`

	Unknown `json:"-"`
}

// Holder is a process that has the socket open.
type Holder struct {
	PID  int    `json:"pid"`
	Name string `json:"name"`

	Unknown `json:"-"`
}

// Of returns the form of a socket.
func Of(s *probe.Socket) Socket {
	k := Socket{
		Protocol: s.Family.String(), State: s.State.String(), Local: EndOf(s.Local), Remote: EndOf(s.Remote),
		RecvQueue: pointer(s.RecvQueue), SendQueue: pointer(s.SendQueue), Inode: pointer(s.Inode),
		Owner: Owner{Kind: s.Owner.Kind.String()},
	}
	if s.Timer.Known {
		t := s.Timer.Value
		k.Timer = &Timer{Kind: t.Kind.String(), ExpiresMS: t.Remaining.Milliseconds(), Retransmits: t.Retransmits}
	}
	for _, h := range s.Owner.Holders {
		k.Owner.Processes = append(k.Owner.Processes, Holder{PID: h.PID, Name: text.Visible(h.Name)})
	}
	return k
}

// EndOf returns the form of an address, nil for none.
func EndOf(a netip.AddrPort) *End {
	if !a.IsValid() {
		return nil
	}
	return &End{Addr: text.Visible(a.Addr().String()), Port: a.Port()}
}

// Probe returns the socket again, as far as its form tells.
func (s *Socket) Probe() probe.Socket {
	p := probe.Socket{
		Family: probe.TCP4, Local: s.Local.probe(), Remote: s.Remote.probe(),
		RecvQueue: maybe(s.RecvQueue), SendQueue: maybe(s.SendQueue), Inode: maybe(s.Inode),
		Owner: s.Owner.probe(),
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

// probe returns the zero AddrPort for no end, or one that cannot be read.
func (e *End) probe() netip.AddrPort {
	if e == nil {
		return netip.AddrPort{}
	}
	a, err := netip.ParseAddr(e.Addr)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a, e.Port)
}

func (o *Owner) probe() probe.Owner {
	var p probe.Owner
	for k := probe.OwnerHidden; k <= probe.OwnerGone; k++ {
		if k.String() == o.Kind {
			p.Kind = k
		}
	}
	for _, h := range o.Processes {
		p.Holders = append(p.Holders, &probe.Holder{PID: h.PID, Name: text.Visible(h.Name)})
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
