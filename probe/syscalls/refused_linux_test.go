package syscalls

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// envDenied names a system call that this process and its children may not
// make, as in a container.
const envDenied = "LABO_TEST_DENIED"

// oldKernel denies what Linux has since 5.3 only, as a kernel before it does.
const oldKernel = "PTRACE_GET_SYSCALL_INFO"

// deny makes a call fail in every thread, from now on.
func deny(name string) error {
	nr, ok := map[string]uint32{"ptrace": unix.SYS_PTRACE, "seccomp": unix.SYS_SECCOMP,
		"pidfd_getfd": unix.SYS_PIDFD_GETFD, "process_vm_readv": unix.SYS_PROCESS_VM_READV, oldKernel: unix.SYS_PTRACE}[name]
	if !ok {
		return fmt.Errorf("no call %q", name)
	}
	const load, equal, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	program := []unix.SockFilter{
		{Code: load, K: dataNumber},
		{Code: equal, K: nr, Jf: 1},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
	}
	if name == oldKernel {
		program = append([]unix.SockFilter{program[0], {Code: equal, K: nr, Jf: 3}, {Code: load, K: dataArgs},
			{Code: equal, K: unix.PTRACE_GET_SYSCALL_INFO, Jf: 1}, {Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EIO)}}, program[3])
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	if _, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog))); e != 0 {
		return e
	}
	return nil
}

// Where ptrace or seccomp is refused, as in some containers, or is too old, it
// is said which.
func TestRefused(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Reason{"ptrace": Refused, "seccomp": NoSeccomp, oldKernel: OldKernel} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestStartsTrue$", "-test.v")
		cmd.Env = append(os.Environ(), envDenied+"="+name)
		out, _ := cmd.CombinedOutput()
		if !strings.Contains(string(out), fmt.Sprintf("reason %d", want)) {
			t.Errorf("without %s:\n%s", name, out)
		}
	}
}

// Where the descriptors of a program cannot be looked at, or its memory only as
// a file, its calls and its lines are told all the same.
func TestWhatCannotBeLookedAt(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	probetest.Need(t, "python3")
	for _, name := range []string{"pidfd_getfd", "process_vm_readv"} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestLinesAreThoseThatCall$", "-test.v")
		cmd.Env = append(os.Environ(), envDenied+"="+name)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("without %s: %v\n%s", name, err, out)
		}
	}
}

// A signal that the runtime of the helper sent to itself, and that comes when
// the program begins, is not told as the program's.
func TestFirstSignalIsOfTheHelper(t *testing.T) {
	sent := 0
	watchExec = func(pid int) {
		if err := unix.Tgkill(pid, pid, unix.SIGURG); err != nil {
			t.Error(err)
		}
		sent++
	}
	defer func() { watchExec = nil }()
	trace, c := start(t, "sh", "-c", "kill -URG $$; exit 3")
	if r := wait(t, trace); r.Status.Code != 3 || sent != 1 {
		t.Errorf("%+v, %d sent", r.Status, sent)
	}
	told := 0
	for _, e := range c.events {
		if e.Kind == Signal && e.Signal == "SIGURG" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("%d signals are told, want the one that the program sent", told)
	}
}

// Refused for more than one reason: the one that counts is told.
func TestWhyRefused(t *testing.T) {
	for _, want := range []struct {
		scope string
		why   UnavailableError
	}{
		{"1\n", UnavailableError{Reason: Refused}},
		{"2\n", UnavailableError{Reason: Yama, Scope: 2}},
		{"3\n", UnavailableError{Reason: Yama, Scope: 3}},
		{"", UnavailableError{Reason: Refused}},
	} {
		var why *UnavailableError
		if !errors.As(refusal(want.scope, unix.EPERM), &why) || why.Reason != want.why.Reason || why.Scope != want.why.Scope {
			t.Errorf("ptrace_scope %q: %+v", want.scope, why)
		}
	}
}
