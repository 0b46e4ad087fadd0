package bench

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"labo/lessons/evidence"
)

func whats(events []evidence.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, e.What)
	}
	return out
}

func TestOverhearKeepsWhatPassedAndWhatCameLate(t *testing.T) {
	defer goleak.VerifyNone(t)
	in := make(chan evidence.Event, 4)
	for _, what := range []string{"a", "b", "c", "d"} {
		in <- evidence.Event{What: what}
	}
	out, end := overhear(in)
	for range 2 {
		if e := <-out; e.At.IsZero() {
			t.Errorf("event %q has no time", e.What)
		}
	}
	passed, late := end()
	if diff := cmp.Diff([]string{"a", "b"}, whats(passed)); diff != "" {
		t.Errorf("passed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"c", "d"}, whats(late)); diff != "" {
		t.Errorf("late (-want +got):\n%s", diff)
	}
}

func TestOverhearEndsWithItsEvents(t *testing.T) {
	defer goleak.VerifyNone(t)
	in := make(chan evidence.Event)
	out, end := overhear(in)
	close(in)
	if _, ok := <-out; ok {
		t.Error("an event came out of a closed channel")
	}
	if passed, late := end(); passed != nil || late != nil {
		t.Errorf("end() = %v, %v", passed, late)
	}
}

func TestOverhearNothing(t *testing.T) {
	defer goleak.VerifyNone(t)
	out, end := overhear(nil)
	if out != nil {
		t.Error("no events became a channel")
	}
	end()
}
