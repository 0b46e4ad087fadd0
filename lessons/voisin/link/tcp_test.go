package link

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"labo/probe/probetest/freeport"
)

// bound is for hanging only.
const bound = 30 * time.Second

// host listens on the loopback for one neighbour.
func host(t *testing.T, code string) (*TCP, netip.AddrPort, chan Notice) {
	t.Helper()
	notices := make(chan Notice, 64)
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), freeport.Get(t))
	l, err := Listen(t.Context(), at, code, "hôte", func(n Notice) { notices <- n })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l, at, notices
}

func within[T any](t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(bound):
		t.Fatalf("%s: nothing", what)
	}
	return v
}

func meet(t *testing.T) (h, g *TCP, at netip.AddrPort, notices chan Notice) {
	t.Helper()
	h, at, notices = host(t, "ABCDEF")
	g, err := Dial(t.Context(), at, "ABCDEF", "invité")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	if err := h.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h, g, at, notices
}

func TestNeighboursMeetAndTalk(t *testing.T) {
	h, g, at, _ := meet(t)
	if h.Peer().Name != "invité" || g.Peer().Name != "hôte" || g.Peer().There != at.Addr() || !g.Peer().Listened || h.Peer().Listened {
		t.Errorf("%+v, %+v", h.Peer(), g.Peer())
	}
	until(t, "the connection", func() bool { return h.Lost() == nil && g.Lost() == nil })
	h.Send([]byte("un"))
	g.Send([]byte("deux"))
	if a, b := string(within(t, "the guest", g.Receive())), string(within(t, "the host", h.Receive())); a != "un" || b != "deux" {
		t.Errorf("%q, %q", a, b)
	}
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(bound); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: still not", what)
		}
	}
}

// A connection that is lost is made again, by who came.
func TestLinkMendsItself(t *testing.T) {
	h, g, _, _ := meet(t)
	until(t, "the connection", func() bool { return h.Lost() == nil && g.Lost() == nil })
	h.mu.Lock()
	abort(h.conn)
	h.mu.Unlock()
	until(t, "the loss", func() bool { return g.Lost() != nil })
	until(t, "the connection again", func() bool {
		g.Send([]byte("encore"))
		select {
		case m := <-h.Receive():
			return string(m) == "encore"
		default:
			return false
		}
	})
}

func TestWrongCodeStaysOut(t *testing.T) {
	h, at, notices := host(t, "ABCDEF")
	begun := time.Now()
	_, err := Dial(t.Context(), at, "ABCDEG", "x")
	if !errors.Is(err, ErrCode) {
		t.Fatalf("%v", err)
	}
	if took := time.Since(begun); took < wrongDelay {
		t.Errorf("a wrong code is told in %v: that does not slow down", took)
	}
	if n := within(t, "the notice", notices); n.Kind != WrongCode || h.Peer().There.IsValid() {
		t.Errorf("%+v, %+v", n, h.Peer())
	}
}

// A host that does not know the code learns nothing by which to pretend.
func TestAHostMustKnowTheCodeToo(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		say(c, greeting{Nonce: "n"})
		c.Read(make([]byte, maxGreeting))
		say(c, greeting{Name: "faux", Proof: proof("XXXXXX", "host", "n", "")})
		c.Read(make([]byte, 1))
	}()
	if _, err := Dial(t.Context(), l.Addr().(*net.TCPAddr).AddrPort(), "ABCDEF", "x"); !errors.Is(err, ErrCode) {
		t.Errorf("%v", err)
	}
}

// Whatever comes to the door is turned away, and the neighbour still gets in.
func TestTheDoorIsHeld(t *testing.T) {
	for name, said := range map[string]string{
		"browser": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"junk":    "\x00\xff\x1b[2J\n",
		"huge":    strings.Repeat("x", 1<<20),
		"version": `{"labo":"voisin","version":99}` + "\n",
		"no labo": `{"labo":"autre","version":1}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, at, notices := host(t, "ABCDEF")
			c, err := net.Dial("tcp4", at.String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.Write([]byte(said))
			if n := within(t, "the notice", notices); n.Kind != NotLabo && n.Kind != OtherForm {
				t.Errorf("%+v", n)
			}
			g, err := Dial(t.Context(), at, "ABCDEF", "x")
			if err != nil {
				t.Fatal(err)
			}
			g.Close()
		})
	}
}

// Once the neighbour is there, no other address gets in, even with the code.
func TestAThirdMachineIsTurnedAway(t *testing.T) {
	h, _, at, notices := meet(t)
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	c, err := d.DialContext(t.Context(), "tcp4", at.String())
	if err != nil && !errors.Is(err, syscall.ECONNRESET) { // it may be told before it has looked
		t.Fatal(err)
	}
	if n := within(t, "the notice", notices); n.Kind != Stranger || n.From != netip.MustParseAddr("127.0.0.2") {
		t.Errorf("%+v", n)
	}
	if c != nil {
		defer c.Close()
		c.SetReadDeadline(time.Now().Add(bound))
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the third machine was told something: %v", err)
		}
	}
	if h.Peer().Name != "invité" {
		t.Errorf("%+v", h.Peer())
	}
}

// A message without an end takes no more memory than the longest one.
func TestAHugeMessageEndsTheConnection(t *testing.T) {
	h, g, _, _ := meet(t)
	until(t, "the connection", func() bool { return h.Lost() == nil && g.Lost() == nil })
	g.mu.Lock()
	raw := g.conn
	g.mu.Unlock()
	go raw.Write([]byte(strings.Repeat("x", 4*maxMessage)))
	until(t, "the loss", func() bool { return h.Lost() != nil || g.Lost() != nil })
	select {
	case m := <-h.Receive():
		t.Errorf("%d bytes came", len(m))
	default:
	}
}
