package lessons

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/text"
)

// ownRequest is an HTTP request that labo sends itself where no browser does.
type ownRequest struct {
	cancel context.CancelFunc
	ended  chan struct{}
	answer httpAnswer // after ended
}

// httpAnswer is how an HTTP request ended.
type httpAnswer struct {
	silent bool // nothing came within Waited
	waited time.Duration
	status string
	err    error
}

func (a httpAnswer) words() string {
	switch {
	case a.silent:
		return "aucune réponse après " + text.Duration(a.waited)
	case a.err != nil:
		return "échec : " + a.err.Error()
	}
	return "réponse " + a.status
}

// request sends GET / to the lesson's port with net/http. Stop it.
func (b *Bench) request(ctx context.Context) *ownRequest {
	limit := b.readingTime(2*time.Second, 300*time.Millisecond)
	ctx, cancel := context.WithCancel(ctx)
	r := &ownRequest{cancel: cancel, ended: make(chan struct{})}
	url := fmt.Sprintf("http://%s/", b.Server)
	b.Event(evidence.Event{From: evidence.Client, To: evidence.Server, What: "GET " + url + " (net/http)"})
	go func() {
		defer close(r.ended)
		r.answer = get(ctx, url, limit)
	}()
	return r
}

// get waits for an answer for at most limit. The zero Transport asks no proxy:
// nothing leaves this machine.
func get(ctx context.Context, url string, limit time.Duration) httpAnswer {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return httpAnswer{err: err}
	}
	start := time.Now()
	resp, err := transport.RoundTrip(req)
	a := httpAnswer{waited: time.Since(start), err: err}
	switch {
	case err == nil:
		a.status = resp.Status
		resp.Body.Close()
	case errors.Is(err, context.DeadlineExceeded):
		a.silent = true
	}
	return a
}

// wait returns how the request ended.
func (r *ownRequest) wait(b *Bench) httpAnswer {
	select {
	case <-r.ended:
		return r.answer
	case <-b.ctx.Done():
		b.Stop(b.ctx.Err())
		return httpAnswer{}
	}
}

func (r *ownRequest) stop() {
	r.cancel()
	<-r.ended
}
