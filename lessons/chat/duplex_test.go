package chat

import (
	"context"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"labo/probe/probetest/freeport"
)

// twoWay is a two-way program with a peer that the test plays, and a keyboard.
type twoWay struct {
	*running
	conn  *net.TCPConn
	types func(string)
}

func startTwoWay(t *testing.T, server bool) twoWay {
	t.Helper()
	in, types := typist(t)
	if server {
		r := start(t, func(ctx context.Context, r *running) (Ending, error) {
			s := Server2{In: in, Out: r.out, OnNotice: r.notice, OnEvent: r.event}
			return s.Run(ctx)
		})
		return twoWay{r, r.dialServer(), types}
	}
	port, accept := rawServer(t)
	r := start(t, func(ctx context.Context, r *running) (Ending, error) {
		c := Client2{Port: port, In: in, Out: r.out, OnNotice: r.notice, OnEvent: r.event}
		return c.Run(ctx)
	})
	conn := accept()
	r.await(Connected)
	return twoWay{r, conn, types}
}

// each runs a test as the server and as the client.
func each(t *testing.T, test func(t *testing.T, p twoWay, server bool)) {
	for name, server := range map[string]bool{"serveur2": true, "client2": false} {
		t.Run(name, func(t *testing.T) { test(t, startTwoWay(t, server), server) })
	}
}

// words returns everything that was said, after the end.
func (p twoWay) words() string {
	var all []string
	for _, n := range p.notices {
		all = append(all, n.Words())
	}
	return strings.Join(all, "\n")
}

func TestTwoWayEndsAfterBothExits(t *testing.T) {
	each(t, func(t *testing.T, p twoWay, server bool) {
		p.types("exit")
		p.await(Sent)
		p.await(SenderEnded)
		p.hears(p.conn, "encore", "EXIT")
		p.await(ReceiverEnded)
		p.await(Closed)
		p.endsWith(ByExit, NoticeOneExit)
	})
	each(t, func(t *testing.T, p twoWay, server bool) {
		p.hears(p.conn, "exit")
		p.await(ReceiverEnded)
		p.types("encore")
		p.await(Sent)
		p.types("eXit")
		p.await(Sent)
		p.await(SenderEnded)
		p.endsWith(ByExit, NoticePeerExit)
		if got := readAll(t, p.conn); got != "encoreeXit" {
			t.Errorf("on the wire %q", got)
		}
	})
}

// TestTwoWayPeerGoes has the peer leave, by FIN and by RST, at each moment of
// the conversation.
func TestTwoWayPeerGoes(t *testing.T) {
	said := map[bool]map[Ending]NoticeKind{
		true:  {PeerLeft: NoticeClientLeft, PeerBroke: NoticeClientBroke},
		false: {PeerLeft: NoticeServerLeft, PeerBroke: NoticeServerBroke},
	}
	for _, want := range []Ending{PeerLeft, PeerBroke} {
		for _, moment := range []string{"", "sent", "heard"} {
			t.Run(want.String()+" "+moment, func(t *testing.T) {
				each(t, func(t *testing.T, p twoWay, server bool) {
					kinds := []NoticeKind{said[server][want]}
					switch moment {
					case "sent":
						p.types("exit")
						p.await(Sent)
						if _, err := io.ReadFull(p.conn, make([]byte, 4)); err != nil {
							t.Fatal(err)
						}
						kinds = append([]NoticeKind{NoticeOneExit}, kinds...)
					case "heard":
						p.hears(p.conn, "exit")
						kinds = append([]NoticeKind{NoticePeerExit}, kinds...)
					}
					if want == PeerBroke {
						p.conn.SetLinger(0)
					}
					p.conn.Close()
					p.endsWith(want, kinds...)
					printed := strings.Contains(p.out.String(), "[Client] a quitté la conversation.\n[Serveur >>>] ")
					if server && printed != (want == PeerLeft || moment == "heard") {
						t.Errorf("serveur2 printed %q", p.out)
					}
				})
			})
		}
	}
}

// TestTwoWayWordsFitTheMoment holds what is said of the sheet's programs to
// what those do (serveur2.py has a bare except and a test for the end of the
// stream; client2.py has neither).
func TestTwoWayWordsFitTheMoment(t *testing.T) {
	for _, tc := range []struct {
		n     Notice
		words string
	}{
		{Notice{Kind: NoticeClientLeft, Server: true}, "serveur2.py resterait dans input()"},
		{Notice{Kind: NoticeClientLeft, Server: true, Sent: true}, "serveur2.py s'arrêterait aussi"},
		{Notice{Kind: NoticeClientLeft, Server: true, Heard: true}, "serveur2.py resterait dans input()"},
		{Notice{Kind: NoticeServerLeft}, "client2.py tournerait en boucle"},
		{Notice{Kind: NoticeServerLeft, Sent: true}, "client2.py tournerait en boucle"},
		{Notice{Kind: NoticeServerLeft, Heard: true}, "client2.py resterait dans input()"},
		{Notice{Kind: NoticeServerLeft, N: 7}, "n'est pas parti"},
		{Notice{Kind: NoticeStopped, Connected: true, Server: true}, "client2.py lit alors 0 octet, sans fin"},
		{Notice{Kind: NoticeStopped, Connected: true}, "mais reste dans input()"},
		{Notice{Kind: NoticeStopped, Connected: true, Heard: true}, "lit alors 0 octet et s'arrête"},
		{Notice{Kind: NoticeStopped, Connected: true, Sent: true}, "ne le verra qu'en envoyant"},
		{Notice{Kind: NoticeStopped, Connected: true}, "il faudrait deux Ctrl+C"},
		{Notice{Kind: NoticeInputEnded, Connected: true, Heard: true, Terminal: true}, "labo ferme la connexion"},
		{Notice{Kind: NoticeInputEnded, Connected: true, Terminal: true}, "labo attend son « exit »"},
		{Notice{Kind: NoticeInvalid, Server: true, Text: "\xe9"}, "(ici ⟨e9⟩). Ici, le `except:` de serveur2.py avalerait UnicodeDecodeError"},
		{Notice{Kind: NoticeInvalid, Text: "\xe9"}, "le thread de client2.py qui écoute mourrait de UnicodeDecodeError"},
		{Notice{Kind: NoticeLineEnd, Server: true}, "client2.py non"},
	} {
		tc.n.Duplex = true
		if got := tc.n.Words(); !strings.Contains(got, tc.words) {
			t.Errorf("%+v says\n%s\nwithout %q", tc.n, got, tc.words)
		}
	}
}

// TestTwoWayNoticesNameTheirPrograms goes through every notice.
func TestTwoWayNoticesNameTheirPrograms(t *testing.T) {
	spoken := 0
	for kind := NoticeStopped; kind <= NoticeTerminalCut; kind++ {
		if kind == NoticeDeaf || kind == NoticeServerTalks {
			continue // of the one-way programs
		}
		for i := range 32 {
			n := Notice{Kind: kind, Duplex: true, Server: i&1 > 0, Connected: i&2 > 0, Sent: i&4 > 0, Heard: i&8 > 0,
				Terminal: i&16 > 0, N: 1500, Text: "x", Err: syscall.ECONNRESET}
			words := n.Words()
			if words == "" {
				t.Fatalf("%+v says nothing", n)
			}
			for _, wrong := range []string{"serveur.py", "client.py", "ne fait que lire"} {
				if strings.Contains(words, wrong) {
					t.Errorf("%+v says %q: %s", n, wrong, words)
				}
			}
			if strings.Contains(words, "2.py") {
				spoken++
			}
		}
	}
	if spoken < 200 {
		t.Errorf("only %d notices name a program", spoken)
	}
}

func TestTwoWayHearsWhatTheSheetDiesOf(t *testing.T) {
	each(t, func(t *testing.T, p twoWay, server bool) {
		p.hears(p.conn, strings.Repeat("a", 1023)+"\xc3", "\xa9", "\xff", "bonjourexit", "ex", "it", "exit\r\n")
		p.conn.CloseWrite()
		kind := NoticeServerLeft
		if server {
			kind = NoticeClientLeft
		}
		p.endsWith(PeerLeft, NoticeCutRune, NoticeInvalid, NoticeGlued, NoticeSplit, NoticeExitLine, kind)
		if !strings.Contains(p.words(), "mais pas seul dans une lecture") || !strings.Contains(p.out.String(), "] é\n") {
			t.Errorf("said\n%s\nprinted %q", p.words(), p.out)
		}
	})
}

func TestServer2IsCalledByABrowser(t *testing.T) {
	p := startTwoWay(t, true)
	p.hears(p.conn, "GET / HTTP/1.1\r\nHost: localhost:12345\r\nUser-Agent: Mozilla/5.0\r\n\r\n")
	p.types("bonjour")
	p.await(Sent)
	p.conn.CloseWrite()
	p.endsWith(PeerLeft, NoticeBrowser, NoticeClientLeft)
	if !strings.Contains(p.words(), "ce que vous taperez lui sera envoyé") {
		t.Errorf("said %s", p.words())
	}
}

// TestTwoWayInputEnds leaves the peer the word.
func TestTwoWayInputEnds(t *testing.T) {
	for _, heard := range []bool{false, true} {
		port, accept := rawServer(t)
		in, keys := io.Pipe()
		r := start(t, func(ctx context.Context, r *running) (Ending, error) {
			c := Client2{Port: port, In: in, Out: r.out, OnNotice: r.notice, OnEvent: r.event}
			return c.Run(ctx)
		})
		conn := accept()
		r.await(Connected)
		kinds := []NoticeKind{NoticeInputEnded}
		if heard {
			r.hears(conn, "exit")
			r.await(ReceiverEnded)
			kinds = []NoticeKind{NoticePeerExit, NoticeInputEnded}
		}
		keys.Close()
		r.await(SenderEnded)
		if !heard {
			r.hears(conn, "encore", "exit")
			r.await(ReceiverEnded)
		}
		r.endsWith(InputEnded, kinds...)
	}
}

func TestTwoWayStopsAtAnyMoment(t *testing.T) {
	for _, moment := range []string{"", "sent", "heard"} {
		each(t, func(t *testing.T, p twoWay, server bool) {
			kinds := []NoticeKind{NoticeStopped}
			switch moment {
			case "sent":
				p.types("exit")
				p.await(Sent)
				p.await(SenderEnded)
				kinds = []NoticeKind{NoticeOneExit, NoticeStopped}
			case "heard":
				p.hears(p.conn, "exit")
				p.await(ReceiverEnded)
				kinds = []NoticeKind{NoticePeerExit, NoticeStopped}
			}
			p.stop()
			p.endsWith(Interrupted, kinds...)
		})
	}
}

// TestTwoWayFaultsNameTheRightServer holds what to do next to the programs at
// hand.
func TestTwoWayFaultsNameTheRightServer(t *testing.T) {
	l, err := Listen(t.Context(), netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(freeport.Get(t))))
	if err != nil {
		t.Fatal(err)
	}
	port := addrPort(l.Addr()).Port()
	_, err = (&Server2{Port: port}).Run(t.Context())
	if f := Fault(err); f == nil || !strings.Contains(f.Hint, "`labo serveur2 --port ") {
		t.Errorf("taken: %v, %+v", err, f)
	}
	l.Close()
	_, err = (&Client2{Port: port}).Run(t.Context())
	if f := Fault(err); f == nil || !strings.Contains(f.Hint, "`labo serveur2 --port ") {
		t.Errorf("refused: %v, %+v", err, f)
	}
}

// closableLetters is an endless line that ends when it is closed.
type closableLetters struct {
	letters
	closed atomic.Bool
}

func (l *closableLetters) Read(p []byte) (int, error) {
	if l.closed.Load() {
		return 0, io.EOF
	}
	return l.letters.Read(p)
}

func (l *closableLetters) Close() error {
	l.closed.Store(true)
	return nil
}

// TestTwoWayListensWhileItSends has a message wait for room in the buffers of
// a peer that sends before it reads.
func TestTwoWayListensWhileItSends(t *testing.T) {
	port, accept := rawServer(t)
	r := start(t, func(ctx context.Context, r *running) (Ending, error) {
		c := Client2{Port: port, In: &closableLetters{}, OnEvent: func(e Event) {
			if e.Kind != Sent {
				r.event(e)
			}
		}}
		return c.Run(ctx)
	})
	conn := accept()
	e := r.await(Connected)
	if runtime.GOOS == "linux" {
		awaitZeroWindow(t, e.Local)
	}
	r.hears(conn, "tu parles beaucoup")
	conn.Close() // with unread data: RST
	r.await(PeerReset)
	r.await(Closed)
	r.wait()
	if r.ending != PeerBroke {
		t.Errorf("ended %v (%v), want the peer's reset", r.ending, r.err)
	}
}
