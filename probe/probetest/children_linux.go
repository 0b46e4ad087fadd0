package probetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Children returns the pids of the processes whose parent is a thread of this one, the
// dead that were not waited for included.
func Children(t testing.TB) []string {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || len(lists) == 0 {
		Missing(t, "this kernel does not list children: %v", err)
	}
	var pids []string
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err != nil {
			continue // the thread ended; its children have another parent now
		}
		pids = append(pids, strings.Fields(string(b))...)
	}
	return pids
}
