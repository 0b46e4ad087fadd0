//go:build unix

package demo

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// signalWords names the signal that ended a process, if one did.
func signalWords(state *os.ProcessState) (string, bool) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return "", false
	}
	return fmt.Sprintf("signal %s (%d)", unix.SignalName(status.Signal()), int(status.Signal())), true
}

// Freeze stops the child where it is: it reads nothing more.
func (c *Child) Freeze() error { return c.cmd.Process.Signal(syscall.SIGSTOP) }
