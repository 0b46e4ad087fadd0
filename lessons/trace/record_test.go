package trace

import (
	"strings"
	"testing"
	"time"

	"labo/probe/syscalls"
)

func TestRecordIsBounded(t *testing.T) {
	r := NewRecord()
	for i := range 200_000 {
		r.Add(&syscalls.Event{Kind: syscalls.Return, At: time.Duration(i) * time.Millisecond, PID: 10, TID: 10,
			Place: syscalls.Place{File: "/tmp/a.py", Line: 1 + i%2}, Call: &syscalls.Call{Name: "recvfrom", FD: 4, Asked: 5, Done: true}})
		tid := 100 + i%5000
		r.Add(&syscalls.Event{Kind: syscalls.Ended, PID: 10, TID: tid})
	}
	v := r.View()
	if v.Calls != 200_000 || len(v.Events) != keptEvents || v.Dropped+keptEvents != 400_000 || len(v.Threads) > keptThreads {
		t.Errorf("%d calls, %d events, %d dropped, %d threads", v.Calls, len(v.Events), v.Dropped, len(v.Threads))
	}
	if l := v.Lines[syscalls.Place{File: "/tmp/a.py", Line: 1}]; l.Calls != 100_000 || l.Shapes[0].Count != 100_000 {
		t.Errorf("%+v", l)
	}
}

// Every followed call is explained, in a sentence that stands alone.
func TestEveryCallIsExplained(t *testing.T) {
	names := syscalls.Names()
	if len(names) < 45 {
		t.Fatalf("%d names", len(names))
	}
	for _, name := range names {
		w, ok := Explain(name, syscalls.SourceKernel)
		if !ok || !strings.HasSuffix(w.Says, ".") || !strings.HasSuffix(w.Man, ")") {
			t.Errorf("%s: %+v", name, w)
		}
	}
	for name, w := range pythonWords {
		if !strings.HasPrefix(w.Says, "Python ") || !strings.HasSuffix(w.Says, ".") {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

func TestRanges(t *testing.T) {
	for want, n := range map[string][]int{"": nil, "1": {1}, "1, 2": {1, 2}, "1 à 3": {1, 2, 3}, "1, 4 à 6, 9, 10": {1, 4, 5, 6, 9, 10}} {
		if got := Ranges(n); got != want {
			t.Errorf("%v: %q, want %q", n, got, want)
		}
	}
}
