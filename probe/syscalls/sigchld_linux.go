package syscalls

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// signalAction is struct kernel_sigaction of both architectures followed.
type signalAction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const noStoppedChild = 0x1 // SA_NOCLDSTOP, sigaction(2)

// quietStops tells the kernel not to send SIGCHLD when a child stops: it would
// at each stop of a traced thread, and Go has a handler for every signal, so
// each would wake the main thread for nothing. The end of a child is told as
// before. Where it fails, tracing only costs more.
func quietStops() {
	var a signalAction
	if _, _, e := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGCHLD), 0, uintptr(unsafe.Pointer(&a)),
		unsafe.Sizeof(a.mask), 0, 0); e != 0 || a.flags&noStoppedChild != 0 {
		return
	}
	a.flags |= noStoppedChild
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGCHLD), uintptr(unsafe.Pointer(&a)), 0,
		unsafe.Sizeof(a.mask), 0, 0)
}
