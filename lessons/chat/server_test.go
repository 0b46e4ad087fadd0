package chat

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"labo/lessons/fault"
	"labo/probe/probetest"
)

var clientPort = regexp.MustCompile(`((?:Connexion de|Connecté à) \('[^']*', )\d+`)

// anyPort replaces the port of the client, which the kernel chooses.
func anyPort(s string) string { return clientPort.ReplaceAllString(s, "${1}PORT") }

const greeting = "[Serveur] En attente de connexion...\n[Serveur] Connexion de ('127.0.0.1', PORT)\n"

func TestServerEndsWithTheStopWordInAnyCase(t *testing.T) {
	for _, word := range []string{"exit", "EXIT", "eXiT"} {
		r := serve(t, Server{})
		conn := r.dialServer()
		r.hears(conn, "bonjour", "ça va ?", word)
		r.await(Closed)
		r.endsWith(ByExit)
		r.prints(greeting + "[Client] bonjour\n[Client] ça va ?\n[Serveur] Fin de la communication.\n")
	}
}

func TestServerTellsWhatTheSheetPassesOver(t *testing.T) {
	for name, tc := range map[string]struct {
		sent    []string
		out     string
		notices []NoticeKind
	}{
		"nothing at all": {nil, "", nil},
		"a cut character": {
			[]string{"caf\xc3", "\xa9"}, "[Client] caf\n[Client] é\n",
			[]NoticeKind{NoticeCutRune},
		},
		"byte by byte": {
			[]string{"\xf0", "\x9f", "\x91", "\x8b", "!"}, "[Client] 👋\n[Client] !\n",
			[]NoticeKind{NoticeCutRune},
		},
		"invalid bytes": {
			[]string{"a\xff\xfeb", "\xff"}, "[Client] a⟨ff⟩⟨fe⟩b\n[Client] ⟨ff⟩\n",
			[]NoticeKind{NoticeInvalid},
		},
		"latin-1 at the end": {
			[]string{"caf\xe9"}, "[Client] caf\n[Client] ⟨e9⟩\n",
			[]NoticeKind{NoticeCutRune},
		},
		"latin-1 in the middle": {
			[]string{"caf\xe9", " noir"}, "[Client] caf\n[Client] ⟨e9⟩ noir\n",
			[]NoticeKind{NoticeCutRune, NoticeInvalid},
		},
		"a glued stop word": {
			[]string{"undeuxexit"}, "[Client] undeuxexit\n",
			[]NoticeKind{NoticeGlued},
		},
		"a glued stop word of nc": {
			[]string{"un\nexit\n"}, "[Client] un␊\n         exit␊\n",
			[]NoticeKind{NoticeGlued},
		},
		"a split stop word": {
			[]string{"ex", "i", "t"}, "[Client] ex\n[Client] i\n[Client] t\n",
			[]NoticeKind{NoticeSplit},
		},
		"nc": {
			[]string{"bonjour\n", "exit\n"}, "[Client] bonjour␊\n[Client] exit␊\n",
			[]NoticeKind{NoticeLineEnd, NoticeExitLine},
		},
		"telnet": {
			[]string{"exit\r\n", "Exit\r\n"}, "[Client] exit␍␊\n[Client] Exit␍␊\n",
			[]NoticeKind{NoticeExitLine},
		},
		"a line that would pass for the server's": {
			[]string{"a\n[Serveur] Fin"}, "[Client] a␊\n         [Serveur] Fin\n",
			[]NoticeKind{NoticeLineEnd},
		},
		"escape sequences": {
			[]string{"\x1b]0;titre\x07\x1b[2J", "\t", "\u202e"}, "[Client] ␛]0;titre␇␛[2J\n[Client] ␉\n[Client] ⟨U+202E⟩\n",
			[]NoticeKind{NoticeControl},
		},
		"a file and its path": {
			[]string{"GET x"}, "[Client] GET x\n", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, Server{})
			conn := r.dialServer()
			r.hears(conn, tc.sent...)
			conn.Close()
			r.await(PeerClosed)
			r.await(Closed)
			r.endsWith(PeerLeft, append(tc.notices, NoticeClientLeft)...)
			r.prints(greeting + tc.out)
		})
	}
}

func TestServerStopsAfterAGluedStopWordWhenItComesAlone(t *testing.T) {
	r := serve(t, Server{})
	conn := r.dialServer()
	r.hears(conn, "\xc3", "undeuxexit", "trois\xc3", "exit")
	r.endsWith(ByExit, NoticeCutRune, NoticeInvalid, NoticeGlued)
	r.prints(greeting + "[Client] ⟨c3⟩undeuxexit\n[Client] trois\n[Client] ⟨c3⟩\n[Serveur] Fin de la communication.\n")
}

func TestServerSaysWhetherAStopWordWasGlued(t *testing.T) {
	for sent, want := range map[string]bool{"undeuxexit": true, "exit\n": true, "undeux": false} {
		r := serve(t, Server{})
		conn := r.dialServer()
		r.hears(conn, sent)
		conn.Close()
		r.wait()
		last := r.notices[len(r.notices)-1]
		if last.Kind != NoticeClientLeft || last.Glued != want || last.N != len(sent) {
			t.Errorf("%q: %+v, want glued %v, %d bytes", sent, last, want, len(sent))
		}
	}
}

func TestServerShowsALongMessageWhole(t *testing.T) {
	r := serve(t, Server{})
	conn := r.dialServer()
	long := strings.Repeat("a", ReadSize-1) + "é" + strings.Repeat("b", 2*ReadSize)
	if _, err := io.WriteString(conn, long); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	r.wait()
	shown := strings.TrimPrefix(anyPort(r.out.String()), greeting)
	if got := strings.ReplaceAll(strings.ReplaceAll(shown, "[Client] ", ""), "\n", ""); got != long {
		t.Errorf("shown %q", got)
	}
	received := 0
	for len(r.events) > 0 {
		if e := <-r.events; e.Kind == Received {
			received += e.N
			if e.N > ReadSize {
				t.Errorf("a read of %d bytes, want at most %d", e.N, ReadSize)
			}
		}
	}
	if received != len(long) {
		t.Errorf("received %d bytes, want %d", received, len(long))
	}
}

func TestServerSurvivesAReset(t *testing.T) {
	r := serve(t, Server{})
	conn := r.dialServer()
	r.hears(conn, "bonjour")
	conn.SetLinger(0)
	conn.Close()
	if e := r.await(PeerReset); !fault.Broken(e.Err) {
		t.Errorf("error %v, want a reset", e.Err)
	}
	r.await(Closed)
	r.endsWith(PeerBroke, NoticeClientBroke)
	r.prints(greeting + "[Client] bonjour\n")
	if words := r.notices[0].Words(); !strings.Contains(words, fault.Cause(r.notices[0].Err)) {
		t.Errorf("%q does not name the error", words)
	}
}

func TestServerRecognisesWhoCalls(t *testing.T) {
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	for _, tc := range []struct {
		agent string
		kind  NoticeKind
	}{{firefox, NoticeBrowser}, {"curl/8.5.0", NoticeHTTP}} {
		r := serve(t, Server{})
		listening := r.await(Listening)
		answered := make(chan error, 1)
		go func() {
			req, _ := http.NewRequest("GET", "http://"+listening.Local.String()+"/", nil)
			req.Header.Set("User-Agent", tc.agent)
			transport := &http.Transport{DisableKeepAlives: true}
			_, err := transport.RoundTrip(req)
			answered <- err
		}()
		r.await(Accepted)
		request := string(r.await(Received).Data)
		r.stop()
		r.endsWith(Interrupted, tc.kind, NoticeStopped)
		if err := <-answered; err == nil {
			t.Error("the client got an answer")
		}
		if got := r.notices[0].Text; got != tc.agent {
			t.Errorf("User-Agent %q, want %q", got, tc.agent)
		}
		want := greeting + "[Client] " + strings.ReplaceAll(strings.TrimSuffix(request, "\r\n"), "\r\n", "␍␊\n         ") + "␍␊\n"
		r.prints(want)
	}
}

func TestServerRecognisesTLS(t *testing.T) {
	r := serve(t, Server{})
	listening := r.await(Listening)
	failed := make(chan error, 1)
	go func() {
		_, err := tls.Dial("tcp", listening.Local.String(), &tls.Config{InsecureSkipVerify: true})
		failed <- err
	}()
	r.await(Accepted)
	r.await(Received)
	r.stop()
	r.endsWith(Interrupted, NoticeTLS, NoticeStopped)
	if err := <-failed; err == nil {
		t.Error("the handshake succeeded")
	}
	lines := strings.Split(strings.TrimPrefix(anyPort(r.out.String()), greeting), "\n")
	if !strings.HasPrefix(lines[0], "[Client] ␖␃␁") || !strings.HasSuffix(lines[0], "…") {
		t.Errorf("shown %q", lines[0])
	}
}

func TestServerStopsAtAnyMoment(t *testing.T) {
	r := serve(t, Server{})
	r.await(Listening)
	r.stop()
	r.await(Closed)
	r.endsWith(Interrupted, NoticeStopped)
	r.prints("[Serveur] En attente de connexion...\n")

	r = serve(t, Server{})
	conn := r.dialServer()
	r.stop()
	r.endsWith(Interrupted, NoticeStopped)
	if got := readAll(t, conn); got != "" {
		t.Errorf("the client read %q, want the end of the stream", got)
	}
	r.prints(greeting)
}

func TestServerTakesOneClientAndHasABacklogOfOne(t *testing.T) {
	r := serve(t, Server{})
	conn := r.dialServer()
	second, err := net.Dial("tcp", conn.RemoteAddr().String())
	if err != nil {
		t.Fatal(err) // it waits in the queue
	}
	defer second.Close()
	r.hears(conn, "exit")
	r.endsWith(ByExit)
	if n, err := second.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("a queued client read %d bytes (%v)", n, err)
	}
	if third, err := net.Dial("tcp", conn.RemoteAddr().String()); err == nil {
		third.Close()
		t.Error("the port is still open after the end")
	}
}

// brokenWriter fails as a closed pipe does.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestServerEndsWhenItCannotPrint(t *testing.T) {
	r := start(t, func(ctx context.Context, r *running) (Ending, error) {
		s := Server{Out: brokenWriter{}, OnEvent: r.event}
		return s.Run(ctx)
	})
	r.dialServer()
	r.wait()
	if r.ending != Failed || !errors.Is(r.err, io.ErrClosedPipe) {
		t.Errorf("ended %v (%v), want the write error", r.ending, r.err)
	}
}

func TestServerOnIPv6(t *testing.T) {
	if l, err := net.Listen("tcp6", "[::1]:0"); err != nil {
		probetest.Missing(t, "no IPv6 loopback here: %v", err)
	} else {
		l.Close()
	}
	r := serve(t, Server{Host: "::1"})
	conn := r.dialServer()
	r.hears(conn, "exit")
	r.endsWith(ByExit)
	if want := "[Serveur] Connexion de ('::1', " + portOf(conn.LocalAddr()) + ", 0, 0)\n"; !strings.Contains(r.out.String(), want) {
		t.Errorf("out %q, want %q in it", r.out.String(), want)
	}
}

func portOf(a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

func TestServerWarnsBeforeItIsExposed(t *testing.T) {
	warned := false
	r := start(t, func(ctx context.Context, r *running) (Ending, error) {
		s := Server{Host: "0.0.0.0", OnNotice: func(n Notice) {
			r.notice(n)
			warned = warned || n.Kind == NoticeExposed && len(r.events) == 0
		}, OnEvent: r.event}
		return s.Run(ctx)
	})
	listening := r.await(Listening)
	if !listening.Local.Addr().IsUnspecified() {
		t.Errorf("listens on %v", listening.Local)
	}
	r.stop()
	r.endsWith(Interrupted, NoticeExposed, NoticeStopped)
	if !warned {
		t.Error("no warning before listening")
	}
	for _, a := range r.notices[0].Reachable {
		if a.IsLoopback() || !a.Is4() {
			t.Errorf("%v is said to be reachable by others", a)
		}
	}
}

func TestServerOnAnAddressOfAnotherMachine(t *testing.T) {
	r := serve(t, Server{Host: "192.0.2.1"}) // TEST-NET-1, RFC 5737: of nobody
	r.endsWith(Failed)
	if e, ok := errors.AsType[*ListenError](r.err); !ok || e.Reason != ListenElsewhere || e.Addr.Addr() != netip.MustParseAddr("192.0.2.1") {
		t.Errorf("error %v", r.err)
	}
}

// TestServerStoppedBeforeItBegan holds that nothing stays open, however the
// end of the context falls with the beginning of listening.
func TestServerStoppedBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	port := uint16(0)
	s := Server{Host: "0.0.0.0", OnNotice: func(n Notice) {
		if n.Kind == NoticeExposed { // the last thing before listening
			cancel()
		}
	}, OnEvent: func(e Event) { port = e.Local.Port() }}
	if ending, err := s.Run(ctx); ending != Interrupted || err != nil {
		t.Errorf("ended %v (%v), want interrupted", ending, err)
	}
	if port != 0 {
		t.Errorf("listened on port %d", port)
	}
}
