package demo

import (
	"testing"
	"time"

	"labo/probe"
)

// Linux holds one connection more than the backlog says, and then leaves the
// next client in SYN-SENT (listen(2)).
func TestFillQueue(t *testing.T) {
	w := witnessed(t, 3, 0)
	for _, backlog := range []int{0, 1, 3} {
		q, err := FillQueue(t.Context(), nobody(t), backlog, 10)
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		if len(q.Clients) != backlog+1 || !q.Waits() {
			t.Errorf("%v", q)
		}
		s, err := w.Sockets(t.Context(), probe.Filter{Ports: []uint16{q.At.Port()}})
		if err != nil {
			t.Fatal(err)
		}
		sock, ok := q.Waiting(s)
		if !ok || sock.Timer.Value.Kind != probe.TimerRetransmit || sock.Timer.Value.Remaining > time.Minute {
			t.Errorf("no client waits for its timer: %+v", sock)
		}
		q.Close()
	}
}
