// Package agree compares what the probe says with other tools, at the very
// moments when a lesson asks: sockets with ss(8), threads and descriptors with
// /proc/PID/task and /proc/PID/fd. It is imported by tests only.
package agree

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/probe"
	"labo/probe/probetest"
)

// Witness compares. What does not agree fails its test. It is used by one
// goroutine.
type Witness struct {
	t testing.TB

	// How many answers were compared: of [Witness.Sockets] and the rows in
	// them, and of [Witness.Process].
	Answers, Rows, Processes int
}

// New returns a witness for a test, which is skipped where ss is missing.
func New(t testing.TB) *Witness {
	t.Helper()
	probetest.Need(t, "ss")
	return &Witness{t: t}
}

// tries is how often a moment is looked at again, when it passed while it was
// being looked at.
const tries = 20

// Sockets is [probe.Sockets], compared with ss where both can tell: sock_diag,
// on ports.
func (w *Witness) Sockets(ctx context.Context, f probe.Filter) (*probe.Snapshot, error) {
	var diff string
	for range tries {
		before, err := probe.Sockets(ctx, f)
		if err != nil || before.Source != probe.SockDiag || len(f.Ports) == 0 || len(f.PIDs) > 0 {
			return before, err
		}
		theirs, err := probetest.SS(ctx, f.Ports...)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			w.t.Errorf("ss: %v", err)
			return before, nil
		}
		after, err := probe.Sockets(ctx, f)
		if err != nil {
			return nil, err
		}
		if differ(rowsOf(before), rowsOf(after)) != "" {
			continue // it passed
		}
		theirs = slices.DeleteFunc(theirs, func(r probetest.SSRow) bool { return !chosen(f, r) })
		if diff = differ(theirs, rowsOf(after)); diff == "" {
			w.Answers++
			w.Rows += len(theirs)
			return after, nil
		}
	}
	if diff != "" { // though nothing moved between two looks
		w.t.Errorf("ports %v: -ss +probe:\n%s", f.Ports, diff)
	}
	return probe.Sockets(ctx, f)
}

// rowsOf returns sockets as ss tells them, without those it does not list
// (bound ones: iproute2 6.1).
func rowsOf(s *probe.Snapshot) []probetest.SSRow {
	var rows []probetest.SSRow
	for i := range s.Sockets {
		if s.Sockets[i].State != probe.Bound {
			rows = append(rows, rowOf(&s.Sockets[i]))
		}
	}
	return rows
}

func rowOf(s *probe.Socket) probetest.SSRow {
	r := probetest.SSRow{
		State: probetest.SSState(s.State.String()), RecvQ: s.RecvQueue.Value, SendQ: s.SendQueue.Value,
		Local: s.Local, Remote: s.Remote, Timer: probetest.SSTimer(uint8(s.Timer.Value.Kind)), Left: s.Timer.Value.Remaining, Inode: s.Inode.Value,
	}
	for _, h := range s.Owner.Holders {
		r.Users = append(r.Users, h.Name+" "+strconv.Itoa(h.PID))
	}
	slices.Sort(r.Users)
	return r
}

// chosen reports whether a filter would choose a row.
func chosen(f probe.Filter, r probetest.SSRow) bool {
	if f.States == 0 {
		return true
	}
	return slices.ContainsFunc(probe.States[:], func(st probe.State) bool {
		return f.States.Has(st) && probetest.SSState(st.String()) == r.State
	})
}

// passes is how far two tools may be apart about the time of a timer: both
// round it, and it goes on between them.
const passes = 2 * time.Second

func differ(a, b []probetest.SSRow) string {
	sorted := func(rows []probetest.SSRow) []probetest.SSRow {
		rows = slices.Clone(rows)
		slices.SortFunc(rows, func(a, b probetest.SSRow) int {
			return cmp.Or(cmp.Compare(a.State, b.State), a.Local.Compare(b.Local), a.Remote.Compare(b.Remote), cmp.Compare(a.Inode, b.Inode))
		})
		return rows
	}
	near := gocmp.Comparer(func(a, b time.Duration) bool { return (a - b).Abs() <= passes })
	return gocmp.Diff(sorted(a), sorted(b), near, cmpopts.EquateComparable(netip.AddrPort{}), cmpopts.EquateEmpty())
}

// Process is [probe.Process], compared with /proc: as many threads as
// /proc/PID/task has entries, and the same ones; as many descriptors as
// /proc/PID/fd has.
func (w *Witness) Process(ctx context.Context, pid int) (probe.ProcessInfo, error) {
	var differs string
	for range tries {
		before, err := probe.Process(ctx, pid)
		if err != nil {
			return before, err
		}
		tasks, fds := entries(pid, "task"), entries(pid, "fd")
		if pid == os.Getpid() {
			fds-- // the directory being read
		}
		after, err := probe.Process(ctx, pid)
		if err != nil || before.Threads != after.Threads || before.FDs != after.FDs {
			continue // it passed
		}
		if len(after.Tasks) == tasks && after.Threads == probe.Known(tasks) && after.FDs == probe.Known(fds) {
			w.Processes++
			return after, nil
		}
		differs = fmt.Sprintf("process %d: %v threads (%d told one by one), %v descriptors; /proc has %d and %d",
			pid, after.Threads, len(after.Tasks), after.FDs, tasks, fds)
	}
	if differs != "" {
		w.t.Error(differs)
	}
	return probe.Process(ctx, pid)
}

// entries counts what a directory of /proc/PID holds, 0 where it may not be
// read.
func entries(pid int, dir string) int {
	all, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/" + dir)
	if err != nil {
		return 0
	}
	return len(all)
}
