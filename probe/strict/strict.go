// Package strict decides what a test does when the machine lacks something:
// it skips and says why, and where LABO_STRICT=1, as in CI where everything is
// installed, it fails. It is imported by tests only.
package strict

import (
	"os"
	"os/exec"
	"testing"
)

// On reports whether a test must fail where it would skip.
func On() bool { return os.Getenv("LABO_STRICT") == "1" }

// Need returns the path of a program, and skips or fails the test when this
// machine does not have it.
func Need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		Skip(t, "%s is not installed here: %v", program, err)
	}
	return path
}

// Skip skips the test for a reason that lies in the machine, or fails it where
// [On]. What lies in the system (no sock_diag on Windows) is no such reason:
// there, call t.Skip or keep the test out with a build constraint.
func Skip(t testing.TB, format string, args ...any) {
	t.Helper()
	if On() {
		t.Fatalf("LABO_STRICT=1 forbids this skip: "+format, args...)
	}
	t.Skipf(format, args...)
}
