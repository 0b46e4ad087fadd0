package etape1

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/text"
)

// ownRequest is an HTTP request that labo sends itself where no browser does.
type ownRequest struct {
	conn   *net.TCPConn
	ended  chan struct{}
	answer httpAnswer // after ended
}

// httpAnswer is how the wait for an answer ended.
type httpAnswer struct {
	silent bool // nothing came within waited
	waited time.Duration
	bytes  int
	err    error
}

func (a httpAnswer) words() string {
	switch {
	case a.silent:
		return "aucun octet reçu après " + text.Duration(a.waited)
	case a.err != nil:
		return act.Said(a.err)
	}
	return text.Plural(a.bytes, "octet reçu")
}

// request sends the request of a browser that asks for the page of the
// lesson's port (RFC 9112, section 3). Stop it.
func request(ctx context.Context, b *bench.Bench) *ownRequest {
	limit := b.ReadingTime(2*time.Second, 300*time.Millisecond)
	a := act.Connected(ctx, b)
	message := fmt.Sprintf("GET / HTTP/1.1\r\nHost: localhost:%d\r\nUser-Agent: labo\r\nConnection: close\r\n\r\n", b.Port)
	n, err := a.Conn.Write([]byte(message))
	if err != nil {
		demo.Abort(a.Conn)
		b.Must(err, "envoyer la demande HTTP")
	}
	b.Event(evidence.Returned(evidence.Client, "send « GET / HTTP/1.1 … »", "send", act.Handed(n)))
	r := &ownRequest{conn: a.Conn, ended: make(chan struct{})}
	start := time.Now()
	a.Conn.SetReadDeadline(start.Add(limit))
	go func() {
		defer close(r.ended)
		n, err := a.Conn.Read(make([]byte, 1024))
		r.answer = httpAnswer{waited: time.Since(start), bytes: n, err: err, silent: errors.Is(err, os.ErrDeadlineExceeded)}
	}()
	return r
}

// wait returns how the request ended.
func (r *ownRequest) wait(b *bench.Bench) httpAnswer {
	select {
	case <-r.ended:
		return r.answer
	case <-b.Context().Done():
		b.Stop(b.Context().Err())
		return httpAnswer{}
	}
}

func (r *ownRequest) stop() {
	demo.Abort(r.conn)
	<-r.ended
}
