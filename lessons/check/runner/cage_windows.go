package runner

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

func init() { newCage = func() cage { return &jobCage{} } }

// jobCage holds a program in a Job Object: what it starts is in it as well, and
// all ends with it (JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE), even when labo is
// ended by force.
type jobCage struct {
	job  windows.Handle
	dead bool
	set  Limits
}

func (c *jobCage) start(cmd *exec.Cmd, _ Command, most Limits) error {
	// Suspended, so that it starts nothing before it is in the job.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED,
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	pid := uint32(cmd.Process.Pid)
	err := c.hold(pid, most)
	if err == nil {
		err = resume(pid)
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return fmt.Errorf("hold it: %w", err)
	}
	c.set.Processes = most.Processes
	return nil
}

func (c *jobCage) limits() (set, met Limits) { return c.set, met }

func (c *jobCage) hold(pid uint32, most Limits) error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return fmt.Errorf("CreateJobObject: %w", err)
	}
	c.job = job
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE |
		windows.JOB_OBJECT_LIMIT_ACTIVE_PROCESS
	info.BasicLimitInformation.ActiveProcessLimit = uint32(most.Processes)
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return fmt.Errorf("SetInformationJobObject: %w", err)
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return fmt.Errorf("OpenProcess: %w", err)
	}
	defer windows.CloseHandle(process)
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return fmt.Errorf("AssignProcessToJobObject: %w", err)
	}
	return nil
}

// resume lets the threads of a suspended process run.
func resume(pid uint32) error {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("CreateToolhelp32Snapshot: %w", err)
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID != pid {
			continue
		}
		thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, entry.ThreadID)
		if err != nil {
			return fmt.Errorf("OpenThread: %w", err)
		}
		_, err = windows.ResumeThread(thread)
		windows.CloseHandle(thread)
		if err != nil {
			return fmt.Errorf("ResumeThread: %w", err)
		}
	}
	return nil
}

func (c *jobCage) kill(bool) int {
	if c.dead || c.job == 0 {
		return 0
	}
	c.dead = true
	_ = windows.TerminateJobObject(c.job, 1)
	return 1
}

func (c *jobCage) close() {
	if c.job != 0 {
		windows.CloseHandle(c.job)
		c.job = 0
	}
}

// defaultInterrupt: a new process group does not get our Ctrl+C.
func defaultInterrupt() (restore func()) { return func() {} }

var errNoTerminal = errors.New("no pseudo-terminal on Windows")

func (p *Process) connectTerminal() ([]io.Closer, error) { return nil, errNoTerminal }
