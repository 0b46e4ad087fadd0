package syscalls

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// collected are the events of one program, safe to read once it has ended.
type collected struct {
	mu     sync.Mutex
	events []*Event
	change chan struct{} // one token when something came
}

func (c *collected) add(e *Event) {
	c.mu.Lock()
	c.events = append(c.events, e)
	c.mu.Unlock()
	select {
	case c.change <- struct{}{}:
	default:
	}
}

// until waits for an event that the test expects.
func (c *collected) until(t *testing.T, what string, ok func(*Event) bool) *Event {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		c.mu.Lock()
		i := slices.IndexFunc(c.events, ok)
		var e *Event
		if i >= 0 {
			e = c.events[i]
		}
		c.mu.Unlock()
		if e != nil {
			return e
		}
		select {
		case <-c.change:
		case <-limit:
			t.Fatalf("no %s", what)
		}
	}
}

func isCall(kind Kind, name string) func(*Event) bool {
	return func(e *Event) bool { return e.Kind == kind && e.Call != nil && e.Call.Name == name }
}

// start traces a program with its streams closed to the outside.
func start(t *testing.T, argv ...string) (*Trace, *collected) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { null.Close() })
	path, err := Find(argv[0])
	if err != nil {
		t.Fatal(err)
	}
	c := &collected{change: make(chan struct{}, 1)}
	trace, err := Start(Program{Path: path, Args: argv, Files: [3]*os.File{null, null, null}}, Options{Handle: c.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		trace.Wait(ended, 0)
	})
	return trace, c
}

func wait(t *testing.T, trace *Trace) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r, err := trace.Wait(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
