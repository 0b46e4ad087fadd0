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
	at, err := oneConversation(ctx, first, serverCloses)
	if err != nil {
		return r, err
	}
	r.Port = at.Port()
	if err := r.remembers(ctx, at); err != nil {
		return r, err
	}
	l, err := listenSharing(ctx, at, second)
	if err == nil {
		l.Close()
	}
	r.Err = err
	return r, ctx.Err()
}

// RestartAfterReset is [RestartAfter] with no option, where the first server
// ended without having read all that it had received.
func RestartAfterReset(ctx context.Context) (Restart, error) {
	r := Restart{ServerClosed: true, Unread: true}
	at, err := unreadConversation(ctx)
	if err != nil {
		return r, err
	}
	r.Port = at.Port()
	if r.Snapshot, err = look(ctx, probe.Filter{Ports: []uint16{r.Port}}); err != nil {
		return r, err
	}
	l, err := listenSharing(ctx, at, NoSharing)
	if err == nil {
		l.Close()
	}
	r.Err = err
	return r, ctx.Err()
}

// unreadConversation is a server that closes first, with bytes of its client
// that it has not read: its kernel sends RST.
func unreadConversation(ctx context.Context) (at netip.AddrPort, err error) {
	l, err := listenSharing(ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0), NoSharing)
	if err != nil {
		return at, err
	}
	defer l.Close()
	at = endOf(l.Addr())
	a := Connect(ctx, at, stateBound)
	if a.Err != nil {
		return at, a.Err
	}
	defer a.Conn.Close()
	server, err := l.AcceptTCP()
	if err != nil {
		return at, err
	}
	defer server.Close()
	n, err := io.WriteString(a.Conn, "merci de me lire")
	if err != nil {
		return at, err
	}
	c := &couple{client: a.Conn, server: server, near: endOf(a.Conn.LocalAddr()), far: at}
	if err := arrived(ctx, c, at.Port(), n); err != nil {
		return at, err
	}
	if err := server.Close(); err != nil {
		return at, err
	}
	a.Conn.SetReadDeadline(time.Now().Add(stateBound))
	if _, err := a.Conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		return at, err
	}
	return at, nil
}

// oneConversation is a server that has one client, from its socket() to its
// end; serverCloses says who closes first.
func oneConversation(ctx context.Context, sharing Sharing, serverCloses bool) (netip.AddrPort, error) {
	l, err := listenSharing(ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0), sharing)
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer l.Close()
	at := endOf(l.Addr())
	a := Connect(ctx, at, stateBound)
	if a.Err != nil {
		return at, a.Err
	}
	defer a.Conn.Close()
	server, err := l.AcceptTCP()
	if err != nil {
		return at, err
	}
	defer server.Close()
	if serverCloses {
		return at, closeInOrder(server, a.Conn)
	}
	return at, closeInOrder(a.Conn, server)
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
// show it, and keeps what it saw.
func (r *Restart) remembers(ctx context.Context, at netip.AddrPort) error {
	const bound, step = time.Second, 2 * time.Millisecond
	for deadline := time.Now().Add(bound); ; {
		s, err := look(ctx, probe.Filter{Ports: []uint16{at.Port()}})
		if err != nil {
			return err
		}
		r.Snapshot = s
		for i := range s.Sockets {
			sock := &s.Sockets[i]
			if sock.State != probe.TimeWait {
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
