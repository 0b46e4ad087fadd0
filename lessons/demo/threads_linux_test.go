package demo

import (
	"testing"

	"labo/probe/probetest"
)

// Goroutines on the network share a few threads; in a system call each has
// its own.
func TestCountThreadsOfGo(t *testing.T) {
	witnessed(t, 0, 4)
	for _, c := range []struct {
		tasks       Tasks
		n           int
		least, most int
	}{{GoNetwork, 10, 1, 40}, {GoNetwork, 1000, 1, 40}, {GoRawCall, 10, 11, 50}, {GoRawCall, 200, 201, 240}} {
		got, err := CountThreads(t.Context(), self(t), c.tasks, c.n)
		if err != nil {
			t.Fatal(err)
		}
		got.Close()
		if n := got.Threads.Value; n < c.least || n > c.most {
			t.Errorf("%s %d: %d threads", c.tasks, c.n, n)
		}
	}
	if _, err := CountThreads(t.Context(), self(t), GoRawCall, 10_000); err == nil {
		t.Error("ten thousand threads were asked for")
	}
}

func TestCountThreadsOfPython(t *testing.T) {
	python := []string{probetest.Need(t, "python3")}
	witnessed(t, 0, 3)
	for _, c := range []struct {
		tasks Tasks
		n     int
		want  int
	}{{PyThreads, 1, 2}, {PyThreads, 50, 51}, {PyAsyncio, 1000, 1}} {
		got, err := CountThreads(t.Context(), python, c.tasks, c.n)
		if err != nil {
			t.Fatal(err)
		}
		got.Close()
		if got.Threads.Value != c.want {
			t.Errorf("%s %d: %d threads, want %d", c.tasks, c.n, got.Threads.Value, c.want)
		}
	}
}

func TestCompute(t *testing.T) {
	c, err := Compute(t.Context(), []string{probetest.Need(t, "python3")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if c.Turns[i] <= 0 || c.Cores(i) <= 0 || c.Cores(i) > 3 {
			t.Errorf("%d threads: %d turns, %.1f cores", i+1, c.Turns[i], c.Cores(i))
		}
	}
}
