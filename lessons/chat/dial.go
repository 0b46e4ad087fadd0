package chat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"labo/lessons/fault"
	"labo/probe"
)

// RefusedError says that the kernel of Addr answered with RST.
type RefusedError struct {
	Addr  netip.AddrPort
	After time.Duration // from the call of connect() to its answer
	// Duplex: it was a two-way client.
	Duplex bool
	// Seen is what connect() would have got among the sockets that labo then saw
	// of this machine; unknown for another one.
	Seen probe.Verdict
	Err  error // the errno
}

// see looks for who listens.
func (e *RefusedError) see(ctx context.Context) {
	if !e.Addr.Addr().IsLoopback() {
		return
	}
	if s, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{e.Addr.Port()}}); err == nil {
		e.Seen = probe.ForeseeConnect(e.Addr, s.Sockets, probe.Survey(e.Addr, s))
	}
}

func (e *RefusedError) Error() string { return fmt.Sprintf("connect to %v: %v", e.Addr, e.Err) }
func (e *RefusedError) Unwrap() error { return e.Err }

// ConnectError says that a connection failed otherwise than by a refusal.
type ConnectError struct {
	Addr   netip.AddrPort
	Reason ConnectReason
	After  time.Duration // from the call of connect() to its answer
	Err    error         // the errno
}

// ConnectReason is what an errno of connect() means.
type ConnectReason uint8

const (
	ConnectOther       ConnectReason = iota
	ConnectNoAnswer                  // ETIMEDOUT: every SYN was lost, or left unanswered
	ConnectUnreachable               // EHOSTUNREACH, ENETUNREACH: no way there
	ConnectDenied                    // EACCES: a rule of this machine forbids it
	ConnectNoFamily                  // EAFNOSUPPORT, EADDRNOTAVAIL: no such addresses here
	ConnectReset                     // ECONNRESET: cut before it was complete
)

func (e *ConnectError) Error() string { return fmt.Sprintf("connect to %v: %v", e.Addr, e.Err) }
func (e *ConnectError) Unwrap() error { return e.Err }

// patience is how long a connection may take before the reader is told. It is
// longer than the two seconds Windows takes to report a refusal.
const patience = 3 * time.Second

// dial connects as the sheet does: TCP and not MPTCP, no keepalive, and no
// limit but the kernel's own (about two minutes on Linux). It calls slow once
// if there is no answer after a while, and gives up when stop is closed (with
// context.Canceled) or ctx ends.
func dial(ctx context.Context, addr netip.AddrPort, after time.Duration, stop <-chan struct{}, slow func()) (*net.TCPConn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		conn  net.Conn
		err   error
		after time.Duration
	}
	answers := make(chan answer, 1)
	go func() {
		d := net.Dialer{KeepAlive: -1}
		d.SetMultipathTCP(false)
		start := time.Now()
		conn, err := d.DialContext(ctx, network(addr.Addr()), addr.String())
		answers <- answer{conn, err, time.Since(start)}
	}()
	timer := time.NewTimer(after)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			slow()
		case <-stop:
			stop = nil
			cancel()
		case a := <-answers:
			if a.err == nil {
				return a.conn.(*net.TCPConn), nil
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			err := connectError(addr, a.after, a.err)
			if refused, ok := errors.AsType[*RefusedError](err); ok {
				refused.see(ctx)
			}
			return nil, err
		}
	}
}

func connectError(addr netip.AddrPort, after time.Duration, err error) error {
	if fault.Refused(err) {
		return &RefusedError{Addr: addr, After: after, Err: err}
	}
	e := &ConnectError{Addr: addr, After: after, Err: err}
	switch probe.ErrnoName(err) {
	case "ETIMEDOUT":
		e.Reason = ConnectNoAnswer
	case "EHOSTUNREACH", "ENETUNREACH":
		e.Reason = ConnectUnreachable
	case "EACCES", "EPERM":
		e.Reason = ConnectDenied
	case "EAFNOSUPPORT", "EADDRNOTAVAIL":
		e.Reason = ConnectNoFamily
	case "ECONNRESET", "ECONNABORTED":
		e.Reason = ConnectReset
	}
	return e
}
