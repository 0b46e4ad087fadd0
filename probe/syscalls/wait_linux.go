package syscalls

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// eagerWaits is how often the next stop is looked for before it is waited for.
// A program that calls without pause stops again within microseconds, and to
// tell Go's scheduler of a wait that short costs more than the wait.
const eagerWaits = 4

const waitOptions = unix.WALL | unix.WNOTHREAD

// wait returns the next thread that stopped or ended. Its usage is then in
// t.usage.
func (t *tracer) wait() (int, unix.WaitStatus, error) {
	var status int32
	for range eagerWaits {
		tid, _, e := unix.RawSyscall6(unix.SYS_WAIT4, ^uintptr(0), uintptr(unsafe.Pointer(&status)),
			waitOptions|unix.WNOHANG, uintptr(unsafe.Pointer(&t.usage)), 0, 0)
		switch {
		case e != 0:
			return 0, 0, e
		case tid != 0:
			return int(tid), unix.WaitStatus(status), nil
		}
		unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
	}
	var ws unix.WaitStatus
	tid, err := unix.Wait4(-1, &ws, waitOptions, &t.usage)
	return tid, ws, err
}
