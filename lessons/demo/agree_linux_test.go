package demo

import (
	"testing"

	"labo/probe"
	"labo/probe/probetest/agree"
)

// witnessed has every answer of the system to the demonstrations of a test
// compared with ss and /proc, and fails the test when there were fewer than
// that: a comparison that never took place proves nothing.
func witnessed(t *testing.T, answers, processes int) *agree.Witness {
	t.Helper()
	w := agree.New(t)
	look, examine = w.Sockets, w.Process
	t.Cleanup(func() {
		look, examine = probe.Sockets, probe.Process
		if w.Answers < answers || w.Processes < processes {
			t.Errorf("%d answers were compared with ss, %d with /proc; want %d and %d", w.Answers, w.Processes, answers, processes)
		}
		t.Logf("%d answers with %d rows compared with ss, %d with /proc", w.Answers, w.Rows, w.Processes)
	})
	return w
}
