package chat

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"labo/lessons/fault"
	"labo/probe"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

const welcome = "[Client] Connecté au serveur. Tapez vos messages :\n"

func TestClientSendsEachLineAsItIs(t *testing.T) {
	for name, tc := range map[string]struct {
		in, wire string
		prompts  int
		ending   Ending
		notices  []NoticeKind
	}{
		"stop word":         {"bonjour\nça va ?\nEXIT\nperdu\n", "bonjourça va ?EXIT", 3, ByExit, nil},
		"end of input":      {"un\ndeux", "undeux", 3, InputEnded, []NoticeKind{NoticeInputEnded}},
		"nothing":           {"", "", 1, InputEnded, []NoticeKind{NoticeInputEnded}},
		"empty lines":       {"\n\nexit\n", "exit", 3, ByExit, []NoticeKind{NoticeEmptyLine}},
		"not the stop word": {" exit\nexit \nexit", " exitexit exit", 3, ByExit, nil},
		"not UTF-8":         {"caf\xe9\nexit\n", "caf\xe9exit", 2, ByExit, nil},
		"long": {
			strings.Repeat("é", 600) + "\nexit\n", strings.Repeat("é", 600) + "exit", 2, ByExit,
			[]NoticeKind{NoticeLongLine},
		},
	} {
		t.Run(name, func(t *testing.T) {
			port, accept := rawServer(t)
			r := connect(t, Client{Port: port, In: strings.NewReader(tc.in)})
			if got := readAll(t, accept()); got != tc.wire {
				t.Errorf("on the wire %q, want %q", got, tc.wire)
			}
			r.endsWith(tc.ending, tc.notices...)
			r.prints(welcome + strings.Repeat(clientPrompt, tc.prompts))
			sent := ""
			r.await(Connected)
			for e := range drain(r.events) {
				sent += string(e.Data)
				if e.Kind == Sent && e.N != len(e.Data) {
					t.Errorf("sent %d bytes, and says %d", len(e.Data), e.N)
				}
			}
			if sent != tc.wire {
				t.Errorf("events say %q, want %q", sent, tc.wire)
			}
		})
	}
}

// drain yields the events of a program that has ended.
func drain(events chan Event) func(yield func(Event) bool) {
	return func(yield func(Event) bool) {
		for len(events) > 0 {
			if !yield(<-events) {
				return
			}
		}
	}
}

// typist is the keyboard of a client under test: lines are typed when the test
// wants.
func typist(t *testing.T) (in io.Reader, typeLine func(string)) {
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	return r, func(s string) {
		if _, err := io.WriteString(w, s+"\n"); err != nil {
			t.Error(err)
		}
	}
}

func TestClientKnowsAtOnceThatTheServerLeft(t *testing.T) {
	port, accept := rawServer(t)
	in, typeLine := typist(t)
	r := connect(t, Client{Port: port, In: in})
	conn := accept()
	r.await(Connected)
	typeLine("bonjour")
	r.await(Sent)
	if _, err := io.ReadFull(conn, make([]byte, len("bonjour"))); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	r.await(PeerClosed)
	r.await(Closed)
	r.endsWith(PeerLeft, NoticeServerLeft)
	r.prints(welcome + clientPrompt + clientPrompt)
	if !r.notices[0].MidLine {
		t.Error("the remark does not say that it comes after a prompt")
	}
}

func TestClientSurvivesAReset(t *testing.T) {
	port, accept := rawServer(t)
	in, _ := typist(t)
	r := connect(t, Client{Port: port, In: in})
	conn := accept()
	r.await(Connected)
	conn.SetLinger(0)
	conn.Close()
	if e := r.await(PeerReset); !fault.Broken(e.Err) {
		t.Errorf("error %v, want a reset", e.Err)
	}
	r.endsWith(PeerBroke, NoticeServerBroke)
}

func TestClientShowsWhatADeafClientWouldMiss(t *testing.T) {
	port, accept := rawServer(t)
	in, typeLine := typist(t)
	r := connect(t, Client{Port: port, In: in})
	conn := accept()
	r.await(Connected)
	for range 2 {
		if _, err := io.WriteString(conn, "\x1b[2Jbonjour"); err != nil {
			t.Fatal(err)
		}
		if e := r.await(Received); e.N != 11 {
			t.Errorf("received %d bytes", e.N)
		}
	}
	typeLine("exit")
	r.endsWith(ByExit, NoticeServerTalks)
	if words := r.notices[0].Words(); !strings.Contains(words, "« ␛[2Jbonjour »") {
		t.Errorf("said %q", words)
	}
}

func TestClientStopsAtAnyMoment(t *testing.T) {
	port, accept := rawServer(t)
	in, _ := typist(t)
	r := connect(t, Client{Port: port, In: in})
	conn := accept()
	r.await(Connected)
	r.stop()
	r.endsWith(Interrupted, NoticeStopped)
	if got := readAll(t, conn); got != "" {
		t.Errorf("the server read %q, want the end of the stream", got)
	}
	if !r.notices[0].Connected || r.notices[0].Server {
		t.Errorf("said %+v", r.notices[0])
	}
}

func TestClientStopsWhileItsMessageCannotLeave(t *testing.T) {
	port, accept := rawServer(t)
	r := connect(t, Client{Port: port, In: letters{}})
	accept() // and never read: the window closes
	e := r.await(Connected)
	if runtime.GOOS == "linux" { // elsewhere no source tells
		awaitZeroWindow(t, e.Local)
	}
	r.stop()
	r.wait()
	if r.ending != Interrupted {
		t.Errorf("ended %v (%v), want interrupted", r.ending, r.err)
	}
}

// letters is an endless line.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// awaitZeroWindow waits until the peer of at has no room left and the kernel
// asks it now and then whether it has again: a write then waits.
func awaitZeroWindow(t *testing.T, at netip.AddrPort) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	for {
		snap, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{at.Port()}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range snap.Sockets {
			if s.Local == at && s.Timer.Value.Kind == probe.TimerZeroWindow {
				return
			}
		}
	}
}

func TestClientWithoutServerIsRefused(t *testing.T) {
	at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(freeport.Get(t)))
	r := connect(t, Client{Port: at.Port()})
	r.endsWith(Failed)
	e, ok := errors.AsType[*RefusedError](r.err)
	if !ok || e.Addr != at || e.After <= 0 {
		t.Fatalf("error %v", r.err)
	}
	r.prints("")
	if f := Fault(r.err); f == nil || f.Exit != 1 || !strings.Contains(f.What, fault.Cause(e)) || !strings.Contains(f.Hint, "labo serveur") {
		t.Errorf("said %+v", f)
	}
}

// Who listens beside is not called nobody.
func TestARefusalNamesWhoListensBeside(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "127.0.0.2 is an address of Linux's loopback alone")
	}
	l, err := listenAt(t.Context(), netip.MustParseAddrPort("127.0.0.2:0"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	r := connect(t, Client{Port: uint16(port)})
	r.endsWith(Failed)
	if f := Fault(r.err); f == nil || !strings.Contains(f.Hint, "n'écoute à cette adresse") || !strings.Contains(f.Hint, l.Addr().String()+" (LISTEN)") {
		t.Errorf("said %+v", f)
	}
	e, _ := errors.AsType[*RefusedError](r.err)
	for _, unsure := range []probe.Verdict{{}, {Outcome: probe.Granted, Because: e.Seen.Because}} {
		if f := (&RefusedError{Addr: e.Addr, Err: e.Err, Seen: unsure}).fault(); strings.Contains(f.Hint, "n'écoute") {
			t.Errorf("said %+v of %+v", f, unsure)
		}
	}
}

func TestClientSaysThatItStillWaits(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "a full accept queue leaves connect() waiting on Linux; other systems refuse or accept")
	}
	l, err := listenAt(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range Backlog + 1 { // the queue holds one more than the backlog
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	said := make(chan Notice, 2)
	r := start(t, func(ctx context.Context, r *running) (Ending, error) {
		c := Client{Port: addrPort(l.Addr()).Port(), patience: time.Millisecond, OnNotice: func(n Notice) {
			r.notice(n)
			said <- n
		}}
		return c.Run(ctx)
	})
	select {
	case n := <-said:
		if n.Kind != NoticeConnecting || n.Addr != addrPort(l.Addr()) {
			t.Errorf("said %+v", n)
		}
		if runtime.GOOS != "linux" { // the queue of a listener is not told elsewhere
			break
		}
		if words := n.Words(); n.Asked == 0 || !strings.Contains(words, "est pleine") || strings.Contains(words, "ne le sait pas") {
			t.Errorf("a queue that is seen to be full: asked %d times, %q", n.Asked, words)
		}
	case <-time.After(bound):
		t.Fatal("nothing was said")
	}
	r.stop()
	r.endsWith(Interrupted, NoticeConnecting, NoticeStopped)
}

func TestHostsThatNameNoMachine(t *testing.T) {
	for host, malformed := range map[string]bool{
		"http://localhost:12345": true,
		"127.0.0.1:12345":        true,
		"une machine":            true,
		"224.0.0.1":              true,  // a group of machines
		"nulle..part":            false, // refused before any query leaves
	} {
		r := connect(t, Client{Host: host, Port: 1})
		r.wait()
		e, ok := errors.AsType[*HostError](r.err)
		if !ok || e.Malformed != malformed || e.Host != host {
			t.Errorf("%q: error %v", host, r.err)
			continue
		}
		if f := Fault(r.err); (f.Exit == 2) != malformed {
			t.Errorf("%q: exit %d", host, f.Exit)
		}
	}
}

func TestLocalhostIsIPv4AsInTheSheet(t *testing.T) {
	for _, host := range []string{"", "localhost", "LocalHost", "127.0.0.1", "[127.0.0.1]", "::ffff:127.0.0.1"} {
		addr, err := resolve(t.Context(), host)
		if err != nil || addr != netip.MustParseAddr("127.0.0.1") {
			t.Errorf("%q is %v (%v)", host, addr, err)
		}
	}
}
