package link

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// TCP is a [Link] over one TCP connection, opened again when it is lost: by the
// labo that came, to the one that listens. Nothing on it is encrypted.
type TCP struct {
	code, name string
	told       func(Notice)
	ctx        context.Context
	stop       context.CancelFunc
	work       sync.WaitGroup
	in         chan []byte
	out        chan []byte
	met        chan struct{} // closed once the neighbour is known
	listener   *net.TCPListener
	doors      chan struct{} // how many may be at the door at once

	mu     sync.Mutex
	peer   Peer
	conn   net.Conn // nil while there is none
	lost   error    // why there is none
	closed bool
}

const (
	atTheDoor  = 8
	writeBound = 2 * time.Second
	dialBound  = 2 * time.Second
	dialEvery  = time.Second
)

func newTCP(code, name string, told func(Notice)) *TCP {
	t := &TCP{
		code: code, name: name, told: told, in: make(chan []byte, 16), out: make(chan []byte, 16),
		met: make(chan struct{}), doors: make(chan struct{}, atTheDoor),
	}
	t.ctx, t.stop = context.WithCancel(context.Background())
	return t
}

// Listen opens an address for one neighbour, who must know the code. told hears
// of the others, from several goroutines; it must not be nil.
func Listen(ctx context.Context, at netip.AddrPort, code, name string, told func(Notice)) (*TCP, error) {
	t := newTCP(code, name, told)
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
	if err != nil {
		t.stop()
		return nil, err
	}
	t.listener = l.(*net.TCPListener)
	t.work.Go(t.acceptAll)
	t.work.Go(t.writeAll)
	return t, nil
}

// Await returns once the neighbour is there, or with the error of ctx.
func (t *TCP) Await(ctx context.Context) error {
	select {
	case <-t.met:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Dial goes to a neighbour that listens. The errors are those of the network,
// and [ErrCode], [ErrTaken], [ErrVersion], [ErrNotLabo].
func Dial(ctx context.Context, to netip.AddrPort, code, name string) (*TCP, error) {
	t := newTCP(code, name, nil)
	c, r, err := t.call(ctx, to, greetingBound)
	if err != nil {
		t.stop()
		return nil, err
	}
	close(t.met)
	t.work.Go(t.writeAll)
	t.work.Go(func() { t.keep(c, r, to) })
	return t, nil
}

// call connects and meets who listens there.
func (t *TCP) call(ctx context.Context, to netip.AddrPort, limit time.Duration) (net.Conn, *bufio.Reader, error) {
	d := net.Dialer{Timeout: limit}
	c, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, nil, err
	}
	leave := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	defer leave()
	r := bufio.NewReaderSize(c, maxGreeting)
	name, err := knock(c, r, t.code, t.name)
	if err != nil {
		abort(c)
		if errors.Is(err, io.EOF) { // it hung up without a word
			err = ErrNotLabo
		}
		return nil, nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.peer = Peer{Name: name, Here: addrOf(c.LocalAddr()), There: addrOf(c.RemoteAddr()), Listened: true}
	return c, r, nil
}

// keep reads from the one that listens, and calls it again for as long as it is
// wanted.
func (t *TCP) keep(c net.Conn, r *bufio.Reader, to netip.AddrPort) {
	for {
		t.read(c, r)
		for c = nil; c == nil; {
			select {
			case <-t.ctx.Done():
				return
			case <-time.After(dialEvery):
			}
			var err error
			if c, r, err = t.call(t.ctx, to, dialBound); err != nil {
				c = nil
				t.mu.Lock()
				t.lost = err
				t.mu.Unlock()
			}
		}
	}
}

// acceptAll lets the neighbour in, and after that no other address.
func (t *TCP) acceptAll() {
	for {
		c, err := t.listener.Accept()
		if err != nil {
			return // closed
		}
		from := addrOf(c.RemoteAddr())
		t.mu.Lock()
		known := t.peer.There
		t.mu.Unlock()
		if known.IsValid() && from != known {
			abort(c)
			t.told(Notice{Stranger, from})
			continue
		}
		select {
		case t.doors <- struct{}{}:
			t.work.Go(func() { t.admit(c, from) })
		default:
			abort(c)
		}
	}
}

// admit meets one who came, and reads from them where they are the neighbour.
func (t *TCP) admit(c net.Conn, from netip.Addr) {
	leave := context.AfterFunc(t.ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	r := bufio.NewReaderSize(c, maxGreeting)
	name, err := welcome(c, r, t.code, t.name)
	<-t.doors
	leave()
	if err != nil || t.ctx.Err() != nil {
		abort(c)
		switch {
		case t.ctx.Err() != nil:
		case errors.Is(err, ErrCode):
			t.told(Notice{WrongCode, from})
		case errors.Is(err, ErrVersion):
			t.told(Notice{OtherForm, from})
		default:
			t.told(Notice{NotLabo, from})
		}
		return
	}
	t.mu.Lock()
	first := !t.peer.There.IsValid()
	if !first && t.peer.There != from { // another was quicker
		t.mu.Unlock()
		say(c, greeting{Refused: "taken"})
		abort(c)
		t.told(Notice{Stranger, from})
		return
	}
	t.peer = Peer{Name: name, Here: addrOf(c.LocalAddr()), There: from}
	t.mu.Unlock()
	if first {
		close(t.met)
	}
	t.read(c, r)
}

// read gives what comes until the connection is lost.
func (t *TCP) read(c net.Conn, r *bufio.Reader) {
	t.mu.Lock()
	before := t.conn
	t.conn, t.lost = c, nil
	t.mu.Unlock()
	abort(before)
	leave := context.AfterFunc(t.ctx, func() { c.SetReadDeadline(time.Unix(1, 0)) })
	defer leave()
	for {
		c.SetReadDeadline(time.Now().Add(Silence))
		line, err := []byte(nil), t.ctx.Err()
		if err == nil {
			line, err = readLine(r, maxMessage)
		}
		if err != nil {
			t.drop(c, err)
			return
		}
		select {
		case t.in <- line:
		case <-t.ctx.Done():
			t.drop(c, t.ctx.Err())
			return
		}
	}
}

// drop gives up a connection.
func (t *TCP) drop(c net.Conn, why error) {
	if errors.Is(why, os.ErrDeadlineExceeded) {
		why = ErrSilent
	}
	t.mu.Lock()
	if t.conn == c {
		t.conn, t.lost = nil, why
	}
	t.mu.Unlock()
	abort(c)
}

// writeAll sends what is to be sent, then says goodbye.
func (t *TCP) writeAll() {
	for m := range t.out {
		t.mu.Lock()
		c := t.conn
		t.mu.Unlock()
		if c == nil {
			continue
		}
		c.SetWriteDeadline(time.Now().Add(writeBound))
		if _, err := c.Write(m); err != nil {
			t.drop(c, err)
		}
	}
	t.mu.Lock()
	c := t.conn
	t.mu.Unlock()
	if c != nil {
		c.(*net.TCPConn).CloseWrite() // the last message leaves before the connection does
	}
}

// Peer is who is at the other end; nobody before they are met.
func (t *TCP) Peer() Peer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.peer
}

// Send sends a message.
func (t *TCP) Send(message []byte) {
	if len(message) > maxMessage-1 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	select {
	case t.out <- append(message[:len(message):len(message)], '\n'):
	default:
	}
}

// Receive gives what comes.
func (t *TCP) Receive() <-chan []byte { return t.in }

// Lost is why nothing goes through now.
func (t *TCP) Lost() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn == nil && t.lost == nil {
		return ErrSilent
	}
	return t.lost
}

// Close ends the link.
func (t *TCP) Close() {
	t.mu.Lock()
	t.closed = true
	close(t.out)
	t.mu.Unlock()
	if t.listener != nil {
		t.listener.Close()
	}
	time.AfterFunc(writeBound/4, t.stop) // what was sent has gone, or will not
	t.work.Wait()
	t.stop()
	t.mu.Lock()
	abort(t.conn)
	t.mu.Unlock()
	close(t.in)
}

// abort closes a connection and leaves nothing of it behind.
func abort(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok && tcp != nil {
		tcp.SetLinger(0)
		tcp.Close()
	}
}

func addrOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
