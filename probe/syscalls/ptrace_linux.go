package syscalls

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// syscallInfo is struct ptrace_syscall_info of linux/ptrace.h: the same on
// every processor, which spares us their registers.
type syscallInfo struct {
	op    uint8
	_     [3]uint8
	arch  uint32
	ip    uint64
	sp    uint64
	value uint64    // entry and seccomp: number; exit: result
	args  [6]uint64 // exit: the low byte of the first is is_error
	_     uint64
}

func (i *syscallInfo) failed() bool { return i.args[0]&0xff != 0 }

func getSyscallInfo(tid int, info *syscallInfo) error {
	return ptrace(unix.PTRACE_GET_SYSCALL_INFO, tid, unsafe.Sizeof(*info), uintptr(unsafe.Pointer(info)))
}

// ptrace never waits, so the scheduler need not know of it.
func ptrace(request, pid int, addr, data uintptr) error {
	if _, _, e := unix.RawSyscall6(unix.SYS_PTRACE, uintptr(request), uintptr(pid), addr, data, 0, 0); e != 0 {
		return e
	}
	return nil
}

// Before the exec the clones are not followed: the helper is a Go program,
// whose runtime makes threads of its own.
const (
	optionsBeforeExec = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL | unix.PTRACE_O_TRACESECCOMP
	optionsAfterExec  = optionsBeforeExec | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK
)

// processMemory reads the memory of a process (process_vm_readv(2); where that
// is forbidden, as in some containers, proc_pid_mem(5)).
type processMemory int

func (pid processMemory) read(addr uint64, n int) []byte {
	if addr == 0 || n <= 0 {
		return nil
	}
	b := make([]byte, n)
	local := unix.Iovec{Base: &b[0]}
	local.SetLen(n)
	remote := unix.RemoteIovec{Base: uintptr(addr), Len: n}
	got, _, e := unix.RawSyscall6(unix.SYS_PROCESS_VM_READV, uintptr(pid), uintptr(unsafe.Pointer(&local)), 1,
		uintptr(unsafe.Pointer(&remote)), 1, 0)
	switch e {
	case 0:
		return b[:got]
	case unix.EPERM, unix.ENOSYS:
		return pid.readFile(addr, b)
	}
	return nil
}

// readFile reads into b, and returns what could be.
func (pid processMemory) readFile(addr uint64, b []byte) []byte {
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", int(pid)))
	if err != nil {
		return nil
	}
	defer f.Close()
	n, _ := f.ReadAt(b, int64(addr))
	return b[:n]
}
