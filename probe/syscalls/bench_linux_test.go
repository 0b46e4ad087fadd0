package syscalls

import (
	"context"
	"os"
	"strconv"
	"testing"
)

// BenchmarkCall is what one traced call costs: a C program sends and receives
// on a pair of sockets, two calls a turn.
func BenchmarkCall(b *testing.B) {
	program := compileC(b, "boucle.c", "-O2")
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	b.ReportAllocs()
	b.ResetTimer()
	calls := 0
	trace, err := Start(Program{Path: program, Args: []string{program, strconv.Itoa(b.N/2 + 1)}, Files: [3]*os.File{null, null, null}},
		Options{Handle: func(e *Event) {
			if e.Kind == Return {
				calls++
			}
		}})
	if err != nil {
		b.Fatal(err)
	}
	if r, err := trace.Wait(context.Background(), 0); err != nil || r.Status.Exit() != 0 || calls < b.N {
		b.Fatalf("%d calls, %+v, %v", calls, r, err)
	}
}
