package syscalls

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// helperWord is the first argument of this program when it is to become the
// program to trace. What follows: the path, then the arguments.
const helperWord = "__suivi"

// Descriptors of the helper. Both are closed by the exec.
const (
	helperGo    = 3 // one byte comes when the tracer is ready
	helperReady = 4 // one byte goes when the helper is; then nothing, or what failed
)

// Steps of the helper that can fail, as the byte before the errno.
const (
	stepReady   = 'p'
	stepSeccomp = 's'
	stepExec    = 'x'
)

// The seizing is of the main thread: it must be the one that becomes the program.
func init() {
	if isHelper() {
		runtime.LockOSThread()
	}
}

func isHelper() bool { return len(os.Args) > 3 && os.Args[1] == helperWord }

// helperAsked is set once Helper was called: only then does this program, run
// again, become the one to trace. Without it, it would run itself for ever.
var helperAsked atomic.Bool

// Helper turns this process into the program to trace when it was started for
// that, and returns at once otherwise. A program that uses [Start] calls it
// first in main.
func Helper() {
	if !isHelper() {
		helperAsked.Store(true)
		return
	}
	step, err := become(os.Args[2], os.Args[3:])
	var errno syscall.Errno
	errors.As(err, &errno)
	unix.Write(helperReady, []byte{step, byte(errno), byte(errno >> 8)})
	os.Exit(126)
}

// become waits for the tracer, sets the filter and becomes the program. It
// only returns on failure, with the step that failed.
func become(path string, args []string) (byte, error) {
	unix.CloseOnExec(helperGo)
	unix.CloseOnExec(helperReady)
	if _, err := unix.Write(helperReady, []byte{stepReady}); err != nil {
		return stepReady, err
	}
	var b [1]byte
	if n, err := unix.Read(helperGo, b[:]); n != 1 {
		return stepReady, err
	}
	if err := setFilter(nativeFilter()); err != nil {
		return stepSeccomp, err
	}
	return stepExec, syscall.Exec(path, args, os.Environ())
}

// setFilter sets a seccomp filter on this thread. Without the right to do it,
// the kernel asks that exec no longer gives rights (seccomp(2)).
func setFilter(filter []unix.SockFilter) error {
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	set := func() error {
		if _, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&prog))); e != 0 {
			return e
		}
		return nil
	}
	err := set()
	if err == unix.EACCES {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return err
		}
		err = set()
	}
	return err
}
