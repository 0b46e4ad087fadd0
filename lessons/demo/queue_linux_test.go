package demo

import (
	"slices"
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
		if n, err := q.Speak("bonjour"); n != len("bonjour") || err != nil {
			t.Errorf("a client that is not accepted speaks: %d, %v", n, err)
		}
		unread := func(s *probe.Snapshot) bool {
			return slices.ContainsFunc(s.Sockets, func(s probe.Socket) bool {
				return s.Local == q.At && s.State == probe.Established && s.RecvQueue.Value == 7 && s.Owner.Kind == probe.OwnerKernel
			})
		}
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
			later, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{q.At.Port()}})
			if err != nil {
				t.Fatal(err)
			}
			if unread(later) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("its message waits in no queue: %+v", later.Sockets)
			}
		}
		sock, ok := q.Waiting(s)
		if !ok || sock.Timer.Value.Kind != probe.TimerRetransmit || sock.Timer.Value.Remaining > time.Minute {
			t.Errorf("no client waits for its timer: %+v", sock)
		}
		q.Close()
	}
}
