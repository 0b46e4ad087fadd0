package probe

import (
	"context"
	"math"
	"runtime"
	"time"

	gproc "github.com/shirou/gopsutil/v3/process"
)

// Thread is one OS thread of a process.
type Thread struct {
	TID   int
	Name  string        // as the program named it: hostile text
	State string        // the letter of proc_pid_stat(5): R running, S sleeping, D disk…
	Wait  Maybe[string] // kernel function it sleeps in (/proc/PID/task/TID/wchan)
}

// ProcessInfo is what the system says of a process at one moment.
type ProcessInfo struct {
	TakenAt   time.Time // when CPUTime was read
	PID       int
	Name      string // short name, as ps -o comm; "" when it may not be read
	Command   string // full command line, "" when there is none or it may not be read
	Parent    Maybe[int]
	User      Maybe[string]
	Threads   Maybe[int] // OS threads
	Tasks     []Thread   // the threads one by one, by tid, where the system shows them
	FDs       Maybe[int] // open descriptors
	StartedAt Maybe[time.Time]
	CPUTime   Maybe[time.Duration] // user + system time used since it started, see [Process]
	CPUShare  Maybe[float64]       // mean share of one core since it started: 0.5 is half a core
	Who       *Who                 // nil: not asked for, see [WhoIs]
	Waits     []Wait               // nil: not asked for, see [Waits]
}

// What differs between systems, set by the init of their files. The functions
// here are what gopsutil does on every system.
var (
	// processExists reports whether pid is the pid of a process.
	processExists = func(ctx context.Context, pid int) (bool, error) {
		return gproc.PidExistsWithContext(ctx, int32(pid))
	}
	// detailProcess adds to info what gopsutil does not tell. It returns a
	// *NoSuchProcessError when the process ended.
	detailProcess = func(context.Context, *ProcessInfo) error { return nil }
	// nameProcess returns the short name and the command line of pid, "" for
	// what may not be read, and an error when it has no name to read.
	nameProcess = func(ctx context.Context, pid int) (name, command string, err error) {
		p := &gproc.Process{Pid: int32(pid)}
		name, err = p.NameWithContext(ctx)
		command, _ = p.CmdlineWithContext(ctx)
		return name, command, err
	}
	// osThreads counts the OS threads of pid; none is no answer.
	osThreads = func(ctx context.Context, pid int) Maybe[int] {
		n, err := (&gproc.Process{Pid: int32(pid)}).NumThreadsWithContext(ctx)
		if err != nil || n <= 0 {
			return Maybe[int]{}
		}
		return Known(int(n))
	}
	// openFDs counts the open descriptors of pid.
	openFDs = func(ctx context.Context, pid int) Maybe[int] {
		n, err := (&gproc.Process{Pid: int32(pid)}).NumFDsWithContext(ctx)
		return knownIf(int(n), err)
	}
	// cpuTime returns the CPU time that pid has used.
	cpuTime = gopsutilCPUTime
)

// CPUStep is by which steps the CPU time of other processes grows: 0 where it is
// exact (Linux), a tick of the clock elsewhere.
var CPUStep = map[string]time.Duration{"windows": 15625 * time.Microsecond, "darwin": 10 * time.Millisecond}[runtime.GOOS]

// Process returns what the system says of the process pid. What may not be
// read stays unknown.
//
// On Linux everything comes from /proc/PID (proc_pid_stat(5), proc_pid_task(5)),
// CPUTime from the process's CPU clock (clock_getcpuclockid(3), in
// nanoseconds). Elsewhere it comes from gopsutil, CPUTime in steps of 10 ms on
// macOS and 15.6 ms on Windows; for our own pid on macOS from getrusage(2), in
// microseconds.
//
// Errors: a [*NoSuchProcessError] where pid is no process, or ended while we
// looked; the context's.
func Process(ctx context.Context, pid int) (ProcessInfo, error) {
	if ok, err := pidExists(ctx, pid); err != nil {
		return ProcessInfo{}, err
	} else if !ok {
		return ProcessInfo{}, &NoSuchProcessError{PID: pid}
	}
	info := ProcessInfo{PID: pid}
	fillFromGopsutil(ctx, &info)
	if err := detailProcess(ctx, &info); err != nil {
		return ProcessInfo{}, err
	}
	info.FDs = openFDs(ctx, pid)
	info.TakenAt, info.CPUTime = time.Now(), cpuTime(ctx, pid)
	info.CPUShare = shareSinceStart(&info)
	if err := ctx.Err(); err != nil {
		return ProcessInfo{}, err
	}
	// A process that ended half way has answered to the first questions only.
	if ok, err := pidExists(ctx, pid); err == nil && !ok {
		return ProcessInfo{}, &NoSuchProcessError{PID: pid}
	}
	return info, nil
}

// Load is [Process] without what does not change from one moment to the next:
// it tells TakenAt, CPUTime and, where the system shows them, the threads.
func Load(ctx context.Context, pid int) (ProcessInfo, error) {
	if ok, err := pidExists(ctx, pid); err != nil {
		return ProcessInfo{}, err
	} else if !ok {
		return ProcessInfo{}, &NoSuchProcessError{PID: pid}
	}
	info := ProcessInfo{PID: pid}
	if err := detailProcess(ctx, &info); err != nil {
		return ProcessInfo{}, err
	}
	info.TakenAt, info.CPUTime = time.Now(), cpuTime(ctx, pid)
	return info, ctx.Err()
}

// fillFromGopsutil asks gopsutil, one question at a time: each may be refused.
func fillFromGopsutil(ctx context.Context, info *ProcessInfo) {
	p := &gproc.Process{Pid: int32(info.PID)}
	info.Name, info.Command, _ = nameProcess(ctx, info.PID)
	if ppid, err := p.PpidWithContext(ctx); err == nil {
		info.Parent = Known(int(ppid))
	}
	if user, err := p.UsernameWithContext(ctx); err == nil && user != "" {
		info.User = Known(user)
	}
	info.Threads = osThreads(ctx, info.PID)
	if ms, err := p.CreateTimeWithContext(ctx); err == nil && ms > 0 {
		info.StartedAt = Known(time.UnixMilli(ms))
	}
}

func gopsutilCPUTime(ctx context.Context, pid int) Maybe[time.Duration] {
	t, err := (&gproc.Process{Pid: int32(pid)}).TimesWithContext(ctx)
	if err != nil || t == nil {
		return Maybe[time.Duration]{}
	}
	return Known(time.Duration((t.User + t.System) * float64(time.Second)))
}

// gopsutilHolder returns the process pid as the holder of a socket, nil when it
// ended meanwhile.
func gopsutilHolder(ctx context.Context, pid int) *Holder {
	h := &Holder{PID: pid, FDs: openFDs(ctx, pid)}
	if countThreads == nil {
		h.Threads = osThreads(ctx, pid)
	}
	var err error
	if h.Name, h.Command, err = nameProcess(ctx, pid); err != nil {
		if ok, err := pidExists(ctx, pid); err == nil && !ok {
			return nil
		}
	}
	return h
}

// pidExists reports whether pid is the pid of a process.
func pidExists(ctx context.Context, pid int) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if pid <= 0 || pid > math.MaxInt32 {
		return false, nil
	}
	return processExists(ctx, pid)
}

// CPUShareBetween returns the share of one core that a process used between
// two measurements: 0 while it waited, 1 for one core kept busy, more with
// several threads. It is unknown where the CPU time is, where no time passed,
// and where the two are not of the same process. Its resolution is that of
// CPUTime (see [Process]) over the time between.
func CPUShareBetween(before, after ProcessInfo) Maybe[float64] {
	// The same pid started at another time is another process. A second of
	// tolerance is for systems that round the start, and for their clocks.
	if before.PID != after.PID || before.StartedAt.Known && after.StartedAt.Known &&
		after.StartedAt.Value.Sub(before.StartedAt.Value).Abs() > time.Second {
		return Maybe[float64]{}
	}
	if !before.CPUTime.Known || !after.CPUTime.Known {
		return Maybe[float64]{}
	}
	return share(after.CPUTime.Value-before.CPUTime.Value, after.TakenAt.Sub(before.TakenAt))
}

// shareSinceStart returns the mean share of one core over a process's life.
func shareSinceStart(info *ProcessInfo) Maybe[float64] {
	if !info.CPUTime.Known || !info.StartedAt.Known {
		return Maybe[float64]{}
	}
	return share(info.CPUTime.Value, info.TakenAt.Sub(info.StartedAt.Value))
}

func share(used, elapsed time.Duration) Maybe[float64] {
	if used < 0 || elapsed <= 0 {
		return Maybe[float64]{}
	}
	return Known(float64(used) / float64(elapsed))
}

func knownIf[T any](v T, err error) Maybe[T] {
	if err != nil {
		return Maybe[T]{}
	}
	return Known(v)
}
