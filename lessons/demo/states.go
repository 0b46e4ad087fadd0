package demo

import (
	"context"
	"net"
	"net/netip"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// Made is a TCP state made for real on the loopback address, and held until
// Close.
type Made struct {
	State probe.State
	// Socket is the row that is in the state, as the probe shows it. For
	// [probe.Closed] there is none: the proof is that no row has Inode.
	Socket   probe.Socket
	Inode    uint64          // of the CLOSED socket, 0 where the system does not tell
	Snapshot *probe.Snapshot // of the port, at the moment the state was seen
	Port     uint16          // of the listener; 0 for CLOSED

	closers []func()
}

// Close ends everything at once (RST), so that only what is about memory
// (TIME-WAIT) is left.
func (m *Made) Close() {
	for i := len(m.closers) - 1; i >= 0; i-- {
		m.closers[i]()
	}
	m.closers = nil
}

func (m *Made) later(f func()) { m.closers = append(m.closers, f) }

// Eleven are the states of RFC 9293, in the order of a connection's life.
var Eleven = []probe.State{
	probe.Closed, probe.Listen, probe.SynSent, probe.SynReceived, probe.Established,
	probe.FinWait1, probe.FinWait2, probe.CloseWait, probe.Closing, probe.LastAck, probe.TimeWait,
}

// NotHereError: this system cannot make a state, or cannot show it.
type NotHereError struct {
	State probe.State
	Err   error // nil: the system has no means
}

func (e *NotHereError) Error() string {
	if e.Err == nil {
		return e.State.String() + " cannot be made on this system"
	}
	return e.State.String() + ": " + e.Err.Error()
}

func (e *NotHereError) Unwrap() error { return e.Err }

// stateBound is how long a state is waited for; a healthy machine needs a few
// milliseconds.
const stateBound = 3 * time.Second

// recipes make the states. The init of a system's file adds those that need
// more than package net.
var recipes = map[probe.State]func(context.Context, *Made) error{
	probe.Listen:      makeListen,
	probe.Established: makeEstablished,
	probe.FinWait1:    makeFinWait1,
	probe.FinWait2:    makeFinWait2,
	probe.CloseWait:   makeCloseWait,
	probe.Closing:     makeClosing,
	probe.LastAck:     makeLastAck,
	probe.TimeWait:    makeTimeWait,
}

// MakeState brings a socket of this process into a state and returns once the
// probe shows it there. Errors: a [*NotHereError], that of a call, or the
// context's.
func MakeState(ctx context.Context, state probe.State) (*Made, error) {
	recipe, ok := recipes[state]
	if !ok {
		return nil, &NotHereError{State: state}
	}
	m := &Made{State: state}
	if err := recipe(ctx, m); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// seen waits until the socket between two ends is in the state.
func (m *Made) seen(ctx context.Context, local, remote netip.AddrPort) error {
	return m.seenWhere(ctx, func(s *probe.Socket) bool { return s.Local == local && s.Remote == remote })
}

func (m *Made) seenWhere(ctx context.Context, is func(*probe.Socket) bool) error {
	begun := time.Now()
	ctx, cancel := pace.WithTimeout(ctx, stateBound)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	last := "aucune ligne de ce socket"
	for {
		snap, err := look(ctx, probe.Filter{Ports: []uint16{m.Port}})
		if err != nil && ctx.Err() == nil {
			return err
		}
		for i := 0; err == nil && i < len(snap.Sockets); i++ {
			s := &snap.Sockets[i]
			if !is(s) {
				continue
			}
			if last = "la table le montre en " + s.State.String(); s.State == m.State {
				m.Socket, m.Snapshot = *s, snap
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			if context.Cause(ctx) == context.DeadlineExceeded {
				return &NotHereError{State: m.State, Err: fault.Failed("en "+text.Duration(time.Since(begun))+", "+last, "", nil)}
			}
			return ctx.Err()
		}
	}
}

// couple is a connection with both ends in hand.
type couple struct {
	client, server *net.TCPConn
	near, far      netip.AddrPort // the client's end, the server's end
}

// listen opens a listener on a port that the kernel chooses, and that no
// memory of another connection cites.
func (m *Made) listen(ctx context.Context) (*net.TCPListener, error) {
	lc := net.ListenConfig{KeepAlive: -1}
	lc.SetMultipathTCP(false)
	l, err := unnamed(ctx, func() (*net.TCPListener, error) {
		l, err := lc.Listen(ctx, "tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		return l.(*net.TCPListener), nil
	})
	if err != nil {
		return nil, err
	}
	m.Port = endOf(l.Addr()).Port()
	m.later(func() { l.Close() })
	return l, nil
}

// unnamed returns what open opened: a listener on a port of the kernel's choice
// that no memory of another connection (TIME-WAIT) cites. The kernel gives a
// port again at once to which only the memory of a client's connection leads.
func unnamed(ctx context.Context, open func() (*net.TCPListener, error)) (*net.TCPListener, error) {
	const tries = 20
	for try := 1; ; try++ {
		l, err := open()
		if err != nil {
			return nil, err
		}
		s, err := look(ctx, probe.Filter{Ports: []uint16{endOf(l.Addr()).Port()}})
		if err != nil || len(s.Sockets) <= 1 || try == tries {
			return l, nil
		}
		l.Close()
	}
}

// dial connects to the listener.
func (m *Made) dial(ctx context.Context) (*net.TCPConn, error) {
	d := net.Dialer{KeepAlive: -1, Timeout: stateBound}
	c, err := d.DialContext(ctx, "tcp4", netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), m.Port).String())
	if err != nil {
		return nil, err
	}
	m.later(func() { Abort(c) })
	return c.(*net.TCPConn), nil
}

func (m *Made) couple(ctx context.Context) (*couple, error) {
	l, err := m.listen(ctx)
	if err != nil {
		return nil, err
	}
	client, err := m.dial(ctx)
	if err != nil {
		return nil, err
	}
	server, err := Accept(l, endOf(client.LocalAddr()), nil)
	if err != nil {
		return nil, err
	}
	m.later(func() { Abort(server) })
	c := &couple{client: client, server: server}
	c.near, c.far = endOf(client.LocalAddr()), endOf(client.RemoteAddr())
	for _, conn := range []*net.TCPConn{client, server} { // small: sooner full
		conn.SetReadBuffer(4 << 10)
		conn.SetWriteBuffer(4 << 10)
	}
	return c, nil
}

func endOf(a net.Addr) netip.AddrPort {
	ap := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
