package chat

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"labo/probe"
)

// ListenError says that a port could not be listened on for another reason
// than being taken ([PortTakenError]).
type ListenError struct {
	Addr   netip.AddrPort
	Reason ListenReason
	Duplex bool  // it was a two-way server
	Err    error // the errno
}

// ListenReason is what an errno of bind() or listen() means.
type ListenReason uint8

const (
	ListenOther     ListenReason = iota
	ListenDenied                 // EACCES: the system keeps this port for itself
	ListenElsewhere              // EADDRNOTAVAIL: the address is not of this machine
	ListenNoFamily               // EAFNOSUPPORT: no IPv6 here
)

func (e *ListenError) Error() string { return fmt.Sprintf("listen on %v: %v", e.Addr, e.Err) }
func (e *ListenError) Unwrap() error { return e.Err }

// listen opens the sheet's listening socket, and says what an error means.
func listen(ctx context.Context, addr netip.AddrPort, noReuse bool) (*net.TCPListener, error) {
	l, err := listenAt(ctx, addr, noReuse)
	switch {
	case err == nil:
		return l, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, listenError(ctx, addr, err)
}

// listenAt is the sheet's bind() and listen(1): TCP and not MPTCP, a backlog
// of [Backlog], no keepalive on what is accepted. noReuse leaves out
// SO_REUSEADDR, as the sheet does; Go sets it, except on Windows, where it
// means something else.
func listenAt(ctx context.Context, addr netip.AddrPort, noReuse bool) (*net.TCPListener, error) {
	lc := net.ListenConfig{KeepAlive: -1}
	lc.SetMultipathTCP(false)
	if noReuse {
		lc.Control = func(_, _ string, c syscall.RawConn) error { return onDescriptor(c, clearReuse) }
	}
	l, err := lc.Listen(ctx, network(addr.Addr()), addr.String())
	if err != nil {
		return nil, err
	}
	tcp := l.(*net.TCPListener)
	raw, err := tcp.SyscallConn()
	if err == nil {
		err = onDescriptor(raw, shortenBacklog)
	}
	if err != nil {
		tcp.Close()
		return nil, err
	}
	return tcp, nil
}

func listenError(ctx context.Context, addr netip.AddrPort, err error) error {
	switch probe.ErrnoName(err) {
	case "EADDRINUSE":
		return portTaken(ctx, addr, err)
	case "EACCES":
		return &ListenError{Addr: addr, Reason: ListenDenied, Err: err}
	case "EADDRNOTAVAIL":
		return &ListenError{Addr: addr, Reason: ListenElsewhere, Err: err}
	case "EAFNOSUPPORT":
		return &ListenError{Addr: addr, Reason: ListenNoFamily, Err: err}
	}
	return &ListenError{Addr: addr, Err: err}
}

// onDescriptor calls f with the descriptor of a socket.
func onDescriptor(c syscall.RawConn, f func(fd uintptr) error) error {
	var failed error
	if err := c.Control(func(fd uintptr) { failed = f(fd) }); err != nil {
		return err
	}
	return failed
}
