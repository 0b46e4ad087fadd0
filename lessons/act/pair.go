package act

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

	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
)

// Pair is a client connected to the sheet's server, both in this process, with
// a hand on each of their calls. Cut it.
type Pair struct {
	bench    *bench.Bench
	Listener *net.TCPListener
	Client   *net.TCPConn
	Server   net.Conn
	Near     netip.AddrPort // the client's end
	Size     int            // what the server gives to recv()
}

// NewPair connects a client to the lesson's port, and accepts it.
func NewPair(ctx context.Context, b *bench.Bench) *Pair {
	l, err := chat.Listen(ctx, b.Server)
	b.Must(err, fmt.Sprintf("écouter sur le port %d", b.Port))
	k := &Pair{bench: b, Listener: l, Size: chat.ReadSize}
	defer func() { // half a link is not left behind
		if k.Server == nil {
			k.Cut()
		}
	}()
	k.Client = Connected(ctx, b).Conn
	k.Near = AddrPort(k.Client.LocalAddr())
	k.Server = Accept(b, l, k.Near)
	return k
}

// Cut ends everything with a RST.
func (k *Pair) Cut() {
	demo.Abort(k.Client)
	demo.Abort(k.Server)
	k.Listener.Close()
}

// half returns the server's half of the connection in a snapshot.
func (k *Pair) half(s *probe.Snapshot) (probe.Socket, bool) {
	for _, sock := range s.Sockets {
		if sock.Remote == k.Near {
			return sock, true
		}
	}
	return probe.Socket{}, false
}

// Send has the client send bytes, and tells so.
func (k *Pair) Send(data string) {
	n, err := k.Client.Write([]byte(data))
	k.bench.Must(err, "envoyer")
	k.bench.Event(evidence.Returned(evidence.Client, "sendall "+sent(data), "send", Handed(n)))
}

// Arrived waits until n bytes wait for the server, and returns the snapshot
// that shows them; where this system shows no queue, the newest snapshot.
func (k *Pair) Arrived(n int) *probe.Snapshot {
	return k.bench.Until("l'arrivée des octets", func(s *probe.Snapshot) bool {
		half, ok := k.half(s)
		return ok && (!half.RecvQueue.Known || int(half.RecvQueue.Value) >= n)
	})
}

// Recv has the server read once, as recv(Size), and tells what came. It
// reports false when nothing came within patience.
func (k *Pair) Recv(patience time.Duration) (data []byte, came bool) {
	buf, call := make([]byte, k.Size), fmt.Sprintf("recv(%d)", k.Size)
	k.Server.SetReadDeadline(time.Now().Add(patience))
	n, err := k.Server.Read(buf)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		k.bench.Event(evidence.Event{
			From: evidence.Server, To: evidence.Kernel, What: call, Outcome: evidence.Waiting,
			Detail: "ne rend rien en " + text.Duration(patience) + " : l'appel attend toujours", Source: "délai de labo",
		})
		return nil, false
	}
	if n == 0 {
		k.bench.Event(evidence.Event{From: evidence.Kernel, To: evidence.Server, What: call, Outcome: evidence.Failed, Detail: Farewell(n, err), Source: "valeur rendue par recv()"})
		return nil, true
	}
	k.bench.Event(Received(n, buf[:n]))
	return buf[:n], true
}

// sent is what stands for bytes that were sent: the message, or how many letters
// where nobody would read them.
func sent(data string) string {
	if n := utf8.RuneCountInString(data); n > longest {
		return "(" + text.Plural(n, "lettre") + ")"
	}
	return Quoted(data)
}

// longest is how many characters of a message are shown.
const longest = 64

// excerpt is what stands for bytes that were read: the message, or its two ends.
func excerpt(data string) string {
	if len(data) > longest {
		return "« " + shorten(data, 6, 3) + " »"
	}
	return Quoted(data)
}

// Quoted is a message that was typed, shortened, between quotes.
func Quoted(s string) string {
	if s == "" {
		return `""`
	}
	return "« " + abridge(text.Spaced(s)) + " »"
}

// abridge shortens a long text to its beginning and its end.
func abridge(s string) string {
	if len(s) <= 40 {
		return s
	}
	return shorten(s, 32, 8)
}

// shorten keeps so many bytes of the beginning and of the end, and cuts no
// character.
func shorten(s string, begin, end int) string {
	head, tail := s[:begin], s[len(s)-end:]
	for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	return strings.TrimRight(strings.ToValidUTF8(head, ""), " ") + " … " + strings.TrimLeft(tail, " ")
}
