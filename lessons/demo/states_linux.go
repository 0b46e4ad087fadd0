package demo

import (
	"context"
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"

	"labo/lessons/fault"
	"labo/probe"
)

func init() {
	recipes[probe.Closed] = makeClosed
	recipes[probe.SynSent] = makeSynSent
	recipes[probe.SynReceived] = makeSynReceived
}

// makeClosed: a socket that has called nothing is in no table. Its inode
// proves that it exists.
func makeClosed(ctx context.Context, m *Made) error {
	r, err := NewRaw()
	if err != nil {
		return err
	}
	m.later(func() { r.Close() })
	var st unix.Stat_t
	if err := unix.Fstat(r.Descriptor(), &st); err != nil {
		return err
	}
	m.Inode = st.Ino
	snap, err := look(ctx, probe.Filter{PIDs: nil})
	if err != nil {
		return err
	}
	for i := range snap.Sockets {
		if s := &snap.Sockets[i]; s.Inode.Known && uint64(s.Inode.Value) == st.Ino {
			return &NotHereError{State: probe.Closed, Err: fault.Failed("la table le montre en "+s.State.String(), "", nil)}
		}
	}
	m.Snapshot = snap
	return nil
}

// makeSynSent: a queue of one (listen(fd, 0)) holds one connection that nobody
// accepts; the kernel then drops the next client's SYN (listen(2), tcp(7)).
func makeSynSent(ctx context.Context, m *Made) error {
	l, err := m.listen(ctx)
	if err != nil {
		return err
	}
	if err := onFD(l, func(fd int) error { return unix.Listen(fd, 0) }); err != nil {
		return err
	}
	if _, err := m.dial(ctx); err != nil {
		return err
	}
	dialing, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for dialing.Err() == nil { // again when the kernel gives up, after two minutes or so
			var d net.Dialer
			c, err := d.DialContext(dialing, "tcp4", l.Addr().String())
			if err == nil {
				Abort(c)
				return
			}
			if !errors.Is(err, unix.ETIMEDOUT) {
				return
			}
		}
	}()
	m.later(func() { cancel(); <-ended })
	to := endOf(l.Addr())
	return m.seenWhere(ctx, func(s *probe.Socket) bool { return s.Remote == to && s.State == probe.SynSent })
}

// deferAccept is for how long the kernel keeps a silent client in SYN-RECEIVED,
// in seconds (TCP_DEFER_ACCEPT, tcp(7)): longer than anybody looks at it. After
// that the connection is ESTABLISHED.
const deferAccept = 3600

// makeSynReceived: with TCP_DEFER_ACCEPT the kernel ignores the client's last
// ACK until it brings data.
func makeSynReceived(ctx context.Context, m *Made) error {
	l, err := m.listen(ctx)
	if err != nil {
		return err
	}
	if err := onFD(l, func(fd int) error {
		return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, deferAccept)
	}); err != nil {
		return err
	}
	c, err := m.dial(ctx)
	if err != nil {
		return err
	}
	return m.seen(ctx, endOf(l.Addr()), endOf(c.LocalAddr()))
}

func onFD(c syscall.Conn, f func(fd int) error) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = f(int(fd)) })
	return errors.Join(err, failed)
}
