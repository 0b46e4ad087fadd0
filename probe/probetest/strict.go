// Package probetest is what tests of all packages share: what they do when the
// machine lacks something, their own network, the children they left, and ss(8)
// to compare the probe with. It is imported by tests only, and knows nothing of
// the probe.
//
// Where something is missing a test skips and says why; where LABO_STRICT=1, as
// in CI where everything is installed, it fails.
package probetest

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// Strict reports whether a test must fail where it would skip.
func Strict() bool { return os.Getenv("LABO_STRICT") == "1" }

// Need returns the path of a program, and skips or fails the test when this
// machine does not have it.
func Need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		Missing(t, "%s is not installed here: %v", program, err)
	}
	return path
}

// Missing skips the test for a reason that lies in the machine, or fails it where
// [On]. For what lies in the system, see [Elsewhere].
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if Strict() {
		t.Fatalf("LABO_STRICT=1 forbids this skip: "+format, args...)
	}
	t.Skipf(format, args...)
}

// Elsewhere skips a test of what this system does not have (no umask on
// Windows), or that was written for another. Linux has it all: there, it fails
// the test where [On].
func Elsewhere(t testing.TB, format string, args ...any) {
	t.Helper()
	if runtime.GOOS == "linux" {
		Missing(t, format, args...)
		return
	}
	t.Skipf(format, args...)
}
