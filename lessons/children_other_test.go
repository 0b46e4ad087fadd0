//go:build !linux

package lessons

import (
	"os"
	"testing"

	"github.com/shirou/gopsutil/v3/process"
)

// children returns the processes whose parent is this process.
func children(t *testing.T) []*process.Process {
	t.Helper()
	me, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	kids, err := me.Children()
	if err != nil && err != process.ErrorNoChildren {
		t.Fatal(err)
	}
	return kids
}
