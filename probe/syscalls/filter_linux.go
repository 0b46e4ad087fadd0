package syscalls

import (
	"runtime"
	"slices"

	"golang.org/x/sys/unix"
)

// native is the architecture of this process, nil when it is not followed.
var native = func() *Arch {
	switch runtime.GOARCH {
	case "amd64":
		return amd64
	case "arm64":
		return arm64
	}
	return nil
}()

func nativeFilter() []unix.SockFilter { return filter(native) }

// Offsets in struct seccomp_data (linux/seccomp.h).
const (
	dataNumber = 0
	dataArch   = 4
	dataArgs   = 16
)

// filter returns the seccomp program that stops at the followed calls and lets
// every other pass. A futex stops only when it waits without limit: those with
// a limit are Python's own lock, many times a second.
func filter(arch *Arch) []unix.SockFilter {
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		and   = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
		give  = unix.BPF_RET | unix.BPF_K
	)
	do := func(code uint16, k uint32) unix.SockFilter { return unix.SockFilter{Code: code, K: k} }
	jump := func(k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: equal, K: k, Jt: yes, Jf: no}
	}
	allow, trace := do(give, unix.SECCOMP_RET_ALLOW), do(give, unix.SECCOMP_RET_TRACE)
	waits := []unix.SockFilter{
		do(load, dataArgs+1*8), // the operation
		do(and, 0x7f),
		jump(0, 1, 0),            // FUTEX_WAIT, or
		jump(9, 0, 4),            // FUTEX_WAIT_BITSET,
		do(load, dataArgs+3*8),   // whose limit
		jump(0, 0, 2),            //
		do(load, dataArgs+3*8+4), // is a null
		jump(0, 1, 0),            // pointer
		allow,
		trace,
	}
	program := []unix.SockFilter{do(load, dataArch), jump(arch.Audit, 1, 0), allow, do(load, dataNumber)}
	program = append(program, jump(uint32(arch.number("futex")), 0, uint8(len(waits))))
	program = append(program, waits...)
	var numbers []int
	for nr, name := range arch.Calls() {
		if name != "futex" {
			numbers = append(numbers, nr)
		}
	}
	slices.Sort(numbers)
	for _, nr := range numbers {
		program = append(program, jump(uint32(nr), 0, 1), trace)
	}
	return append(program, allow)
}
