package syscalls

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe"
)

// watchCall, when a test sets it, sees the beginning and the end of each call.
var watchCall func(*thread, *syscallInfo)

// enter is the beginning of a followed call.
func (t *tracer) enter(th *thread) {
	var info syscallInfo
	if getSyscallInfo(th.tid, &info) != nil {
		return
	}
	if watchCall != nil {
		watchCall(th, &info)
	}
	name := native.callName(int(info.value))
	if name == "" || name == "write" && t.announced(th, &info) {
		return
	}
	if !t.all && !t.wants(th.process, name, &info) {
		t.calls++
		return
	}
	mem := processMemory(th.tid)
	call := decodeEntry(name, info.args, mem)
	now := time.Now()
	e := &Event{Kind: Enter, At: now.Sub(t.trace.since), PID: th.process.pid, TID: th.tid, Startup: th.process.startup, Call: call}
	e.Place, e.Thread = th.process.table.place(th.tid, mem)
	if name == "close" || name == "shutdown" {
		call.Socket = inspect(th.process.pid, call.FD)
	}
	if t.handle != nil {
		t.handle(e)
	}
	th.event, th.args, th.entered, th.inside = e, info.args, now, true
	if name == "exit_group" {
		t.keepLines(th.process)
	}
	if name == "exit" || name == "exit_group" { // no exit stop will come
		t.returned(th, call, 0)
	}
}

// leave is the end of the call the thread is inside.
func (t *tracer) leave(th *thread) {
	var info syscallInfo
	if !th.inside || th.event == nil || getSyscallInfo(th.tid, &info) != nil || info.op != unix.PTRACE_SYSCALL_INFO_EXIT {
		return
	}
	took := time.Since(th.entered)
	if watchCall != nil {
		watchCall(th, &info)
	}
	entered, p := *th.event.Call, th.process
	call := &entered // whoever keeps the Enter keeps it as it was
	call.Args = slices.Clone(call.Args)
	errno, name := 0, ""
	if info.failed() {
		errno = int(-int64(info.value))
		if name = unix.ErrnoName(unix.Errno(errno)); name == "" {
			name = "E" + strconv.Itoa(errno)
		}
	}
	decodeReturn(call, th.args, int64(info.value), errno, name, processMemory(th.tid))
	p.noteFDs(call)
	if errno == 0 {
		call.Socket = t.after(p, call)
	}
	t.returned(th, call, took)
}

// after returns what the kernel holds after a call that changed it.
func (t *tracer) after(p *process, call *Call) *Socket {
	switch call.Name {
	case "bind": // the kernel's state is still CLOSED, but the port is taken
		s := inspect(p.pid, call.FD)
		if s != nil && s.State == probe.Closed {
			s.State = probe.Bound
		}
		return s
	case "listen", "connect", "shutdown":
		return inspect(p.pid, call.FD)
	case "accept", "accept4", "socket":
		return inspect(p.pid, int(call.Ret))
	}
	return call.Socket
}

// returned tells that the call of a thread is over.
func (t *tracer) returned(th *thread, call *Call, took time.Duration) {
	t.calls++
	e := *th.event
	e.Kind, e.Took, e.Call = Return, took, call
	th.event, th.inside = nil, false
	if t.handle != nil {
		t.handle(&e)
	}
}

// announced reports whether a write is Python's own word to us, and takes it:
// a descriptor that cannot be, and the address of its table of lines.
func (t *tracer) announced(th *thread, info *syscallInfo) bool {
	if int32(info.args[0]) != -1 {
		return false
	}
	mem := processMemory(th.tid)
	switch {
	case info.args[2] == tableSize && string(mem.read(info.args[1], 8)) == tableMagic:
		th.process.table = newTable(info.args[1])
		t.lines = true
	case info.args[2] == 16 && string(mem.read(info.args[1], 8)) == noTableMagic:
	case info.args[2] == 16 && string(mem.read(info.args[1], 8)) == endMagic:
		t.keepLines(th.process)
		th.process.table = nil
		return true
	default:
		return false
	}
	th.process.startup = false
	t.emit(th, &Event{Kind: Attached})
	return true
}

// wants reports whether a call matters here: what works on descriptors does
// when they are a terminal, a socket or one of the three standard ones.
func (t *tracer) wants(p *process, name string, info *syscallInfo) bool {
	fd := int(int32(info.args[0]))
	switch name {
	case "read", "write", "readv", "writev", "close":
	case "dup", "dup2", "dup3", "fcntl":
		return p.kind(fd) == fdSocket
	case "pipe", "pipe2", "restart_syscall":
		return false
	case "socket", "bind", "connect", "listen":
		if p.python {
			p.startup = false // no interpreter does that by itself
		}
		return true
	default:
		return true
	}
	if p.startup {
		if p.python && fd >= 0 && fd <= 1 && name != "close" {
			p.startup = false // a Python that was told not to load sitecustomize
			return true
		}
		return fd == 2
	}
	if fd < 0 {
		return false
	}
	kind := p.kind(fd)
	if name == "close" {
		delete(p.fds, fd)
		return kind == fdSocket
	}
	return fd <= 2 || kind != fdOther
}

// kind returns what a descriptor is. It is asked once, until it is closed.
func (p *process) kind(fd int) fdKind {
	k := p.fds[fd]
	if k == fdUnknown {
		k = kindOf(p.pid, fd)
		p.fds[fd] = k
	}
	return k
}

// noteFDs learns from a call that returned what descriptors are.
func (p *process) noteFDs(c *Call) {
	switch c.Name {
	case "socket", "accept", "accept4":
		if c.Ret >= 0 {
			p.fds[int(c.Ret)] = fdSocket
		}
	case "socketpair":
		if len(c.Args) == 4 {
			for _, word := range strings.Split(strings.Trim(c.Args[3].Text, "[]"), ", ") {
				if fd, err := strconv.Atoi(word); err == nil {
					p.fds[fd] = fdSocket
				}
			}
		}
	case "close":
		delete(p.fds, c.FD)
	case "dup", "dup2", "dup3":
		delete(p.fds, int(c.Ret))
	}
}
