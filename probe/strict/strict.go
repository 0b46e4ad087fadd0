// Package strict decides what a test does when the machine lacks something:
// it skips and says why, and where LABO_STRICT=1, as in CI where everything is
// installed, it fails. It is imported by tests only.
package strict

import (
	"os"
	"os/exec"
	"runtime"
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
		Missing(t, "%s is not installed here: %v", program, err)
	}
	return path
}

// Missing skips the test for a reason that lies in the machine, or fails it where
// [On]. For what lies in the system, see [Elsewhere].
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if On() {
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
