package record

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/lessons/lessontest/sockets"
	"labo/probe"
)

// A form that is written and read again is the same one: nothing of it is lost
// in a notebook.
func TestAFormIsReadAgain(t *testing.T) {
	full := sockets.Timed(sockets.Row(probe.Established, "[::1]:12345", "[::1]:50000", 1, 2, sockets.Held(sockets.Server, sockets.Client)), 99, time.Second)
	full.V6Only, full.Interface = probe.Known(true), probe.Known(&probe.Interface{Name: "lo"})
	full.Owner.UID = probe.Known(1000)
	full.Owner.Open = []probe.OpenFD{{PID: sockets.Server.PID, FD: 3}, {PID: sockets.Server.PID, FD: 4}}
	full.Info = &probe.Info{Sent: probe.Known[uint64](1 << 40), RoundTrip: probe.Known(time.Millisecond), Resent: 3}
	rows := []probe.Socket{full, {}}
	for _, s := range sockets.All() {
		rows = append(rows, s.Sockets...)
	}
	for i := range rows {
		want := Of(&rows[i])
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Socket
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		again := got.Probe()
		if diff := cmp.Diff(want, Of(&again), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: -written +read:\n%s", b, diff)
		}
	}
}

// A notebook of before names no timer where none runs.
func TestATimerOfBeforeIsRead(t *testing.T) {
	var old Socket
	if err := json.Unmarshal([]byte(`{"protocol":"tcp4","state":"LISTEN","timer":{"kind":"","expires_ms":0},"owner":{"kind":"kernel"}}`), &old); err != nil {
		t.Fatal(err)
	}
	if s := old.Probe(); !s.Timer.Known || s.Timer.Value != (probe.Timer{}) {
		t.Errorf("read as %+v", s.Timer)
	}
}
