package check

import (
	"context"
	"errors"
	"fmt"
	"time"

	"labo/probe"
)

// PortBusyError says that the port of the sheet is not free on this machine,
// and what the system knows of it.
type PortBusyError struct {
	Port    uint16
	Sockets []probe.Socket // those that hold it
	Source  probe.Source
}

func (e *PortBusyError) Error() string {
	return fmt.Sprintf("port %d is taken by %d sockets", e.Port, len(e.Sockets))
}

// Lingering returns how long the kernel still remembers a finished connection
// on the port. It is known only where nothing but such memories hold it.
func (e *PortBusyError) Lingering() probe.Maybe[time.Duration] {
	var longest time.Duration
	for i := range e.Sockets {
		s := &e.Sockets[i]
		if s.State != probe.TimeWait && s.State != probe.FinWait2 || s.Owner.Kind == probe.OwnerProcess {
			return probe.Maybe[time.Duration]{}
		}
		if !s.Timer.Known || s.Timer.Value.Kind == probe.TimerNone {
			return probe.Maybe[time.Duration]{}
		}
		longest = max(longest, s.Timer.Value.Remaining)
	}
	return probe.Known(longest)
}

// holding returns the sockets of this machine whose own port is port. A client
// that calls it is not among them.
func holding(ctx context.Context, port uint16) ([]probe.Socket, probe.Source, error) {
	snap, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{port}})
	if err != nil {
		return nil, probe.Auto, err
	}
	var held []probe.Socket
	for _, s := range snap.Sockets {
		if s.Local.Port() == port && s.State != probe.Closed {
			held = append(held, s)
		}
	}
	return held, snap.Source, nil
}

// portFree returns a [*PortBusyError] when something holds the port.
func portFree(ctx context.Context, port uint16) error {
	held, source, err := holding(ctx, port)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return &PortBusyError{Port: port, Sockets: held, Source: source}
	}
	return nil
}

// waitFree waits until nothing holds the port any more, for at most bound.
// What a run leaves ends within milliseconds: our peers leave by RST.
func waitFree(ctx context.Context, port uint16, bound time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, bound, errStillBusy)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := portFree(ctx, port)
		var busy *PortBusyError
		if !errors.As(err, &busy) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return busy
		}
	}
}

var errStillBusy = errors.New("the port is still held")
