package chat

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// bound is how long a test waits for a state before it fails.
const bound = 20 * time.Second

// running is a Server or a Client that runs in the test's process.
type running struct {
	t      *testing.T
	events chan Event
	out    *lockedBuffer
	stop   context.CancelFunc
	ended  chan struct{}

	// After ended:
	notices []Notice
	ending  Ending
	err     error
}

// start runs a program and makes sure that it ends with the test and leaves no
// goroutine behind.
func start(t *testing.T, run func(ctx context.Context, r *running) (Ending, error)) *running {
	t.Helper()
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{
		t: t, events: make(chan Event, 10000), out: &lockedBuffer{}, stop: cancel, ended: make(chan struct{}),
	}
	go func() {
		defer close(r.ended)
		r.ending, r.err = run(ctx, r)
	}()
	t.Cleanup(func() {
		cancel()
		r.wait()
		goleak.VerifyNone(t, before)
	})
	return r
}

func serve(t *testing.T, s Server) *running {
	t.Helper()
	return start(t, func(ctx context.Context, r *running) (Ending, error) {
		s.Out, s.OnNotice, s.OnEvent = r.out, r.notice, r.event
		return s.Run(ctx)
	})
}

func connect(t *testing.T, c Client) *running {
	t.Helper()
	return start(t, func(ctx context.Context, r *running) (Ending, error) {
		c.Out, c.OnNotice, c.OnEvent = r.out, r.notice, r.event
		return c.Run(ctx)
	})
}

func (r *running) notice(n Notice) { r.notices = append(r.notices, n) }
func (r *running) event(e Event)   { r.events <- e }

// await returns the next event, which must be of the given kind.
func (r *running) await(kind EventKind) Event {
	r.t.Helper()
	select {
	case e := <-r.events:
		if e.Kind != kind {
			r.t.Fatalf("event %v (%q, %v), want %v", e.Kind, e.Data, e.Err, kind)
		}
		if e.At.IsZero() {
			r.t.Errorf("event %v does not say when", kind)
		}
		return e
	case <-time.After(bound):
		r.t.Fatalf("no event after %v, want %v", bound, kind)
	}
	return Event{}
}

// wait waits for the end of Run.
func (r *running) wait() {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(bound):
		r.t.Fatalf("still running after %v", bound)
	}
}

// endsWith waits for the end of Run and checks how it ended and what was said.
func (r *running) endsWith(want Ending, kinds ...NoticeKind) {
	r.t.Helper()
	r.wait()
	if r.ending != want || (r.err != nil) != (want == Failed) {
		r.t.Errorf("ended %v (%v), want %v", r.ending, r.err, want)
	}
	got := make([]NoticeKind, len(r.notices))
	for i, n := range r.notices {
		got[i] = n.Kind
		if n.Words() == "" {
			r.t.Errorf("notice %d has no words", n.Kind)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(kinds) {
		for _, n := range r.notices {
			r.t.Logf("said: %s", n.Words())
		}
		r.t.Errorf("notices %v, want %v", got, kinds)
	}
}

// prints checks everything that was written on Out, client ports aside.
func (r *running) prints(want string) {
	r.t.Helper()
	if got := r.out.String(); anyPort(got) != want {
		r.t.Errorf("out\n%q\nwant\n%q", anyPort(got), want)
	}
}

// dialServer waits until r listens and connects to it.
func (r *running) dialServer() *net.TCPConn {
	r.t.Helper()
	e := r.await(Listening)
	conn, err := net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(e.Local))
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	a := r.await(Accepted)
	if a.Remote.String() != conn.LocalAddr().String() || a.Local.String() != conn.RemoteAddr().String() {
		r.t.Errorf("accepted %v → %v, want %v → %v", a.Remote, a.Local, conn.LocalAddr(), conn.RemoteAddr())
	}
	return conn
}

// hears writes each part on its own, once the one before has been read, and
// checks that it came as it is.
func (r *running) hears(conn net.Conn, parts ...string) {
	r.t.Helper()
	for _, part := range parts {
		if _, err := io.WriteString(conn, part); err != nil {
			r.t.Fatal(err)
		}
		if e := r.await(Received); string(e.Data) != part || e.N != len(part) {
			r.t.Fatalf("received %q (%d), want %q", e.Data, e.N, part)
		}
	}
}

// rawServer accepts one connection of a client under test.
func rawServer(t *testing.T) (port uint16, accept func() *net.TCPConn) {
	t.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return addrPort(l.Addr()).Port(), func() *net.TCPConn {
		t.Helper()
		l.SetDeadline(time.Now().Add(bound))
		conn, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
}

// readAll returns everything that a client under test sends.
func readAll(t *testing.T, conn net.Conn) string {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(bound))
	b, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// lockedBuffer may be written and read at once.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
