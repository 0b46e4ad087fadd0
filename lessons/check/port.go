package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/onport"
	"labo/probe"
)

// PortBusyError says that the port of the sheet is not free on this machine,
// and what the system knows of it.
type PortBusyError struct {
	Port    uint16
	Sockets []probe.Socket // those that hold it
	Source  probe.Source
	Err     error // what bind said; nil where it was not asked
}

func (e *PortBusyError) Error() string {
	return fmt.Sprintf("port %d is taken by %d sockets: %v", e.Port, len(e.Sockets), e.Err)
}

func (e *PortBusyError) Unwrap() error { return e.Err }

// Verdict says which of the sockets are in the way.
func (e *PortBusyError) Verdict() probe.Verdict {
	return probe.InTheWay(probe.SheetServer(e.Port).Addr, e.Sockets)
}

// Lingering returns how long the kernel still remembers finished connections
// on the port. It is known only where nothing but such memories hold it.
func (e *PortBusyError) Lingering() probe.Maybe[time.Duration] { return e.Verdict().Until }

// holding returns the sockets of this machine whose own port is port. A client
// that calls it is not among them.
func holding(ctx context.Context, port uint16) ([]probe.Socket, probe.Source, error) {
	snap, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{port}})
	if err != nil {
		return nil, probe.Auto, err
	}
	snap.Introduce(ctx, onport.MostNamed)
	var held []probe.Socket
	for _, s := range snap.Sockets {
		if s.Local.Port() == port && s.State != probe.Closed {
			held = append(held, s)
		}
	}
	return held, snap.Source, nil
}

// portFree returns a [*PortBusyError] when the port cannot be had, and nil when
// it can: it tries, as the sheet's server does. Only a refusal is looked into.
func portFree(ctx context.Context, port uint16) error {
	err := tryPort(ctx, port)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	held, source, asked := holding(ctx, port)
	if asked != nil {
		return errors.Join(err, asked)
	}
	return &PortBusyError{Port: port, Sockets: held, Source: source, Err: err}
}

// tryPort binds the port and lets go of it, without SO_REUSEADDR: what the
// kernel still remembers counts.
func tryPort(ctx context.Context, port uint16) error {
	c := net.ListenConfig{Control: exclusive}
	c.SetMultipathTCP(false)
	l, err := c.Listen(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	return l.Close()
}

// WaitFree waits for a port that the kernel remembers for another left, and
// returns a [*PortBusyError] when it is still not free then.
func WaitFree(ctx context.Context, port uint16, left time.Duration) error {
	// A timer of a minute may ring seconds late: the kernel sorts them by ever
	// coarser steps, of up to an eighth of their time (kernel/time/timer.c).
	const late = 10 * time.Second
	limit, cancel := context.WithTimeout(ctx, left+late)
	defer cancel()
	return waitFreeUntil(ctx, limit, 100*time.Millisecond, port)
}

// waitFree waits until nothing holds the port any more, for at most bound.
// What a run leaves ends within milliseconds: our peers leave by RST.
func waitFree(ctx context.Context, port uint16, bound time.Duration) error {
	limit, cancel := pace.WithTimeout(ctx, bound)
	defer cancel()
	return waitFreeUntil(ctx, limit, 10*time.Millisecond, port)
}

// waitFreeUntil tries the port at each step. Who holds it is asked once, when
// limit, a part of ctx, is over.
func waitFreeUntil(ctx, limit context.Context, step time.Duration, port uint16) error {
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		if err := tryPort(ctx, port); err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case <-tick.C:
		case <-limit.Done():
			return portFree(ctx, port)
		}
	}
}
