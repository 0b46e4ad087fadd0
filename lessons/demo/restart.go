package demo

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"time"

	"labo/probe"
)

// Restart is a server that has had one client and ended, and another that
// wants the same port right after.
type Restart struct {
	First, Second Sharing // of the two servers
	ServerClosed  bool    // the first server closed first, and not its client
	Unread        bool    // and had not read what it had received (RST)
	Port          uint16
	Snapshot      *probe.Snapshot            // of the port, before the second server came
	Remembered    bool                       // Snapshot has a TIME-WAIT on the server's side
	Left          probe.Maybe[time.Duration] // until the kernel forgets it
	Err           error                      // what refused the second server
}

// RestartAfter plays both servers on a port that the kernel chooses. The error
// says what kept the first from being played.
func RestartAfter(ctx context.Context, first, second Sharing, serverCloses bool) (Restart, error) {
	r := Restart{First: first, Second: second, ServerClosed: serverCloses}
	at, client, err := conversation(ctx, first, func(c *couple) error {
		if serverCloses {
			return closeInOrder(c.server, c.client)
		}
		return closeInOrder(c.client, c.server)
	})
	if err != nil {
		return r, err
	}
	r.Port = at.Port()
	if err := r.remembers(ctx, at, client); err != nil {
		return r, err
	}
	return r, r.again(ctx, at)
}

// RestartAfterReset is [RestartAfter] with no option, where the first server
// ended without having read all that it had received.
func RestartAfterReset(ctx context.Context) (Restart, error) {
	r := Restart{ServerClosed: true, Unread: true}
	at, _, err := conversation(ctx, NoSharing, func(c *couple) error { return closeUnread(ctx, c) })
	if err != nil {
		return r, err
	}
	r.Port = at.Port()
	if r.Snapshot, err = look(ctx, probe.Filter{Ports: []uint16{r.Port}}); err != nil {
		return r, err
	}
	return r, r.again(ctx, at)
}

// again lets the second server try. The error is the context's.
func (r *Restart) again(ctx context.Context, at netip.AddrPort) error {
	l, err := listenSharing(ctx, at, r.Second)
	if err == nil {
		l.Close()
	}
	r.Err = err
	return ctx.Err()
}

// conversation is a server that has one client, from its socket() to its end,
// which is what end makes of the two. It returns their ends.
func conversation(ctx context.Context, sharing Sharing, end func(*couple) error) (at, client netip.AddrPort, err error) {
	l, err := unnamed(ctx, func() (*net.TCPListener, error) {
		return listenSharing(ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0), sharing)
	})
	if err != nil {
		return at, client, err
	}
	defer l.Close()
	at = endOf(l.Addr())
	a := Connect(ctx, at, stateBound)
	if a.Err != nil {
		return at, client, a.Err
	}
	defer a.Conn.Close()
	client = endOf(a.Conn.LocalAddr())
	server, err := Accept(l, client, nil)
	if err != nil {
		return at, client, err
	}
	defer server.Close()
	return at, client, end(&couple{client: a.Conn, server: server, near: client, far: at})
}

// closeUnread closes the server first, with bytes of its client that it has not
// read: its kernel sends RST.
func closeUnread(ctx context.Context, c *couple) error {
	n, err := io.WriteString(c.client, "merci de me lire")
	if err != nil {
		return err
	}
	if _, err := arrived(ctx, c, c.far.Port(), n); err != nil {
		return err
	}
	if err := c.server.Close(); err != nil {
		return err
	}
	c.client.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := c.client.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return nil
}

// closeInOrder closes first, and then, once it knows, second.
func closeInOrder(first, second *net.TCPConn) error {
	if err := first.Close(); err != nil {
		return err
	}
	second.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := io.Copy(io.Discard, second); err != nil {
		return err
	}
	return second.Close()
}

// remembers waits until one of the two ends is in TIME-WAIT, where this system can
// show it, and keeps what it saw. The memory of another connection may lead to
// the same port.
func (r *Restart) remembers(ctx context.Context, at, client netip.AddrPort) error {
	const bound, step = time.Second, 2 * time.Millisecond
	for deadline := time.Now().Add(bound); ; {
		s, err := look(ctx, probe.Filter{Ports: []uint16{at.Port()}})
		if err != nil {
			return err
		}
		r.Snapshot = s
		for i := range s.Sockets {
			sock := &s.Sockets[i]
			ours := sock.Local == at && sock.Remote == client || sock.Local == client && sock.Remote == at
			if sock.State != probe.TimeWait || !ours {
				continue
			}
			if sock.Local == at {
				r.Remembered = true
				r.Left = probe.Maybe[time.Duration]{Value: sock.Timer.Value.Remaining, Known: sock.Timer.Known}
			}
			return nil
		}
		if s.Source != probe.SockDiag || time.Now().After(deadline) {
			return nil
		}
		time.Sleep(step)
	}
}

func portWord(at netip.AddrPort) string { return strconv.Itoa(int(at.Port())) }
