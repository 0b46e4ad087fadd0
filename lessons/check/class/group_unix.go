//go:build unix

package class

import (
	"os/exec"
	"syscall"
)

// ownGroup has a command start in a process group of its own: signals of the
// keyboard do not reach it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
