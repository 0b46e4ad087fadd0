//go:build !linux

package probetest

import (
	"os"
	"strconv"
	"testing"

	"github.com/shirou/gopsutil/v3/process"
)

// Children returns the pids of the processes whose parent is this one.
func Children(t testing.TB) []string {
	t.Helper()
	me, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	kids, err := me.Children()
	if err != nil && err != process.ErrorNoChildren {
		t.Fatal(err)
	}
	var pids []string
	for _, k := range kids {
		pids = append(pids, strconv.Itoa(int(k.Pid)))
	}
	return pids
}
