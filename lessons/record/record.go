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
	Protocol  string    `json:"protocol"` // "tcp4", "tcp6"
	State     string    `json:"state"`    // RFC 9293
	Local     *End      `json:"local"`
	Remote    *End      `json:"remote"`
	V6Only    *bool     `json:"v6only"`
	Interface *string   `json:"interface"` // null for any too
	RecvQueue *uint32   `json:"recv_queue"`
	SendQueue *uint32   `json:"send_queue"`
	Timer     *Timer    `json:"timer"`
	Counters  *Counters `json:"counters"` // null for a socket without a connection, or where they were not asked for
	Inode     *uint32   `json:"inode"`
	Owner     Owner     `json:"owner"`

	Unknown `json:"-"`
}

// End is one end of a connection.
type End struct {
	Addr string `json:"addr"`
	Port uint16 `json:"port"`

	Unknown `json:"-"`
}

// Timer is a kernel timer. Kind is "none" where the kernel said that none runs
// ("" in a notebook of before), "unknown" for one of a kind that labo does not
// know; a socket has no Timer at all where all of that is unknown.
type Timer struct {
	Kind        string `json:"kind"`
	ExpiresMS   *int64 `json:"expires_ms"` // null where none runs
	Retransmits uint8  `json:"retransmits"`

	Unknown `json:"-"`
}

// Counters are a [probe.Info].
type Counters struct {
	Sent        *uint64 `json:"bytes_sent"`
	Acked       *uint64 `json:"bytes_acked"`
	Received    *uint64 `json:"bytes_received"`
	RoundTripUS *int64  `json:"round_trip_us"`
	Resent      uint32  `json:"resent"`

	Unknown `json:"-"`
}

// Owner says who holds a socket.
type Owner struct {
	Kind      string   `json:"kind"` // "process", "kernel", "forbidden", "gone", "hidden"
	UID       *int     `json:"uid"`  // of who created the socket
	Processes []Holder `json:"processes"`

	Unknown `json:"-"`
}

// Holder is a process that has the socket open. Descriptors are its numbers for
// it, null where they are unknown.
type Holder struct {
	PID         int    `json:"pid"`
	Name        string `json:"name"`
	Descriptors []int  `json:"descriptors"`

	Unknown `json:"-"`
}

// Of returns the form of a socket.
func Of(s *probe.Socket) Socket {
	k := Socket{
		Protocol: s.Family.String(), State: s.State.String(), Local: EndOf(s.Local), Remote: EndOf(s.Remote),
		V6Only: pointer(s.V6Only), RecvQueue: pointer(s.RecvQueue), SendQueue: pointer(s.SendQueue), Inode: pointer(s.Inode),
		Owner: Owner{Kind: s.Owner.Kind.String(), UID: pointer(s.Owner.UID), Processes: []Holder{}},
	}
	if on := s.Interface.Value; on != nil {
		name := text.Visible(on.Name)
		k.Interface = &name
	}
	if s.Timer.Known {
		t := s.Timer.Value
		k.Timer = &Timer{Kind: TimerName(t.Kind), Retransmits: t.Retransmits}
		if t.Kind != probe.TimerNone {
			ms := t.Remaining.Milliseconds()
			k.Timer.ExpiresMS = &ms
		}
	}
	if i := s.Info; i != nil {
		k.Counters = &Counters{Sent: pointer(i.Sent), Acked: pointer(i.Acknowledged), Received: pointer(i.Received), Resent: i.Resent}
		if i.RoundTrip.Known {
			us := i.RoundTrip.Value.Microseconds()
			k.Counters.RoundTripUS = &us
		}
	}
	for _, h := range s.Owner.Holders {
		one := Holder{PID: h.PID, Name: text.Visible(h.Name)}
		for _, o := range s.Owner.Open {
			if o.PID == h.PID {
				one.Descriptors = append(one.Descriptors, o.FD)
			}
		}
		k.Owner.Processes = append(k.Owner.Processes, one)
	}
	return k
}

// TimerName is what a form says of a timer that is known.
func TimerName(k probe.TimerKind) string {
	if k == probe.TimerNone {
		return "none"
	}
	if name := k.String(); name != "" {
		return name
	}
	return "unknown"
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
		Family: probe.TCP4, Local: s.Local.probe(), Remote: s.Remote.probe(), V6Only: maybe(s.V6Only),
		RecvQueue: maybe(s.RecvQueue), SendQueue: maybe(s.SendQueue), Inode: maybe(s.Inode),
		Owner: s.Owner.probe(),
	}
	p.State, _ = probe.ParseState(s.State)
	if s.Protocol == probe.TCP6.String() {
		p.Family = probe.TCP6
	}
	if s.Interface != nil {
		p.Interface = probe.Known(&probe.Interface{Name: *s.Interface})
	}
	if t := s.Timer; t != nil {
		p.Timer = probe.Known(probe.Timer{Kind: timerKind(t.Kind), Retransmits: t.Retransmits})
		if t.ExpiresMS != nil {
			p.Timer.Value.Remaining = time.Duration(*t.ExpiresMS) * time.Millisecond
		}
	}
	if c := s.Counters; c != nil {
		p.Info = &probe.Info{Sent: maybe(c.Sent), Acknowledged: maybe(c.Acked), Received: maybe(c.Received), Resent: c.Resent}
		if c.RoundTripUS != nil {
			p.Info.RoundTrip = probe.Known(time.Duration(*c.RoundTripUS) * time.Microsecond)
		}
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
	p.UID = maybe(o.UID)
	for _, h := range o.Processes {
		p.Holders = append(p.Holders, &probe.Holder{PID: h.PID, Name: text.Visible(h.Name)})
		for _, fd := range h.Descriptors {
			p.Open = append(p.Open, probe.OpenFD{PID: h.PID, FD: fd})
		}
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
	if name == "unknown" {
		return unknownTimer
	}
	return probe.TimerNone // "none", and "" in a notebook of before
}

// unknownTimer is of no kind that [probe] knows.
const unknownTimer probe.TimerKind = 255

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
