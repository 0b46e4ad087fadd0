package demo

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/fault"
)

// Attempt is what became of one connect().
type Attempt struct {
	Conn    *net.TCPConn  // nil when it failed
	Elapsed time.Duration // from just before connect() until its outcome was known
	Err     error         // nil, or what connect() returned
}

// Connect tries once to connect to that address and gives up after limit, in
// which this process ran: a busy machine is no server that does not answer.
func Connect(ctx context.Context, to netip.AddrPort, limit time.Duration) Attempt {
	start := time.Now()
	ctx, cancel := pace.WithTimeout(ctx, limit)
	defer cancel()
	d := net.Dialer{KeepAlive: -1, Control: func(string, string, syscall.RawConn) error {
		start = time.Now() // socket() is done, connect() comes next
		return nil
	}}
	c, err := d.DialContext(ctx, "tcp", to.String())
	a := Attempt{Elapsed: time.Since(start), Err: err}
	if err != nil && context.Cause(ctx) == context.DeadlineExceeded {
		a.Err = os.ErrDeadlineExceeded
	}
	if err == nil {
		a.Conn = c.(*net.TCPConn)
	}
	return a
}

// Refused reports whether the other system answered "no" (a RST).
func (a Attempt) Refused() bool {
	return fault.Refused(a.Err)
}

// TimedOut reports whether nothing answered within the limit.
func (a Attempt) TimedOut() bool {
	ne, ok := errors.AsType[net.Error](a.Err)
	return ok && ne.Timeout()
}

// Accept takes the connection of that client out of a queue. One of somebody
// else is told of and aborted. Where the client is the zero AddrPort, any is
// taken.
func Accept(l *net.TCPListener, client netip.AddrPort, other func(net.Conn)) (*net.TCPConn, error) {
	for {
		c, err := l.AcceptTCP()
		if err != nil {
			return nil, err
		}
		if !client.IsValid() || endOf(c.RemoteAddr()) == client {
			return c, nil
		}
		if other != nil {
			other(c)
		}
		Abort(c)
	}
}

// Abort closes c at once with a RST, so that no state stays behind: a scene
// leaves nothing, not even a TIME-WAIT.
func Abort(c net.Conn) {
	if c == nil {
		return
	}
	if t, ok := c.(*net.TCPConn); ok && t != nil {
		t.SetLinger(0)
		t.Close()
	}
}
