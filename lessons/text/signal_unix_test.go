//go:build unix

package text

import (
	"os/exec"
	"testing"
)

// A program that a signal ended is told so with its name and what it is for, and
// one that ended by itself is not.
func TestASignalIsNamed(t *testing.T) {
	for script, want := range map[string]string{
		"kill -KILL $$": "arrêté par le signal SIGKILL (9), celui qui tue, et dont rien ne protège",
		"kill -SEGV $$": "arrêté par le signal SIGSEGV (11), celui d'un accès interdit à la mémoire",
		"kill -TERM $$": "arrêté par le signal SIGTERM (15), celui qui demande de finir",
		"exit 137":      "",
	} {
		cmd := exec.Command("/bin/sh", "-c", script)
		_ = cmd.Run()
		got := ""
		if n := KilledBy(cmd.ProcessState); n != 0 {
			got = SignalEnd(n)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", script, got, want)
		}
	}
}
