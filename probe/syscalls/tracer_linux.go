package syscalls

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// tracer follows one program and all it starts. Only its own goroutine uses it.
type tracer struct {
	trace  *Trace
	handle func(*Event)
	all    bool
	root   int
	// expectsPython is whether the program is known to become Python, through
	// a chain of shells maybe.
	expectsPython bool
	begun         time.Time
	threads       map[int]*thread
	processes     map[int]*process
	calls         int
	status        Status
	cpu           time.Duration
	ran           map[string][]bool
	lines         bool        // some Python told its lines
	usage         unix.Rusage // of who ended last
	fresh         bool        // the program has not run yet
}

// process is what threads share.
type process struct {
	pid     int
	table   *table // nil: no Python, or it has not told its lines
	startup bool   // the interpreter is not yet at the student's code
	python  bool
	fds     map[int]fdKind
}

// thread is one thread of a traced process.
type thread struct {
	tid     int
	process *process
	inside  bool // between the entry and the exit of a call we follow
	event   *Event
	args    [6]uint64
	entered time.Time
}

// loop runs until nothing is left to wait for. __WNOTHREAD leaves the children
// of other threads of this process alone.
func (t *tracer) loop() {
	for {
		tid, ws, err := t.wait()
		if err == unix.EINTR {
			continue
		}
		if err != nil { // ECHILD
			return
		}
		if ws.Exited() || ws.Signaled() {
			t.ended(tid, ws)
		} else if ws.Stopped() {
			t.stop(tid, ws)
		}
	}
}

func (t *tracer) result() Result {
	return Result{Source: SourceKernel, Status: t.status, Wall: time.Since(t.begun), CPU: t.cpu, Calls: t.calls,
		Executed: t.ran, Lines: t.lines}
}

// threadOf returns the thread tid. Its first stop may come before the event of
// the clone that made it.
func (t *tracer) threadOf(tid int) *thread {
	th := t.threads[tid]
	if th == nil {
		th = &thread{tid: tid, process: t.processOf(tid)}
		t.threads[tid] = th
	}
	return th
}

// processOf returns the process of a thread never seen before.
func (t *tracer) processOf(tid int) *process {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", tid))
	pid, err := strconv.Atoi(statusField(string(status), "Tgid"))
	if err != nil {
		pid = tid
	}
	p := t.processes[pid]
	if p == nil {
		parent, _ := strconv.Atoi(statusField(string(status), "PPid"))
		p = t.child(pid, t.processes[parent])
	}
	return p
}

// child notes a new process; what its parent knew holds for it too.
func (t *tracer) child(pid int, parent *process) *process {
	p := &process{pid: pid, fds: map[int]fdKind{}}
	if parent != nil {
		p.table, p.startup, p.python = parent.table.fork(), parent.startup, parent.python
		for fd, kind := range parent.fds {
			p.fds[fd] = kind
		}
	}
	t.processes[pid] = p
	t.trace.alive.add(pid)
	return p
}

// resume lets a thread go on, to the exit of its call when it is inside one.
// ESRCH: it died meanwhile, and wait4 will tell.
func (t *tracer) resume(th *thread, sig int) {
	request := unix.PTRACE_CONT
	if th.inside {
		request = unix.PTRACE_SYSCALL
	}
	ptrace(request, th.tid, 0, uintptr(sig))
}

func (t *tracer) stop(tid int, ws unix.WaitStatus) {
	th := t.threadOf(tid)
	sig := ws.StopSignal()
	fresh := t.fresh
	t.fresh = false
	switch event := int(ws) >> 16; {
	case event == unix.PTRACE_EVENT_SECCOMP:
		t.enter(th)
	case event == 0 && sig == unix.SIGTRAP|0x80:
		t.leave(th)
	case event == unix.PTRACE_EVENT_CLONE, event == unix.PTRACE_EVENT_FORK, event == unix.PTRACE_EVENT_VFORK:
		t.cloned(th)
	case event == unix.PTRACE_EVENT_EXEC:
		t.executed(th)
	case event == unix.PTRACE_EVENT_STOP:
		switch sig {
		case unix.SIGSTOP, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU: // suspended: wait for SIGCONT
			if tid == th.process.pid {
				t.emit(th, &Event{Kind: Stopped, Signal: unix.SignalName(sig)})
			}
			ptrace(unix.PTRACE_LISTEN, tid, 0, 0)
			return
		}
	case event == 0 && fresh && sig == unix.SIGURG: // from the runtime of the helper to itself, not for the program
	case event == 0: // a signal on its way: give it back
		if mayEnd(sig) {
			t.keepLines(th.process)
		}
		t.emit(th, &Event{Kind: Signal, Signal: unix.SignalName(sig)})
		t.resume(th, int(sig))
		return
	}
	t.resume(th, 0)
}

// mayEnd reports whether a signal ends a program that does not expect it.
func mayEnd(sig unix.Signal) bool {
	switch sig {
	case unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH, unix.SIGALRM, unix.SIGVTALRM, unix.SIGPROF:
		return false // the timers are for who sets them, and come often
	}
	return true
}

func (t *tracer) cloned(th *thread) {
	n, err := unix.PtraceGetEventMsg(th.tid)
	if err != nil {
		return
	}
	child := t.threadOf(int(n))
	kind := NewThread
	if child.process != th.process {
		kind = NewProcess
	}
	t.emit(th, &Event{Kind: kind, Child: int(n)})
}

// executed notes that a process became another program.
func (t *tracer) executed(th *thread) {
	// A thread other than the first takes the place of the first.
	if old, err := unix.PtraceGetEventMsg(th.tid); err == nil && int(old) != th.tid {
		delete(t.threads, int(old))
	}
	unix.PtraceSetOptions(th.tid, optionsAfterExec)
	p := th.process
	path, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", p.pid))
	p.table, p.fds = nil, map[int]fdKind{}
	name := filepath.Base(path)
	p.python = strings.HasPrefix(name, "python") || strings.HasPrefix(name, "pypy")
	// A shim is a chain of shells before the Python that the student means.
	p.startup = p.python || t.expectsPython && !t.lines
	if th.event != nil && th.event.Call != nil && (th.event.Call.Name == "execve" || th.event.Call.Name == "execveat") {
		th.event.Call.NoReturn = true
	}
	t.emit(th, &Event{Kind: Exec, Program: path})
}

// keepLines keeps which lines have run, while the memory is there: when the
// process is about to end (at PTRACE_EVENT_EXIT it can no longer be read).
func (t *tracer) keepLines(p *process) {
	for file, lines := range p.table.executed(processMemory(p.pid)) {
		if t.ran == nil {
			t.ran = map[string][]bool{}
		}
		all := t.ran[file]
		if all == nil {
			t.ran[file] = lines
			continue
		}
		for i := range min(len(all), len(lines)) {
			all[i] = all[i] || lines[i]
		}
	}
}

// ended notes the end of a thread, and of its process when it is the first.
func (t *tracer) ended(tid int, ws unix.WaitStatus) {
	th := t.threadOf(tid)
	status := Status{Code: ws.ExitStatus()}
	if ws.Signaled() {
		status = Status{Signal: int(ws.Signal()), Name: unix.SignalName(ws.Signal())}
	}
	delete(t.threads, tid)
	if tid == th.process.pid {
		delete(t.processes, tid)
		t.trace.alive.remove(tid)
		if tid == t.root {
			t.status = status
			t.cpu = time.Duration(t.usage.Utime.Nano() + t.usage.Stime.Nano()) // its children's included
		}
	} else if th.process.table != nil {
		delete(th.process.table.slots, tid)
	}
	t.emit(th, &Event{Kind: Ended, Status: status})
}

func (t *tracer) emit(th *thread, e *Event) {
	if e.At == 0 {
		e.At = time.Since(t.trace.since)
	}
	e.PID, e.TID, e.Startup = th.process.pid, th.tid, th.process.startup
	if e.Kind != Ended && e.Kind != Exec && e.Call == nil {
		e.Place, e.Thread = th.process.table.place(th.tid, processMemory(th.tid))
	}
	if t.handle != nil {
		t.handle(e)
	}
}
