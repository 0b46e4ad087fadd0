package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"labo/probe/probetest"
)

// Every command pays for what packages do before main. A table built at start
// (one version of go-runewidth took 21 ms to build its own) is seen as memory,
// which is the same on every machine, where time is not.
const (
	maxInitBytes  = 1 << 20 // by all packages together
	maxInitAllocs = 6000
)

// initLine is a line of GODEBUG=inittrace=1 (package runtime):
// "init os @0.5 ms, 0.04 ms clock, 432 bytes, 9 allocs".
var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock, (\d+) bytes, (\d+) allocs$`)

func TestStartIsLight(t *testing.T) {
	tool := probetest.Need(t, "go")
	labo := filepath.Join(t.TempDir(), "labo.exe")
	if out, err := exec.CommandContext(t.Context(), tool, "build", "-buildvcs=false", "-o", labo, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), labo, "--version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("labo --version: %v\n%s", err, out)
	}
	var clock float64
	var bytes, allocs, packages int
	for _, m := range initLine.FindAllSubmatch(out, -1) {
		ms, _ := strconv.ParseFloat(string(m[2]), 64)
		b, _ := strconv.Atoi(string(m[3]))
		a, _ := strconv.Atoi(string(m[4]))
		clock, bytes, allocs, packages = clock+ms, bytes+b, allocs+a, packages+1
		if ms >= 0.1 || b >= 16<<10 {
			t.Logf("%s", m[0])
		}
	}
	if packages < 5 {
		t.Fatalf("inittrace told of %d packages:\n%s", packages, out)
	}
	t.Logf("%d packages start in %.2f ms, with %d bytes in %d allocations", packages, clock, bytes, allocs)
	if bytes > maxInitBytes || allocs > maxInitAllocs {
		t.Errorf("before main: %d bytes in %d allocations; the bounds are %d and %d", bytes, allocs, maxInitBytes, maxInitAllocs)
	}
}
