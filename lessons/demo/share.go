package demo

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"labo/lessons/fault"
	"labo/probe"
)

// Sharing is the option by which a socket agrees to share its address
// (socket(7)).
type Sharing uint8

const (
	NoSharing Sharing = iota
	ReuseAddr         // SO_REUSEADDR
	ReusePort         // SO_REUSEPORT
)

// String returns the name of the option, "sans option" for none.
func (s Sharing) String() string {
	return [...]string{"sans option", "SO_REUSEADDR", "SO_REUSEPORT"}[s]
}

// share sets the option, and only that one. The error is
// [errors.ErrUnsupported] where this system has no such option.
func (r *Raw) share(s Sharing) error { return setSharing(r.fd, s) }

// local returns the address that the socket is bound to.
func (r *Raw) local() (netip.AddrPort, error) {
	sa, err := syscall.Getsockname(r.fd)
	if err != nil {
		return netip.AddrPort{}, os.NewSyscallError("getsockname", err)
	}
	in4, ok := sa.(*syscall.SockaddrInet4)
	if !ok {
		return netip.AddrPort{}, fault.Failed("ce socket n'est pas d'IPv4", "", nil)
	}
	return netip.AddrPortFrom(netip.AddrFrom4(in4.Addr), uint16(in4.Port)), nil
}

// Together tries to have two servers of this process on one port, which the
// kernel chooses: the first on one address, the second on another, both with
// the same option. A socket of an address that the network can reach is bound
// and does not listen. failed is what refused the second one; err is that the
// first could not be had.
func Together(first, second netip.Addr, sharing Sharing) (failed, err error) {
	a, err := placed(netip.AddrPortFrom(first, 0), sharing)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	at, err := a.local()
	if err != nil {
		return nil, err
	}
	b, failed := placed(netip.AddrPortFrom(second, at.Port()), sharing)
	if failed == nil {
		b.Close()
	}
	return failed, nil
}

// placed returns a socket that is bound, and that listens where only this
// machine can reach it.
func placed(at netip.AddrPort, sharing Sharing) (*Raw, error) {
	r, err := NewRaw()
	if err != nil {
		return nil, err
	}
	if err = r.share(sharing); err == nil {
		if err = r.Bind(at); err == nil && at.Addr().IsLoopback() {
			err = r.Listen(1)
		}
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// listenSharing is net.Listen with that option and no other.
func listenSharing(ctx context.Context, at netip.AddrPort, sharing Sharing) (*net.TCPListener, error) {
	lc := net.ListenConfig{KeepAlive: -1, Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) { failed = setSharing(handle(fd), sharing) })
		return errors.Join(err, failed)
	}}
	lc.SetMultipathTCP(false)
	l, err := lc.Listen(ctx, "tcp4", at.String())
	if err != nil {
		return nil, err
	}
	return l.(*net.TCPListener), nil
}

// Shared is one port with two owners: this process and a child.
type Shared struct {
	Port        uint16
	Child       int // its pid
	Here, There int // connections that each of them answered
	Snapshot    *probe.Snapshot
}

// The bytes by which an owner of a shared port says who it is.
const (
	fromHere  = 'p'
	fromThere = 'e'
)

// ShareBetween has this process and a child listen on one port, which the
// kernel chooses, with SO_REUSEPORT, and connects n times. The error is [errors.ErrUnsupported]
// where this system has no such option.
func ShareBetween(ctx context.Context, self []string, n int) (Shared, error) {
	l, err := listenSharing(ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0), ReusePort)
	if err != nil {
		return Shared{}, err
	}
	at := endOf(l.Addr())
	var answering sync.WaitGroup
	answering.Go(func() { answer(l, fromHere) })
	defer answering.Wait()
	defer l.Close()
	child, err := StartChild(ctx, self, "partage", portWord(at))
	if err != nil {
		return Shared{}, err
	}
	defer child.Kill()
	s := Shared{Port: at.Port(), Child: child.PID}
	if s.Snapshot, err = look(ctx, probe.Filter{Ports: []uint16{at.Port()}}); err != nil {
		return s, err
	}
	for range n {
		who, err := whoAnswers(ctx, at)
		switch {
		case err != nil:
			return s, err
		case who == fromHere:
			s.Here++
		case who == fromThere:
			s.There++
		}
	}
	return s, nil
}

// whoAnswers connects and returns the byte that the server sent.
func whoAnswers(ctx context.Context, at netip.AddrPort) (byte, error) {
	const limit = 5 * time.Second
	a := Connect(ctx, at, limit)
	if a.Err != nil {
		return 0, a.Err
	}
	defer Abort(a.Conn)
	a.Conn.SetReadDeadline(time.Now().Add(limit))
	var one [1]byte
	_, err := io.ReadFull(a.Conn, one[:])
	return one[0], err
}

// answer says who it is to each client of l, and keeps the connection until
// the client ends it. It returns when l is closed and all clients are gone.
func answer(l *net.TCPListener, who byte) {
	var clients sync.WaitGroup
	defer clients.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		clients.Go(func() {
			c.Write([]byte{who})
			io.Copy(io.Discard, c)
			Abort(c)
		})
	}
}
