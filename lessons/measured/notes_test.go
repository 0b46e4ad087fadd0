package measured

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"labo/probe"
)

// A source that has just failed is not recommended, and a kernel without its
// module is not taken for a container.
func TestNotesOfAFallback(t *testing.T) {
	fallback := func(err error) []probe.Note {
		return []probe.Note{{Kind: probe.NoteFallback, Err: fmt.Errorf("dump: %w", err)}, {Kind: probe.NoteNoQueues}}
	}
	for _, tc := range []struct {
		notes []probe.Note
		has   string
		not   string
	}{
		{fallback(syscall.ENOENT), "modprobe tcp_diag", "bac à sable"},
		{fallback(syscall.EPERM), "bac à sable", "tcp_diag"},
		{fallback(syscall.EPERM), "partagent un port.", "--source"},
	} {
		said := strings.Join(Notes(&probe.Snapshot{Notes: tc.notes}), "\n")
		if !strings.Contains(said, tc.has) || strings.Contains(said, tc.not) {
			t.Errorf("%v:\n%s\nwant %q, not %q", tc.notes, said, tc.has, tc.not)
		}
	}
}
