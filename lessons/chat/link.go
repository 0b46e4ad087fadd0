package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"labo/lessons/fault"
)

// link is one connection of the sheet: reads of at most [ReadSize] bytes come
// on a channel, so that a program can wait for its connection, its keyboard
// and its context at once; Nagle's algorithm is left on, as in Python.
type link struct {
	local, remote netip.AddrPort
	reads         chan read // the last one has an error

	conn *net.TCPConn
	quit chan struct{}
	done chan struct{}
}

// read is what one call of read() returned.
type read struct {
	at   time.Time
	data []byte
	err  error // io.EOF after the peer's FIN; data is then empty
}

// newLink returns a link that reads until the connection ends.
func newLink(conn *net.TCPConn) *link {
	l := &link{
		local: addrPort(conn.LocalAddr()), remote: addrPort(conn.RemoteAddr()),
		reads: make(chan read), conn: conn,
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	conn.SetNoDelay(false) // fails on a dead connection only, as reading it will
	go l.run()
	return l
}

// close closes the connection and ends its goroutine.
func (l *link) close() error {
	close(l.quit)
	err := l.conn.Close()
	<-l.done
	return err
}

func (l *link) run() {
	defer close(l.done)
	buf := make([]byte, ReadSize)
	for {
		n, err := l.conn.Read(buf)
		r := read{at: time.Now(), data: append([]byte(nil), buf[:n]...)}
		if n == 0 {
			r.err = err
		}
		select {
		case l.reads <- r:
		case <-l.quit:
			return
		}
		if r.err != nil {
			return
		}
	}
}

// send writes all of data, and gives up when ctx ends.
func (l *link) send(ctx context.Context, data []byte) error {
	stop := context.AfterFunc(ctx, func() { l.conn.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err := l.conn.Write(data)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// fate is what a failed read or write says of the peer.
func fate(err error) (EventKind, Ending) {
	switch {
	case errors.Is(err, io.EOF):
		return PeerClosed, PeerLeft
	case fault.Broken(err):
		return PeerReset, PeerBroke
	}
	return 0, Failed
}

// LostError says that a connection failed otherwise than by the peer's FIN or
// RST: the network between the two is gone.
type LostError struct {
	Remote netip.AddrPort
	Err    error // the errno
}

func (e *LostError) Error() string { return fmt.Sprintf("connection with %v: %v", e.Remote, e.Err) }
func (e *LostError) Unwrap() error { return e.Err }
