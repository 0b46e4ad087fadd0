package act

import (
	"errors"
	"os"
	"strings"
	"testing"

	"labo/lessons/demo"
	"labo/probe"
)

// A cause is named where it was measured, and nowhere else.
func TestUnrefusedNamesWhatWasMeasured(t *testing.T) {
	server := &probe.Socket{State: probe.Listen, Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 2867, Name: "python3"}}}}
	because := func(k probe.ReasonKind, s *probe.Socket) probe.Verdict {
		return probe.Verdict{Because: []probe.Reason{{Kind: k, Socket: s, Count: 1}}}
	}
	worked, silent := demo.Attempt{}, demo.Attempt{Err: os.ErrDeadlineExceeded}
	for _, c := range []struct {
		name string
		a    demo.Attempt
		seen probe.Verdict
		want string
	}{
		{"a listener", worked, because(probe.Listening, server), "python3 (2867)"},
		{"one that is hidden", worked, because(probe.Listening, &probe.Socket{Owner: probe.Owner{Kind: probe.OwnerForbidden}}), "pas le droit de voir"},
		{"nobody seen", worked, because(probe.NobodyListens, nil), "il ne sait pas qui a répondu"},
		{"silence", silent, because(probe.NobodyListens, nil), "labo ne sait pas pourquoi"},
		{"silence, and a listener that would answer", silent, because(probe.Listening, server), "labo ne sait pas pourquoi"},
		{"a full queue", silent, because(probe.QueueFull, server), "est pleine (propriétaire : python3 (2867))"},
		{"no loopback", silent, because(probe.LoopbackDown, nil), "est éteinte"},
		{"another error", demo.Attempt{Err: errors.New("unheard of")}, because(probe.Listening, server), "labo ne sait pas pourquoi"},
	} {
		got := unrefused(c.a, c.seen)
		if !strings.Contains(got, c.want) || strings.Contains(got, "pare-feu") || strings.Contains(got, "unheard") {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
