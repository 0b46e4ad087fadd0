package syscalls

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// untilExec leads the helper to its exec, or to the failure it tells on words.
func (t *tracer) untilExec(path string, words *os.File) error {
	for {
		var ws unix.WaitStatus
		tid, err := unix.Wait4(t.root, &ws, unix.WALL, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return fmt.Errorf("wait for the helper: %w", err)
		case ws.Exited() || ws.Signaled():
			return helperFailure(path, words, ws)
		case !ws.Stopped():
			continue
		case int(ws)>>16 == unix.PTRACE_EVENT_EXEC:
			return t.firstExec(tid, ws)
		}
		sig := 0
		if int(ws)>>16 == 0 && ws.StopSignal() != unix.SIGTRAP|0x80 {
			sig = int(ws.StopSignal())
		}
		if err := ptrace(unix.PTRACE_CONT, tid, 0, uintptr(sig)); err != nil && err != unix.ESRCH {
			return err
		}
	}
}

// helperFailure returns what the helper said before it ended.
func helperFailure(path string, words *os.File, ws unix.WaitStatus) error {
	if ws.Signaled() {
		return &SignaledError{Signal: int(ws.Signal())}
	}
	var b [3]byte
	if n, _ := words.Read(b[:]); n < 3 { // it has ended: this does not wait
		return fmt.Errorf("the helper ended with status %#x", uint32(ws))
	}
	errno := unix.Errno(uint16(b[1]) | uint16(b[2])<<8)
	switch {
	case b[0] == stepSeccomp:
		return &UnavailableError{Reason: NoSeccomp, Err: errno}
	case errno == unix.ENOENT:
		return &StartError{Path: path, Err: fmt.Errorf("%w: %w", ErrNotFound, errno)}
	case errno == unix.ENOEXEC:
		return &StartError{Path: path, Err: ErrNoFormat}
	}
	return &StartError{Path: path, Err: fmt.Errorf("%w: %w", ErrNotExecutable, errno)}
}

// watchExec, when a test sets it, is given the program that stands at its first
// instruction.
var watchExec func(pid int)

// firstExec begins the trace at the exec of the helper, once it is known that
// the kernel can tell calls from one another.
func (t *tracer) firstExec(tid int, ws unix.WaitStatus) error {
	var info syscallInfo
	if err := getSyscallInfo(tid, &info); err != nil {
		reap(tid)
		return &UnavailableError{Reason: OldKernel, Err: err}
	}
	t.processes[t.root] = &process{pid: t.root, fds: map[int]fdKind{}}
	t.trace.alive.add(t.root)
	t.threads[tid] = &thread{tid: tid, process: t.processes[t.root]}
	if watchExec != nil {
		watchExec(tid)
	}
	t.stop(tid, ws)
	t.fresh = true
	return nil
}
