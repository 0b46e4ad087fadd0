package host

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"labo/probe/probetest"
)

func TestDescribeAgreesWithUname(t *testing.T) {
	if runtime.GOOS == "windows" {
		probetest.Elsewhere(t, "Windows has no uname")
	}
	uname := probetest.Need(t, "uname")
	out, err := exec.Command(uname, "-r").Output()
	if err != nil {
		t.Fatal(err)
	}
	m := Describe(t.Context())
	if want := strings.TrimSpace(string(out)); !m.Kernel.Known || m.Kernel.Value != want {
		t.Errorf("Kernel = %+v, uname -r says %q", m.Kernel, want)
	}
	if !m.Name.Known || strings.TrimSpace(m.Name.Value) != m.Name.Value {
		t.Errorf("Name = %+v, want the system's name", m.Name)
	}
	if m.System != runtime.GOOS || m.CPUs < 1 {
		t.Errorf("Describe = %+v", m)
	}
}
