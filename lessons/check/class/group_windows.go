package class

import (
	"os/exec"
	"syscall"
)

// ownGroup has a command start in a process group of its own: Ctrl+C does not
// reach it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
