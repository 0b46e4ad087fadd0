//go:build !windows

package job

import (
	"os"
	"os/exec"
)

// CtrlC is the code of a program that Ctrl+C ended: Windows alone has it.
const CtrlC = 0

// Job is a program that was started.
type Job struct{ process *os.Process }

// Start starts cmd. The limit is not held.
func Start(cmd *exec.Cmd, _ int) (*Job, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &Job{cmd.Process}, nil
}

// Kill ends the program.
func (j *Job) Kill(uint32) { j.process.Kill() }

// Close does nothing.
func (j *Job) Close() {}
