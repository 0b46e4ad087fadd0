package probe

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// elf is the beginning of a program's file.
func elf(class, data byte, machine uint16) []byte {
	b := append([]byte("\x7fELF"), class, data)
	b = append(b, make([]byte, 12)...)
	return binary.LittleEndian.AppendUint16(b, machine)
}

// Rows of /proc/PID/task/TID/syscall as Linux 6.18 wrote them for Python 3.11 on
// amd64; for arm64, the same calls under the numbers of that processor.
func TestWaitsAreRead(t *testing.T) {
	const amd, arm = 62, 183
	words := map[uint64][]byte{
		0x7ffc6d4909b8: {3, 0, 0, 0, 1, 0, 0, 0}, // struct pollfd
		0x7ffc6d490a00: {3, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0},
		0x7ffc19067480: {0b1001, 0, 0, 0, 0, 0, 0, 0},                             // fd_set
		0x7ffe5b70d9f0: {2, 0, 0, 0, 0, 0, 0, 0, 0, 0x65, 0xcd, 0x1d, 0, 0, 0, 0}, // struct timespec: 2.5 s
	}
	memory := func(addr uint64, n int) []byte { return words[addr][:min(n, len(words[addr]))] }
	tids := []int{17252, 17349}
	for _, c := range []struct {
		what    string
		machine uint16
		row     string
		want    told
	}{
		{"accept", amd, "288 0x3 0x7ffd58d1dc80 0x7ffd58d1dc74 0x80000 0x0 0x0 0x7ffd58d1dc48 0x7f27b7f28f63\n", told{what: WaitAccept, call: "accept4", fds: []int{3}}},
		{"join or lock", amd, "202 0x7f27b0000b70 0x189 0x0 0x0 0x0 0xffffffff 0x7ffd58d1dbc0 0x7f27b7ea3f16", told{what: WaitThread, call: "futex"}},
		{"pthread_join", amd, "202 0x7f27b7749910 0x109 0x43c5 0x0 0x0 0xffffffff 0x7ffd58d1dbc0 0x7f27b7ea3f16", told{what: WaitJoin, call: "futex", tid: 17349}},
		{"a private futex with that value", amd, "202 0x7f27b7749910 0x189 0x43c5 0x0 0x0 0xffffffff 0x7ffd58d1dbc0 0x7f27b7ea3f16", told{what: WaitThread, call: "futex"}},
		{"recv", amd, "45 0x4 0x7f27b0000bc0 0x400 0x0 0x0 0x0 0x7f27b7749a10 0x7f27b7f28974", told{what: WaitReceive, call: "recvfrom", fds: []int{4}}},
		{"input", amd, "0 0x0 0x7f27b7ff1b03 0x1 0x7f27b7e270e0 0x0 0x0 0x7f27b6f48890 0x7f27b7f162ec", told{what: WaitRead, call: "read", fds: []int{0}}},
		{"accept with a limit", amd, "7 0x7ffc6d4909b8 0x1 0xc350 0x0 0x0 0x0 0x7ffc6d490988 0x7f49c5b1a230", told{what: WaitAny, call: "poll", fds: []int{3}, timed: true, within: 50 * time.Second}},
		{"poll, one out of use", amd, "7 0x7ffc6d490a00 0x3 0xc350 0x0 0x0 0x0 0x7ffc6d490988 0x7f49c5b1a230", told{what: WaitAny, call: "poll", fds: []int{3, 0}, timed: true, within: 50 * time.Second}},
		{"poll, memory forbidden", amd, "7 0x1 0x3 0xc350 0x0 0x0 0x0 0x7ffc6d490988 0x7f49c5b1a230", told{what: WaitAny, call: "poll", timed: true, within: 50 * time.Second}},
		{"select", amd, "270 0x4 0x7ffc19067480 0x0 0x0 0x0 0x0 0x7ffc190673a0 0x7f944c71c954", told{what: WaitAny, call: "pselect6", fds: []int{0, 3}}},
		{"select that sleeps", amd, "270 0x0 0x0 0x0 0x0 0x7ffc19067480 0x0 0x7ffc190673a0 0x7f944c71c954", told{what: WaitSleep, call: "pselect6", timed: true}},
		{"sleep of an older Python", amd, "270 0x0 0x0 0x0 0x0 0x7ffe5b70d9f0 0x0 0x7ffc190673a0 0x7f944c71c954", told{what: WaitSleep, call: "pselect6", timed: true, within: 2500 * time.Millisecond}},
		{"sleep until a moment", amd, "230 0x1 0x1 0x7ffe5b70d9f0 0x0 0x0 0x0 0x7ffe5b70d9a8 0x7ff64e6ed503", told{what: WaitSleep, call: "clock_nanosleep", timed: true, clock: 1, until: 2500 * time.Millisecond}},
		{"sleep for a time", amd, "230 0x1 0x0 0x7ffe5b70d9f0 0x0 0x0 0x0 0x7ffe5b70d9a8 0x7ff64e6ed503", told{what: WaitSleep, call: "clock_nanosleep", timed: true, within: 2500 * time.Millisecond}},
		{"selectors", amd, "232 0x4 0x7fd799e03010 0x2 0xffffffff 0x0 0x0 0x7ffc822cd098 0x7fd79a126ef3", told{what: WaitAny, call: "epoll_wait", fds: []int{4}}},
		{"sleep", amd, "230 0x1 0x1 0x7ffe5b70d9c0 0x0 0x0 0x0 0x7ffe5b70d9a8 0x7ff64e6ed503", told{what: WaitSleep, call: "clock_nanosleep", timed: true, clock: 1}},
		{"sendall", amd, "44 0x4 0x7f4eab99f030 0x5f5e100 0x0 0x0 0x0 0x7ffeb185d688 0x7f4eb2128b59", told{what: WaitSend, call: "sendto", fds: []int{4}}},
		{"connect", amd, "42 0x5 0x7fff7dd5d310 0x10 0x0 0x0 0x0 0x7fff7dd5d288 0x7f11d0b287c0", told{what: WaitConnect, call: "connect", fds: []int{5}}},
		{"open a FIFO", amd, "257 0xffffff9c 0x7f54cd7a8450 0x80000 0x0 0x0 0x0 0x7ffd409a5ea0 0x7f54cdd16011", told{what: WaitOpen, call: "openat"}},
		{"os.wait", amd, "61 0xffffffff 0x7fffd8117acc 0x0 0x0 0x0 0x0 0x7fffd8117ab8 0x7f65438f1bd3", told{what: WaitChild, call: "wait4"}},
		{"signal.pause", amd, "34 0x7f708194e6f8 0x0 0x0 0x7f7081237fa0 0x0 0x0 0x7ffd1afcba78 0x7f70812f1dd0", told{what: WaitSignal, call: "pause"}},
		{"started again after a stop", amd, "219 0x0 0x0 0x7ffd904defb0 0x7ffd904deff0 0x0 0x0 0x7ffd904def98 0x7f884b5f2503", told{call: "restart_syscall"}},
		{"a call without words", amd, "999 0x0 0x0 0x0 0x0 0x0 0x0 0x7ffd904def98 0x7f884b5f2503", told{}},
		{"running", amd, "running\n", told{what: WaitNothing}},
		{"not in a call", amd, "-1 0x7ffd904def98 0x7f884b5f2503\n", told{}},
		{"arm64: accept", arm, "242 0x3 0xffffd1dc80 0xffffd1dc74 0x80000 0x0 0x0 0xffffd1dc48 0xffffb7f28f63", told{what: WaitAccept, call: "accept4", fds: []int{3}}},
		{"arm64: recv", arm, "207 0x4 0xffffb0000bc0 0x400 0x0 0x0 0x0 0xffffb7749a10 0xffffb7f28974", told{what: WaitReceive, call: "recvfrom", fds: []int{4}}},
		{"arm64: input", arm, "63 0x0 0xffffb7ff1b03 0x1 0x0 0x0 0x0 0xffffb6f48890 0xffffb7f162ec", told{what: WaitRead, call: "read", fds: []int{0}}},
		{"arm64: join or lock", arm, "98 0xffffb0000b70 0x189 0x0 0x0 0x0 0xffffffff 0xffffd1dbc0 0xffffb7ea3f16", told{what: WaitThread, call: "futex"}},
		{"arm64: poll", arm, "73 0x7ffc6d4909b8 0x1 0x0 0x0 0x0 0x0 0xffffd490988 0xffffc5b1a230", told{what: WaitAny, call: "ppoll", fds: []int{3}}},
		{"arm64: sleep", arm, "115 0x1 0x1 0xffff5b70d9c0 0x0 0x0 0x0 0xffff5b70d9a8 0xffff4e6ed503", told{what: WaitSleep, call: "clock_nanosleep", timed: true, clock: 1}},
		{"another processor", 40, "45 0x4 0x7f27b0000bc0 0x400 0x0 0x0 0x0 0x7f27b7749a10 0x7f27b7f28974", told{}},
	} {
		call, err := parseInCall([]byte(c.row))
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		got := call.tell(callsOf(elf(2, 1, c.machine)), memory, tids)
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(told{})); d != "" {
			t.Errorf("%s: -want +got:\n%s", c.what, d)
		}
	}
}

func TestWaitsThatAreNoRows(t *testing.T) {
	for _, row := range []string{"", "\n", "walking", "-1", "-1 0x1", "1 2 3", "45 0x4 0x1 0x400 0x0 0x0 0x0 0x1",
		"45 4 0x1 0x400 0x0 0x0 0x0 0x1 0x1", "45 0xg 0x1 0x400 0x0 0x0 0x0 0x1 0x1", "0x45 0x4 0x1 0x400 0x0 0x0 0x0 0x1 0x1",
		"-2 0x4 0x1 0x400 0x0 0x0 0x0 0x1 0x1"} {
		if c, err := parseInCall([]byte(row)); err == nil {
			t.Errorf("%q read as %+v", row, c)
		}
	}
}

// A program of 32 bits has other numbers, which are not those of the table.
func TestNumbersOfAnotherWidth(t *testing.T) {
	for what, header := range map[string][]byte{
		"32 bits": elf(1, 1, 3), "x32": elf(1, 1, 62), "big-endian": elf(2, 2, 62), "not ELF": []byte("#!/usr/bin/python3..."), "nothing": nil,
	} {
		if callsOf(header) != nil {
			t.Errorf("%s: has numbers", what)
		}
	}
	if calls := callsOf(elf(2, 1, 243)); calls == nil || calls(63) != "read" {
		t.Error("riscv64 has the numbers of arm64")
	}
}

func TestKernelFunctionsAreTranslated(t *testing.T) {
	for function, want := range map[string]WaitFor{
		"inet_csk_accept": WaitAccept, "futex_do_wait": WaitThread, "wait_woken": WaitTraffic,
		"poll_schedule_timeout.constprop.0": WaitAny, "hrtimer_nanosleep": WaitSleep, "do_epoll_wait": WaitAny,
		"anon_pipe_read": WaitRead, "": WaitUnknown, "do_syscall_64": WaitUnknown, "do_signal_stop": WaitUnknown,
	} {
		if got := kernelWait(function); got != want {
			t.Errorf("%s: %d, want %d", function, got, want)
		}
	}
}

func FuzzParseInCall(f *testing.F) {
	f.Add([]byte("running\n"))
	f.Add([]byte("-1 0x7ffd904def98 0x7f884b5f2503\n"))
	f.Add([]byte("45 0x4 0x7f27b0000bc0 0x400 0x0 0x0 0x0 0x7f27b7749a10 0x7f27b7f28974"))
	f.Fuzz(func(t *testing.T, row []byte) {
		c, err := parseInCall(row)
		if err == nil && c.nr < -1 {
			t.Errorf("%q: %+v", row, c)
		}
		c.tell(callsOf(elf(2, 1, 62)), func(uint64, int) []byte { return row }, nil)
	})
}
