package peer

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"labo/lessons/check/pace"
)

// Host is a server that the student's program calls.
type Host struct {
	listener *net.TCPListener
	wake     func()
	ended    chan struct{}
	taken    chan struct{} // holds one value when a call was taken

	mu    sync.Mutex
	peers []*Peer
}

// Listen opens a server at addr. Errors: those of bind and listen.
func Listen(ctx context.Context, addr netip.AddrPort, wake func()) (*Host, error) {
	c := net.ListenConfig{KeepAlive: -1}
	c.SetMultipathTCP(false)
	l, err := c.Listen(ctx, "tcp", addr.String())
	if err != nil {
		return nil, err
	}
	h := &Host{listener: l.(*net.TCPListener), wake: wake, ended: make(chan struct{}), taken: make(chan struct{}, 1)}
	go h.serve()
	return h, nil
}

// serve takes every call, until Close.
func (h *Host) serve() {
	defer close(h.ended)
	for {
		conn, err := h.listener.AcceptTCP()
		if err != nil {
			return
		}
		h.mu.Lock()
		h.peers = append(h.peers, newPeer(conn, h.wake))
		h.mu.Unlock()
		select {
		case h.taken <- struct{}{}:
		default:
		}
		h.wake()
	}
}

// Peers returns the connections taken so far, in order.
func (h *Host) Peers() []*Peer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*Peer(nil), h.peers...)
}

// Behind reports whether a call waits that labo has not taken yet.
func (h *Host) Behind() bool { return pace.Unread(h.listener) }

// Port returns the port it listens on.
func (h *Host) Port() uint16 { return addrPort(h.listener.Addr()).Port() }

// Close ends every connection by RST and stops listening. The connections
// whose memory the kernel keeps on our port (TIME-WAIT), named by their far
// end, are first taken over and reset, so that the port is free at once.
func (h *Host) Close(remembered []netip.AddrPort) {
	for _, p := range h.Peers() {
		p.Reset()
	}
	for _, far := range remembered {
		h.forget(far)
	}
	h.listener.Close()
	<-h.ended
	for _, p := range h.Peers() {
		p.Reset()
	}
}

// forget makes the kernel drop a connection in TIME-WAIT: a new SYN from the
// same far end reopens it (RFC 9293, section 3.10.7.4; RFC 6191), and RST ends
// it without a memory. A kernel that refuses leaves things as they were.
func (h *Host) forget(far netip.AddrPort) {
	ctx, cancel := pace.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	before := len(h.Peers())
	near := netip.AddrPortFrom(addrPort(h.listener.Addr()).Addr(), h.Port())
	again := dialUntil(ctx, far, near)
	if again == nil {
		return
	}
	// Accepted first, so that both ends are ours to reset.
	for len(h.Peers()) == before && ctx.Err() == nil {
		select {
		case <-h.taken:
		case <-ctx.Done():
		}
	}
	again.Reset()
}

// Erase makes the kernel drop what it remembers of a connection of a program
// that has ended, near, with an end of ours that is closed too, far. A RST of
// ours normally does; but one that comes while the kernel turns the connection
// into such a memory is lost with it. The kernel answers a SYN there by RST, or
// by an ACK that our side answers by RST: either ends it
// (tcp_timewait_state_process in net/ipv4/tcp_minisocks.c).
func Erase(ctx context.Context, near, far netip.AddrPort) {
	ctx, cancel := pace.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if p, err := dialFrom(ctx, far, near, func() {}); err == nil { // somebody listens there again
		p.Reset()
	}
}

// dialUntil calls near from far until it works or ctx ends (nil). The socket
// that had the address may still be on its way out.
func dialUntil(ctx context.Context, far, near netip.AddrPort) *Peer {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		p, err := dialFrom(ctx, far, near, func() {})
		if err == nil {
			return p
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
