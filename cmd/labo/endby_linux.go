package main

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// endBy ends this process by a signal, so that whoever waits for labo sees the
// end of the program it ran. 0 does nothing. The runtime keeps some signals to
// itself: their action is set behind its back, a moment before the end.
func endBy(signal int) {
	if signal <= 0 {
		return
	}
	unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) // the core would be ours
	var action [4]uint64                             // struct kernel_sigaction, all zero: SIG_DFL
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(signal), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
	unix.Kill(unix.Getpid(), unix.Signal(signal))
	select {} // it arrives on its own time
}
