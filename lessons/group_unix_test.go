//go:build unix

package lessons

import (
	"os/exec"
	"syscall"
)

// inOwnGroup makes the end of cmd that of everything it started.
func inOwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
