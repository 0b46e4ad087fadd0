//go:build !linux

package screen

import (
	"os"
	"strconv"
	"testing"

	"github.com/shirou/gopsutil/v3/process"
)

// children returns the processes whose parent is this process.
func children(t *testing.T) []string {
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
