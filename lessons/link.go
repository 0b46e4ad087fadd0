package lessons

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// link is a client connected to the sheet's server, both in this process, with
// a hand on each of their calls. Cut it.
type link struct {
	b        *Bench
	listener *net.TCPListener
	client   *net.TCPConn
	server   net.Conn
	near     netip.AddrPort // the client's end
}

// link connects a client to the lesson's port, and accepts it.
func (b *Bench) link(ctx context.Context) *link {
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	k := &link{b: b, listener: l}
	defer func() { // half a link is not left behind
		if k.server == nil {
			k.cut()
		}
	}()
	k.client = b.connected(ctx).Conn
	k.near = addrPort(k.client.LocalAddr())
	conn, err := l.Accept()
	b.Must(err, "accepter la connexion")
	k.server = conn
	return k
}

// cut ends everything with a RST.
func (k *link) cut() {
	demo.Abort(k.client)
	demo.Abort(k.server)
	k.listener.Close()
}

// half returns the server's half of the connection in a snapshot.
func (k *link) half(s *probe.Snapshot) (probe.Socket, bool) {
	for _, sock := range s.Sockets {
		if sock.Remote == k.near {
			return sock, true
		}
	}
	return probe.Socket{}, false
}

// send has the client send bytes, and tells so.
func (k *link) send(data string) {
	n, err := k.client.Write([]byte(data))
	k.b.Must(err, "envoyer")
	k.b.Event(evidence.Event{
		From: evidence.Client, To: evidence.Kernel, What: "sendall " + quoted(data), Outcome: evidence.Worked,
		Detail: "confie " + text.Plural(n, "octet") + " au noyau", Source: "valeur rendue par send()",
	})
}

// arrived waits until n bytes wait for the server, and returns the snapshot
// that shows them; where this system shows no queue, the newest snapshot.
func (k *link) arrived(n int) *probe.Snapshot {
	return k.b.Until("l'arrivée des octets", func(s *probe.Snapshot) bool {
		half, ok := k.half(s)
		return ok && (!half.RecvQueue.Known || int(half.RecvQueue.Value) >= n)
	})
}

// recv has the server read once, as recv(1024), and tells what came. It
// reports false when nothing came within patience.
func (k *link) recv(patience time.Duration) (data []byte, came bool) {
	buf := make([]byte, chat.ReadSize)
	k.server.SetReadDeadline(time.Now().Add(patience))
	n, err := k.server.Read(buf)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		k.b.Event(evidence.Event{
			From: evidence.Server, To: evidence.Kernel, What: "recv(1024)", Outcome: evidence.Waiting,
			Detail: "ne rend rien en " + text.Duration(patience) + " : l'appel attend toujours", Source: "délai de labo",
		})
		return nil, false
	}
	if n == 0 {
		k.b.Event(evidence.Event{From: evidence.Kernel, To: evidence.Server, What: "recv(1024)", Outcome: evidence.Failed, Detail: farewell(n, err), Source: "valeur rendue par recv()"})
		return nil, true
	}
	k.b.Event(received(n, buf[:n]))
	return buf[:n], true
}

// quoted is a message that was typed, shortened, between quotes.
func quoted(s string) string {
	if s == "" {
		return `""`
	}
	return "« " + abridge(text.Spaced(s)) + " »"
}

// abridge shortens a long text to its beginning and its end, and cuts no
// character.
func abridge(s string) string {
	const most, end = 40, 8
	if len(s) <= most {
		return s
	}
	head, tail := s[:most-end], s[len(s)-end:]
	for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	return strings.TrimRight(strings.ToValidUTF8(head, ""), " ") + " … " + strings.TrimLeft(tail, " ")
}
