package demo

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"labo/probe"
)

func TestCloseOrderly(t *testing.T) {
	witnessed(t, 6, 0) // three moments in both orders
	for _, serverFirst := range []bool{false, true} {
		passed, err := CloseOrderly(t.Context(), serverFirst)
		if err != nil {
			t.Fatal(err)
		}
		first := func(p Passing) (probe.State, probe.State) {
			if serverFirst {
				return p.Server, p.Client
			}
			return p.Client, p.Server
		}
		want := [][2]probe.State{{probe.Established, probe.Established}, {probe.FinWait2, probe.CloseWait}, {probe.TimeWait, probe.StateUnknown}}
		for i, p := range passed {
			if a, b := first(p); a != want[i][0] || b != want[i][1] {
				t.Errorf("server first %v, moment %d: %v and %v", serverFirst, i, a, b)
			}
		}
		if len(passed) != len(want) {
			t.Errorf("%d moments", len(passed))
		}
	}
}

func TestCloseUnread(t *testing.T) {
	witnessed(t, 1, 0) // the bytes that wait
	u, err := CloseUnread(t.Context(), "bonjour")
	if err != nil || u.Sent != 7 || !errors.Is(u.Err, syscall.ECONNRESET) {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestHalfClose(t *testing.T) {
	witnessed(t, 1, 0)
	p, got, err := HalfClose(t.Context(), "encore un mot")
	if err != nil || got != "encore un mot" || p.Client != probe.FinWait2 || p.Server != probe.CloseWait {
		t.Errorf("%v %v %q, %v", p.Client, p.Server, got, err)
	}
}

// Descriptors and CLOSE-WAIT grow together until accept() fails; the kernel
// then still lets clients in, as many as its queue holds.
func TestLeak(t *testing.T) {
	const limit = 32
	witnessed(t, limit/2+1, limit/2) // after each client, and at the end
	k, err := StartLeak(t.Context(), self(t), limit)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	last := k.Samples[len(k.Samples)-1]
	if !strings.HasPrefix(k.Refusal, "EMFILE") || last.CloseWait != last.Clients || last.FDs.Value <= limit/2 || last.FDs.Value-k.Samples[0].FDs.Value != last.Clients-1 {
		t.Errorf("refusal %q, first %+v, last %+v", k.Refusal, k.Samples[0], last)
	}
	if k.Queued == 0 || !k.Waits {
		t.Errorf("then %d clients were let in, the next waits: %v", k.Queued, k.Waits)
	}
}

// The child is gone with the leak.
func TestLeakLeavesNoChild(t *testing.T) {
	k, err := StartLeak(t.Context(), self(t), 32)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	k.Close()
	if _, err := probe.Process(t.Context(), k.PID); err == nil {
		t.Errorf("process %d still runs %v after its end", k.PID, time.Since(begun))
	}
}
