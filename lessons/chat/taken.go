package chat

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"labo/probe"
)

// PortTakenError says that a server cannot have its port, and what the system
// shows of who has it.
type PortTakenError struct {
	Addr netip.AddrPort
	Port uint16

	// State and Owner are those of the socket that is in the way: a listener,
	// else a reserved port, else a connection, else its memory (TIME-WAIT).
	// StateUnknown: none was seen any more when we looked, or Unseen says why
	// we could not look.
	State probe.State
	Owner probe.Owner
	// Remaining is the time until the kernel forgets the last of the
	// connections, with [probe.TimeWait] where the system tells it.
	Remaining probe.Maybe[time.Duration]
	Unseen    error

	// Free is a port near this one that could be had when we tried, 0 for none.
	Free uint16

	Duplex bool // it was a two-way server

	Err error // the errno of bind() or listen()
}

func (e *PortTakenError) Error() string { return fmt.Sprintf("port %d is taken: %v", e.Port, e.Err) }
func (e *PortTakenError) Unwrap() error { return e.Err }

// portTaken asks the system who has addr.
func portTaken(ctx context.Context, addr netip.AddrPort, cause error) *PortTakenError {
	e := &PortTakenError{Addr: addr, Port: addr.Port(), Err: cause}
	snap, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{addr.Port()}})
	if err != nil {
		e.Unseen = err
	} else {
		e.blame(snap.Sockets)
	}
	e.Free = freeNear(ctx, addr)
	return e
}

// blame picks among sockets the one that is in the way of e.Addr.
func (e *PortTakenError) blame(sockets []probe.Socket) {
	worst := 0
	for i := range sockets {
		s := &sockets[i]
		if s.Local.Port() != e.Port || !overlap(s.Local.Addr().Unmap(), e.Addr.Addr()) {
			continue
		}
		if w := hindrance(s); w > worst {
			worst = w
			e.State, e.Owner = s.State, s.Owner
		}
		if t := s.Timer; s.State == probe.TimeWait && t.Known && t.Value.Kind == probe.TimerTimeWait &&
			t.Value.Remaining > e.Remaining.Value {
			e.Remaining = probe.Known(t.Value.Remaining)
		}
	}
	if e.State != probe.TimeWait {
		e.Remaining = probe.Maybe[time.Duration]{}
	}
}

// hindrance ranks sockets by how surely they are what keeps a port.
func hindrance(s *probe.Socket) int {
	switch s.State {
	case probe.Listen:
		return 4
	case probe.Bound:
		return 3
	case probe.TimeWait:
		return 1
	}
	return 2
}

// overlap reports whether two local addresses cannot have the same port: they
// are equal, or one of them is "all addresses".
func overlap(a, b netip.Addr) bool {
	return a == b || a.IsUnspecified() || b.IsUnspecified()
}

// freeNear returns a port after the one of addr that can be listened on now.
func freeNear(ctx context.Context, addr netip.AddrPort) uint16 {
	const tries = 20
	for i := 1; i <= tries && int(addr.Port())+i <= 65535; i++ {
		port := addr.Port() + uint16(i)
		if l, err := listenAt(ctx, netip.AddrPortFrom(addr.Addr(), port), false); err == nil {
			l.Close()
			return port
		}
	}
	return 0
}
