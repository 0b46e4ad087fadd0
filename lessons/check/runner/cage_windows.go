package runner

import (
	"errors"
	"io"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"

	"labo/probe/job"
)

func init() { newCage = func() cage { return &jobCage{} } }

// jobCage holds a program in a Job Object: see [job.Job].
type jobCage struct {
	job  *job.Job
	dead bool
	set  Limits
}

func (c *jobCage) start(cmd *exec.Cmd, _ Command, most Limits) (err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	if c.job, err = job.Start(cmd, most.Processes); err != nil {
		return err
	}
	c.set.Processes = most.Processes
	return nil
}

func (c *jobCage) limits() (set, met Limits) { return c.set, met }

func (c *jobCage) kill(bool) int {
	if c.dead || c.job == nil {
		return 0
	}
	c.dead = true
	c.job.Kill(1)
	return 1
}

func (c *jobCage) close() {
	if c.job != nil {
		c.job.Close()
	}
}

// defaultInterrupt: a new process group does not get our Ctrl+C.
func defaultInterrupt() (restore func()) { return func() {} }

var errNoTerminal = errors.New("no pseudo-terminal on Windows")

func (p *Process) connectTerminal() ([]io.Closer, error) { return nil, errNoTerminal }
