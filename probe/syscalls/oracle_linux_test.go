package syscalls

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/probe/probetest"
)

func TestMain(m *testing.M) {
	Helper()
	if name := os.Getenv(envDenied); name != "" {
		if err := deny(name); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// oracleRuns is how often each story is compared.
func oracleRuns() int {
	if probetest.Strict() {
		return 100
	}
	return 3
}

// lastWords is how many words of a tracer a failure shows.
const lastWords = 60

// atOnce is how many runs of a story go on at a time: each waits for its peer
// and its tracer half of it.
const atOnce = 2

// What strace tells of a run, and what we tell of another, are the same in
// every thread: names, descriptors, results, and how each thread ended.
func TestSameCallsAsStrace(t *testing.T) {
	strace := probetest.Need(t, "strace")
	env, err := WithLines(os.Environ(), []string{"testdata", os.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			var all tally
			t.Cleanup(func() { t.Logf("%d runs of %d the same, %s", all.same.Load(), oracleRuns(), all.words()) })
			for part := range atOnce {
				t.Run(strconv.Itoa(part+1), func(t *testing.T) {
					t.Parallel()
					play := prepare(t, s, env)
					for range (oracleRuns() + part) / atOnce {
						compare(t, s, underStrace(t, strace, play), underUs(t, play), &all)
					}
				})
			}
		})
	}
}

// tally is what was compared.
type tally struct{ same, calls, settled atomic.Int64 }

func (a *tally) words() string {
	return fmt.Sprintf("%d calls, %d threads ended before their exit in one run alone", a.calls.Load(), a.settled.Load())
}

// compare compares what strace told of one run with what we told of another.
func compare(t *testing.T, s story, theirs, ours *record, all *tally) {
	t.Helper()
	want, err := theirs.tree()
	if err != nil {
		t.Errorf("strace: %v; it ends with\n%s", err, theirs.last(lastWords))
	}
	got, err := ours.tree()
	if err != nil {
		t.Errorf("our tracer: %v; it ends with\n%s", err, ours.last(lastWords))
	}
	all.calls.Add(int64(got.count()))
	settled := settle(want, got)
	all.settled.Add(int64(settled))
	if settled > s.unawaited {
		t.Errorf("%d threads were ended before their exit in one of the two runs, of %d that may be", settled, s.unawaited)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("strace (-) and we (+) do not agree:\n%s\nstrace ends with\n%s\nand our tracer with\n%s",
			diff, theirs.last(lastWords), ours.last(lastWords))
		return
	}
	all.same.Add(1)
}

// comparedCalls are those given to strace. Left out: what differs from run to
// run (which thread has to wait for a lock).
func comparedCalls() []string {
	var names []string
	for _, name := range native.Calls() {
		if compared(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func compared(name string) bool { return name != "futex" && name != "restart_syscall" }

// underUs plays a story and returns what our tracer tells of it.
func underUs(t *testing.T, play staging) *record {
	r := newRecord()
	play(t, func(argv, env []string, files [3]*os.File) func() {
		trace, err := Start(Program{Path: argv[0], Args: argv, Env: env, Files: files},
			Options{All: true, Handle: func(e *Event) { tell(r, e) }})
		if err != nil {
			t.Fatal(err)
		}
		return func() { trace.Wait(context.Background(), 0) }
	})
	return r
}

// tell puts one event of our tracer in a record.
func tell(r *record, e *Event) {
	words := fmt.Sprintf("%d %v", e.TID, e.Kind)
	if e.Call != nil {
		words += fmt.Sprintf(" %s %d %s", e.Call.Name, e.Call.Ret, e.Call.Err)
	}
	r.said(words)
	switch {
	case e.Kind == NewThread:
		r.born(e.Child, true)
	case e.Kind == Ended:
		r.ended(e.TID, e.Status.Signal != 0)
	case e.Kind == Return && compared(e.Call.Name):
		c := e.Call
		s := seen{Name: c.Name, Result: strconv.FormatInt(c.Ret, 10)}
		if c.FD >= 0 || decoders[c.Name].fd {
			s.FD = strconv.Itoa(c.FD)
		}
		switch {
		case c.Restart, c.Name == "exit", c.Name == "exit_group":
			s.Result = "?"
		case c.Failed():
			s.Result = c.Err
		}
		r.call(e.TID, s, r.now())
	}
}
