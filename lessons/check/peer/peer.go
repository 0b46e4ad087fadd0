// Package peer plays the other side of a student's program: a client that
// calls it, or a server it calls. A peer does exactly what it is told, polite
// or not, and notes every byte it is sent.
package peer

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"labo/lessons/check/pace"
)

// End is how the other side left the connection.
type End uint8

const (
	Open     End = iota // it has not left
	Finished            // it sent FIN
	Aborted             // it sent RST
	Closed              // we left first, and cannot know
)

// maxKept is the most a peer keeps of what it is sent; the rest is read,
// counted and dropped.
const maxKept = 64 << 10

// Peer is one connection to the student's program. Whoever gets one calls Reset.
type Peer struct {
	conn *net.TCPConn
	wake func()
	read chan struct{} // closed when the reader has ended

	mu    sync.Mutex
	got   []byte
	total int64
	end   End
}

// Dial calls a program that listens at addr. wake is called, from another
// goroutine, whenever the program sends something or leaves.
func Dial(ctx context.Context, addr netip.AddrPort, wake func()) (*Peer, error) {
	return dialFrom(ctx, netip.AddrPort{}, addr, wake)
}

func dialFrom(ctx context.Context, from, addr netip.AddrPort, wake func()) (*Peer, error) {
	d := net.Dialer{KeepAlive: -1} // no timer that the student has not asked for
	d.SetMultipathTCP(false)
	if from.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(from)
		d.Control = reuseAddress
	}
	conn, err := d.DialContext(ctx, "tcp", addr.String())
	if err != nil {
		return nil, err
	}
	return newPeer(conn.(*net.TCPConn), wake), nil
}

func newPeer(conn *net.TCPConn, wake func()) *Peer {
	p := &Peer{conn: conn, wake: wake, read: make(chan struct{})}
	go p.listen()
	return p
}

// listen notes what comes, until the other side leaves or Reset.
func (p *Peer) listen() {
	defer close(p.read)
	buf := make([]byte, 16<<10)
	for {
		n, err := p.conn.Read(buf)
		p.mu.Lock()
		p.total += int64(n)
		p.got = append(p.got, buf[:min(n, maxKept-len(p.got))]...)
		switch {
		case errors.Is(err, io.EOF):
			p.end = Finished
		case errors.Is(err, net.ErrClosed):
			p.end = Closed
		case err != nil:
			p.end = Aborted
		}
		p.mu.Unlock()
		p.wake()
		if err != nil {
			return
		}
	}
}

// Send sends s in one write. A program that has left is no fault of ours: the
// error is only told.
func (p *Peer) Send(s string) error {
	// Never for ever: a program that does not read fills its window.
	_ = p.conn.SetWriteDeadline(time.Time{})
	limit := pace.AfterFunc(2*time.Second, func() { _ = p.conn.SetWriteDeadline(time.Now()) })
	defer limit.Stop()
	_, err := io.WriteString(p.conn, s)
	return err
}

// Behind reports whether the program has sent something, or left, and labo has
// not read it yet.
func (p *Peer) Behind() bool {
	select {
	case <-p.read:
		return false
	default:
		return pace.Unread(p.conn)
	}
}

// Finish sends FIN and goes on reading: a half-close.
func (p *Peer) Finish() error { return p.conn.CloseWrite() }

// Leave closes the connection as a program that ends does: FIN, then RST to
// whatever still comes.
func (p *Peer) Leave() {
	_ = p.conn.Close()
	<-p.read
}

// Reset ends the connection at once: RST where it is still known, so that the
// other side keeps nothing of it (no TIME-WAIT, no FIN-WAIT-2).
func (p *Peer) Reset() {
	_ = p.conn.SetLinger(0)
	_ = p.conn.Close()
	<-p.read
}

// Got returns what the program has sent so far, at most 64 KiB of it.
func (p *Peer) Got() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.got)
}

// Total returns how many bytes the program has sent.
func (p *Peer) Total() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// End returns how the program has left the connection.
func (p *Peer) End() End {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}

// Local and Remote return our end and the program's.
func (p *Peer) Local() netip.AddrPort  { return addrPort(p.conn.LocalAddr()) }
func (p *Peer) Remote() netip.AddrPort { return addrPort(p.conn.RemoteAddr()) }

func addrPort(a net.Addr) netip.AddrPort {
	ap := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
