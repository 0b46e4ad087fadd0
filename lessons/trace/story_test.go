package trace_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/lessontest/traced"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/trace"
)

func TestJSONIsOneEventALine(t *testing.T) {
	reports := traced.Story(t)
	var out bytes.Buffer
	j := trace.NewJSON(&out)
	for i, r := range reports {
		for _, e := range r.View.Events {
			j.Event(i, e)
		}
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 8 {
		t.Fatalf("%d lines", len(lines))
	}
	var accept struct {
		Kind, Call, Thread string
		Address            record.End
		Line               int
		At, Took           float64
		Ret                int
		Socket             struct {
			FD            int
			Local, Remote record.End
			State         string
		}
	}
	if err := json.Unmarshal([]byte(lines[3]), &accept); err != nil {
		t.Fatal(err)
	}
	if accept.Kind != "call" || accept.Call != "accept4" || accept.Line != 5 || accept.At != 0.004 || accept.Took != 0.1 || accept.Ret != 4 ||
		accept.Socket.State != "ESTABLISHED" || accept.Socket.Remote.Port != 40000 || accept.Address.Addr != "127.0.0.1" || accept.Address.Port != 40000 {
		t.Errorf("%+v in %s", accept, lines[3])
	}
}

func TestAlignFollowsBytesAcrossPrograms(t *testing.T) {
	var told []string
	for _, s := range trace.Align(traced.Story(t)) {
		if s.Kernel != "" {
			told = append(told, s.Event.Call.Name+" "+s.Kernel)
		}
	}
	want := []string{"bind réserve :12345", "listen ouvre :12345", "accept4 :40000 ↔ :12345", "connect :40000 ↔ :12345",
		"sendto 5" + text.NBSP + "octets", "recvfrom 5" + text.NBSP + "octets en 5" + text.NBSP + "ms", "close ferme :12345"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}
