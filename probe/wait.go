package probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"labo/probe/callnum"
)

// Wait is what one thread waits for at one moment, as far as the system tells.
type Wait struct {
	TID   int
	Name  string // as the program named it: hostile text
	State string // the letter of proc_pid_stat(5), see [Thread]
	For   WaitFor
	Call  string       // the system call it waits in, "recvfrom"; "" where that is not told
	On    []Descriptor // what it waits on; with [WaitAny], any of them; empty: none, or not told
	Joins int          // with WaitJoin, the thread whose end it waits for
	// Timed: the wait also ends by itself, after Within where that is told, which
	// poll(2), epoll_wait(2) and the calls that sleep do: of a sleep until a moment,
	// what is left of it.
	Timed  bool
	Within time.Duration
	// Kernel is the function of the kernel that it sleeps in (proc_pid_wchan(5)),
	// where Call is not told; "" where that is not either.
	Kernel string
}

// WaitFor is a kind of [Wait].
type WaitFor uint8

const (
	WaitUnknown WaitFor = iota
	WaitNothing         // it runs, or is about to
	WaitEnded           // it is over
	WaitAccept          // a client
	WaitConnect         // an answer to connect()
	WaitReceive         // bytes from a socket
	WaitSend            // room in a socket's buffer
	WaitTraffic         // one of the last three, or a terminal: which is not told
	WaitRead            // bytes from something that is no socket
	WaitWrite           // room in something that is no socket
	WaitAny             // something on any of several descriptors: poll(2) and its like
	WaitSleep           // time
	WaitJoin            // the end of another thread
	WaitThread          // another thread, or a lock: which is not told
	WaitChild           // the end of another process
	WaitSignal
	WaitOpen // the other end of a FIFO, or a device
	WaitLock // a lock on a file
)

// Descriptor is a descriptor of a process and what it leads to.
type Descriptor struct {
	FD     int // -1 where only what it leads to is told
	Kind   DescriptorKind
	Name   string  // of a terminal "pts/3", of a file its path, of a socket its protocol: hostile text
	Socket *Socket // the row of a TCP socket, where it is among those given
}

// DescriptorKind is what a descriptor leads to.
type DescriptorKind uint8

const (
	DescriptorUnknown DescriptorKind = iota
	DescriptorSocket
	DescriptorTerminal
	DescriptorPipe // or FIFO
	DescriptorFile // a file or a device
	DescriptorOther
)

// Keyboard reports whether the thread waits for what someone types: it reads
// a terminal, or waits for one alone.
func (w *Wait) Keyboard() bool {
	return (w.For == WaitRead || w.For == WaitAny) && len(w.On) == 1 && w.On[0].Kind == DescriptorTerminal
}

// Waits returns what each thread of pid waits for, by tid. rows are the TCP
// sockets among which those of its descriptors are looked up, as [Sockets]
// returned them; without any, sockets have no addresses.
//
// On Linux it reads /proc/PID/task/TID/syscall (proc_pid_syscall(5)), which
// needs the rights of ptrace(2): ourselves, our children, and with Yama no
// other; elsewhere wchan, which tells less. On other systems it returns no
// waits. Errors: a [*NoSuchProcessError], and the context's.
func Waits(ctx context.Context, pid int, rows []Socket) ([]Wait, error) {
	if ok, err := pidExists(ctx, pid); err != nil {
		return nil, err
	} else if !ok {
		return nil, &NoSuchProcessError{PID: pid}
	}
	waits := listWaits(ctx, pid, rows)
	return waits, ctx.Err()
}

// listWaits is set by the init of the systems that tell.
var listWaits = func(context.Context, int, []Socket) []Wait { return nil }

// inCall is a line of /proc/PID/task/TID/syscall.
type inCall struct {
	running bool // on a processor, or about to be
	nr      int  // -1: not in a call
	args    [6]uint64
}

var errInCall = errors.New("not a line of /proc/PID/syscall")

// parseInCall reads "running", "-1 SP PC" or "NUMBER ARG… SP PC", where all but
// the number is hexadecimal (proc_pid_syscall(5)).
func parseInCall(row []byte) (inCall, error) {
	f := bytes.Fields(row)
	switch {
	case len(f) == 1 && string(f[0]) == "running":
		return inCall{running: true, nr: -1}, nil
	case len(f) == 3 && string(f[0]) == "-1":
		return inCall{nr: -1}, nil
	case len(f) != 9:
		return inCall{}, errInCall
	}
	var c inCall
	nr, err := strconv.ParseUint(string(f[0]), 10, 31)
	c.nr = int(nr)
	for i := range c.args {
		hex, ok := bytes.CutPrefix(f[i+1], []byte("0x"))
		v, e := strconv.ParseUint(string(hex), 16, 64)
		if !ok {
			e = errInCall
		}
		c.args[i], err = v, errors.Join(err, e)
	}
	if err != nil {
		return inCall{}, fmt.Errorf("%w: %w", errInCall, err)
	}
	return c, nil
}

// moreAMD64 and moreARM64 are calls that wait, beside those of [callnum].
var (
	moreAMD64 = map[int]string{2: "open", 17: "pread64", 34: "pause", 72: "fcntl", 73: "flock", 128: "rt_sigtimedwait",
		130: "rt_sigsuspend", 257: "openat", 426: "io_uring_enter", 449: "futex_waitv", 455: "futex_wait"}
	moreARM64 = map[int]string{25: "fcntl", 32: "flock", 56: "openat", 67: "pread64", 133: "rt_sigsuspend",
		137: "rt_sigtimedwait", 426: "io_uring_enter", 449: "futex_waitv", 455: "futex_wait"}
)

// callsOf returns the numbers of the calls of a program, by the first bytes of
// its file (elf(5)); nil for a processor, or a width, that is not known.
func callsOf(header []byte) func(nr int) string {
	if len(header) < 20 || string(header[:4]) != "\x7fELF" || header[4] != 2 || header[5] != 1 {
		return nil // not ELF, not 64 bits, or big-endian
	}
	table := func(a, b map[int]string) func(int) string {
		return func(nr int) string {
			if name := a[nr]; name != "" {
				return name
			}
			return b[nr]
		}
	}
	switch binary.LittleEndian.Uint16(header[18:]) {
	case 62: // EM_X86_64
		return table(callnum.AMD64(), moreAMD64)
	case 183, 243, 258: // EM_AARCH64, EM_RISCV, EM_LOONGARCH
		return table(callnum.ARM64(), moreARM64)
	}
	return nil
}

// waitCalls says what the calls wait for whose first argument is the
// descriptor.
var waitCalls = map[string]WaitFor{
	"read": WaitRead, "readv": WaitRead, "pread64": WaitRead, "write": WaitWrite, "writev": WaitWrite,
	"accept": WaitAccept, "accept4": WaitAccept, "connect": WaitConnect,
	"recvfrom": WaitReceive, "recvmsg": WaitReceive, "recvmmsg": WaitReceive,
	"sendto": WaitSend, "sendmsg": WaitSend, "sendmmsg": WaitSend, "flock": WaitLock, "fcntl": WaitLock,
	"epoll_wait": WaitAny, "epoll_pwait": WaitAny, "epoll_pwait2": WaitAny,
}

// waitWithout says it of those that have none.
var waitWithout = map[string]WaitFor{
	"nanosleep": WaitSleep, "clock_nanosleep": WaitSleep, "wait4": WaitChild, "waitid": WaitChild,
	"pause": WaitSignal, "rt_sigtimedwait": WaitSignal, "rt_sigsuspend": WaitSignal,
	"open": WaitOpen, "openat": WaitOpen, "futex_wait": WaitThread, "futex_waitv": WaitThread,
}

// readMemory reads n bytes of a program's memory; fewer where it may not.
type readMemory func(addr uint64, n int) []byte

// told is what a call's line says: what for, and on which descriptors.
type told struct {
	what WaitFor
	call string
	fds  []int
	tid  int // with WaitJoin

	timed  bool
	within time.Duration
	clock  int32         // of a sleep until a moment, the clock of clock_gettime(2)
	until  time.Duration // that moment, by that clock; 0 for any other wait
}

// asleep reads how long a call sleeps, from its struct timespec (clock_nanosleep(2)).
func (c inCall) asleep(t *told, memory readMemory) {
	const absolute = 1 // TIMER_ABSTIME
	span := func(arg int) time.Duration {
		b := memory(c.args[arg], 16)
		if len(b) < 16 {
			return 0
		}
		const most = 1 << 32 // seconds: no sleep of a program's, and no overflow
		return time.Duration(min(binary.LittleEndian.Uint64(b), most))*time.Second + time.Duration(binary.LittleEndian.Uint32(b[8:]))
	}
	switch {
	case t.call == "nanosleep":
		t.within = span(0)
	case t.call == "clock_nanosleep" && c.args[1]&absolute != 0:
		t.clock, t.until = int32(c.args[0]), span(2)
	case t.call == "clock_nanosleep":
		t.within = span(2)
	case t.call == "pselect6" && t.timed: // a Python before 3.11
		t.within = span(4)
	}
}

// limit reads the time that a call gives itself: where the argument is one in
// milliseconds, negative for none, else where the pointer to one is not null.
func (c inCall) limit(call string) (timed bool, within time.Duration) {
	switch call {
	case "poll":
		return milliseconds(c.args[2])
	case "epoll_wait", "epoll_pwait":
		return milliseconds(c.args[3])
	case "nanosleep", "clock_nanosleep":
		return true, 0
	case "ppoll":
		return c.args[2] != 0, 0
	case "epoll_pwait2", "futex":
		return c.args[3] != 0, 0
	case "select", "pselect6":
		return c.args[4] != 0, 0
	}
	return false, 0
}

func milliseconds(arg uint64) (bool, time.Duration) {
	ms := int32(arg)
	return ms >= 0, time.Duration(max(ms, 0)) * time.Millisecond
}

// tell reads a call. tids are the threads of the program.
func (c inCall) tell(calls func(int) string, memory readMemory, tids []int) told {
	switch {
	case c.running:
		return told{what: WaitNothing}
	case c.nr < 0 || calls == nil:
		return told{}
	}
	t := told{call: calls(c.nr)}
	t.timed, t.within = c.limit(t.call)
	if what, ok := waitCalls[t.call]; ok {
		t.what, t.fds = what, []int{int(int32(c.args[0]))}
		return t
	}
	switch t.call {
	case "poll", "ppoll":
		t.fds = polled(memory(c.args[0], int(min(c.args[1], maxPolled))*8))
		t.what = anyOf(c.args[1] > 0)
	case "select", "pselect6":
		t.fds = selected(int(min(c.args[0], maxSelected)), c.args[1:4], memory)
		t.what = anyOf(c.args[0] > 0)
	case "futex":
		t.what, t.tid = futexWait(c.args, tids)
	default:
		t.what = waitWithout[t.call]
	}
	if t.what == WaitSleep {
		c.asleep(&t, memory)
	}
	return t
}

// anyOf is what poll(2) waits for with descriptors, and without.
func anyOf(some bool) WaitFor {
	if some {
		return WaitAny
	}
	return WaitSleep
}

const (
	maxPolled   = 256
	maxSelected = 1024 // FD_SETSIZE
)

// polled reads an array of struct pollfd (poll(2)): descriptor, bits asked for,
// bits that came. Negative descriptors are not waited on.
func polled(b []byte) (fds []int) {
	for ; len(b) >= 8; b = b[8:] {
		if fd := int(int32(binary.LittleEndian.Uint32(b))); fd >= 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// selected reads the three sets of select(2), of which each may be missing: a
// bit a descriptor.
func selected(n int, sets []uint64, memory readMemory) (fds []int) {
	var bits [maxSelected / 8]byte
	for _, addr := range sets {
		if addr != 0 {
			for i, b := range memory(addr, (n+7)/8) {
				bits[i] |= b
			}
		}
	}
	for fd := range n {
		if bits[fd/8]&(1<<(fd%8)) != 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// futexWait reads the arguments of futex(2). The kernel writes 0 where a
// thread's number was and wakes a futex that is not private when the thread
// ends (set_tid_address(2)): that is how pthread_join waits, with the number
// for value. Every other wait may be for a lock as for a thread.
func futexWait(args [6]uint64, tids []int) (what WaitFor, tid int) {
	const command, private = 0x7f, 0x80
	switch op := args[1]; op & command {
	case 0, 9: // FUTEX_WAIT, FUTEX_WAIT_BITSET
		for _, tid := range tids {
			if op&private == 0 && uint64(tid) == args[2]&0xffffffff {
				return WaitJoin, tid
			}
		}
		return WaitThread, 0
	case 6, 11, 13: // FUTEX_LOCK_PI, FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2
		return WaitThread, 0
	}
	return WaitUnknown, 0
}

// kernelWaits says what the functions of the kernel wait for that wchan names,
// from Linux 4.15 to 6.18. What it does not know is unknown.
var kernelWaits = map[string]WaitFor{
	"inet_csk_accept": WaitAccept, "inet_csk_wait_for_connect": WaitAccept,
	"inet_wait_for_connect": WaitConnect, "__inet_stream_connect": WaitConnect,
	"wait_woken": WaitTraffic, "sk_wait_data": WaitReceive, "sk_stream_wait_memory": WaitSend,
	"n_tty_read": WaitRead, "pipe_read": WaitRead, "anon_pipe_read": WaitRead, "fifo_pipe_read": WaitRead, "pipe_wait": WaitRead,
	"pipe_write": WaitWrite, "anon_pipe_write": WaitWrite, "fifo_pipe_write": WaitWrite,
	"futex_do_wait": WaitThread, "futex_wait_queue": WaitThread, "futex_wait_queue_me": WaitThread, "__futex_wait": WaitThread,
	"do_nanosleep": WaitSleep, "hrtimer_nanosleep": WaitSleep, "common_nsleep": WaitSleep,
	"do_poll": WaitAny, "do_sys_poll": WaitAny, "poll_schedule_timeout": WaitAny, "do_select": WaitAny,
	"ep_poll": WaitAny, "do_epoll_wait": WaitAny, "do_wait": WaitChild,
	"sigsuspend": WaitSignal, "do_sigtimedwait": WaitSignal, "__do_sys_pause": WaitSignal, "sys_pause": WaitSignal,
	"wait_for_partner": WaitOpen, "fifo_open": WaitOpen,
	"locks_lock_inode_wait": WaitLock, "flock_lock_inode_wait": WaitLock, "fcntl_setlk": WaitLock,
	"unix_stream_data_wait": WaitReceive, "unix_stream_read_generic": WaitReceive,
	"__skb_wait_for_more_packets": WaitReceive, "unix_wait_for_peer": WaitSend, "unix_accept": WaitAccept,
}

// kernelWait returns what wchan tells; compilers put suffixes to the names.
func kernelWait(function string) WaitFor {
	name, _, _ := strings.Cut(function, ".")
	return kernelWaits[name]
}

// onSocket changes what is waited for on a descriptor of any kind into what
// that is on a socket.
func onSocket(what WaitFor) WaitFor {
	switch what {
	case WaitRead:
		return WaitReceive
	case WaitWrite:
		return WaitSend
	}
	return what
}
