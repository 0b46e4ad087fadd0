package demo

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"labo/lessons/check/pace"
	"labo/probe"
)

// Queue is a server that listens and never calls accept(), with the clients
// that came. Close it.
type Queue struct {
	At      netip.AddrPort
	Backlog int
	Clients []net.Conn // those whose connect() succeeded
	// Last is the attempt that did not succeed at once: refused, or still
	// waiting (nil).
	Last *Attempt

	listener *Raw
	cancel   context.CancelFunc
	dialing  sync.WaitGroup
	answered chan Attempt
}

// patience is how long a connect() may take before its client counts as
// waiting: on the loopback, one that is answered takes microseconds.
const patience = 400 * time.Millisecond

// FillQueue listens on an address with that backlog and has clients connect,
// at most most of them, until one is not let in.
func FillQueue(ctx context.Context, at netip.AddrPort, backlog, most int) (*Queue, error) {
	l, err := NewRaw()
	if err != nil {
		return nil, err
	}
	if err = l.Reuse(); err == nil {
		if err = l.Bind(at); err == nil {
			err = l.Listen(backlog)
		}
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	q := &Queue{At: at, Backlog: backlog, listener: l, cancel: cancel, answered: make(chan Attempt, 1)}
	for len(q.Clients) < most {
		if q.dial(ctx); !q.letIn(ctx) {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		q.Close()
		return nil, err
	}
	return q, nil
}

func (q *Queue) dial(ctx context.Context) {
	q.dialing.Go(func() { q.answered <- Connect(ctx, q.At, time.Minute) })
}

// letIn reports whether the client that dials was connected soon.
func (q *Queue) letIn(ctx context.Context) bool {
	over, stop := pace.After(patience)
	defer stop()
	select {
	case a := <-q.answered:
		if a.Err != nil {
			q.Last = &a
			return false
		}
		q.Clients = append(q.Clients, a.Conn)
		return true
	case <-over:
		return false
	case <-ctx.Done():
		return false
	}
}

// Speak sends a message from the first client, which nobody has accepted, and
// returns how many bytes its kernel took.
func (q *Queue) Speak(message string) (int, error) { return io.WriteString(q.Clients[0], message) }

// Waits reports whether a client is neither connected nor refused.
func (q *Queue) Waits() bool { return q.Last == nil && len(q.answered) == 0 }

// Waiting returns the socket of the client that is not let in, in a snapshot.
func (q *Queue) Waiting(s *probe.Snapshot) (probe.Socket, bool) {
	for _, sock := range s.Sockets {
		if sock.State == probe.SynSent && sock.Remote == q.At {
			return sock, true
		}
	}
	return probe.Socket{}, false
}

// Close ends all of them at once.
func (q *Queue) Close() {
	q.cancel()
	q.dialing.Wait()
	select {
	case a := <-q.answered:
		Abort(a.Conn)
	default:
	}
	for _, c := range q.Clients {
		Abort(c)
	}
	q.listener.Close()
}

// String says it for a test that failed.
func (q *Queue) String() string {
	return fmt.Sprintf("listen(%d) at %v: %d let in, waits %v", q.Backlog, q.At, len(q.Clients), q.Waits())
}
