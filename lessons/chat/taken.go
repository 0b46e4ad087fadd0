package chat

import (
	"context"
	"fmt"
	"net/netip"

	"labo/lessons/onport"
	"labo/probe"
)

// PortTakenError says that a server cannot have its port, and what the system
// shows of who has it.
type PortTakenError struct {
	Addr netip.AddrPort
	Port uint16

	// Verdict is what bind() would have got among the sockets that labo then
	// saw: refused, unless what was in the way was gone by then. Unseen says why
	// labo could not look.
	Verdict probe.Verdict
	Unseen  error

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
		snap.Introduce(ctx, onport.MostNamed)
		e.Verdict = probe.InTheWay(addr, snap.Sockets)
	}
	e.Free = freeNear(ctx, addr)
	return e
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
