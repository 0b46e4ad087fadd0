package probe

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	processExists = linuxProcessExists
	detailProcess = linuxDetail
	nameProcess = func(_ context.Context, pid int) (name, command string, err error) {
		st, err := readProcStat(procPath(pid, "stat"))
		if args, err := os.ReadFile(procPath(pid, "cmdline")); err == nil {
			command = commandLine(args)
		}
		return st.Name, command, err
	}
	osThreads = func(_ context.Context, pid int) Maybe[int] {
		st, err := readProcStat(procPath(pid, "stat"))
		return knownIf(st.Threads, err)
	}
	openFDs = linuxOpenFDs
	cpuTime = linuxCPUTime
}

// gone reports whether err says that a process ended: opening its files gives
// ENOENT, reading one that is already open gives ESRCH.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH)
}

// linuxProcessExists asks kill(2), which also knows a process that /proc hides
// (hidepid), then leaves out the threads: /proc and kill answer to a tid as to
// a pid.
func linuxProcessExists(_ context.Context, pid int) (bool, error) {
	switch err := unix.Kill(pid, 0); err {
	case nil, unix.EPERM:
	case unix.ESRCH:
		return false, nil
	default:
		return false, err
	}
	status, err := os.ReadFile(procPath(pid, "status"))
	if err != nil {
		return true, nil
	}
	return tgid(status) == pid, nil
}

// tgid returns the Tgid line of /proc/PID/status: the pid of the process that
// a thread belongs to; 0 when there is none.
func tgid(status []byte) int {
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "Tgid:"); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(v))
			return n
		}
	}
	return 0
}

// linuxDetail reads /proc/PID/stat, more exact than gopsutil on the start, and
// the threads one by one.
func linuxDetail(ctx context.Context, info *ProcessInfo) error {
	st, err := readProcStat(procPath(info.PID, "stat"))
	switch {
	case gone(err) && !existsHidden(info.PID):
		return &NoSuchProcessError{PID: info.PID}
	case err != nil: // may not be read: what gopsutil knows has to do
		return nil
	}
	info.Parent, info.Threads = Known(st.Parent), Known(st.Threads)
	info.StartedAt = startedAt(st.Start)
	if info.Tasks = readTasks(ctx, info.PID); len(info.Tasks) > 0 {
		// One moment for the number and the list.
		info.Threads = Known(len(info.Tasks))
	}
	return nil
}

// existsHidden reports whether pid lives although /proc does not show it.
func existsHidden(pid int) bool {
	err := unix.Kill(pid, 0)
	return err == nil || err == unix.EPERM
}

// startedAt turns a time since boot into a date, by the clock that /proc
// counts it in.
func startedAt(sinceBoot time.Duration) Maybe[time.Time] {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return Maybe[time.Time]{}
	}
	return Known(time.Now().Add(sinceBoot - time.Duration(now.Nano())))
}

// readTasks returns the threads of pid by tid, nil where they may not be read.
// A thread that ends meanwhile is left out.
func readTasks(ctx context.Context, pid int) []Thread {
	dir := procPath(pid, "task")
	names, err := readNames(dir)
	if err != nil {
		return nil
	}
	var tasks []Thread
	for _, name := range names {
		if ctx.Err() != nil {
			return nil
		}
		path := dir + "/" + name
		st, err := readProcStat(path + "/stat")
		if err != nil {
			continue
		}
		t := Thread{TID: st.PID, Name: st.Name, State: st.State}
		// "0": it does not sleep, or we may not see where (proc_pid_wchan(5)).
		if wchan, err := os.ReadFile(path + "/wchan"); err == nil && len(wchan) > 0 && string(wchan) != "0" {
			t.Wait = Known(string(wchan))
		}
		tasks = append(tasks, t)
	}
	slices.SortFunc(tasks, func(a, b Thread) int { return cmp.Compare(a.TID, b.TID) })
	return tasks
}

// linuxOpenFDs counts the entries of /proc/PID/fd. Our own process has one
// more while it reads them, the directory itself, which is taken off.
func linuxOpenFDs(_ context.Context, pid int) Maybe[int] {
	names, err := readNames(procPath(pid, "fd"))
	if err != nil {
		return Maybe[int]{}
	}
	if pid == os.Getpid() {
		return Known(len(names) - 1)
	}
	if len(names) == 0 { // of a first thread that ended, while others live: those have them
		st, err := readProcStat(procPath(pid, "stat"))
		return Maybe[int]{Known: err == nil && lifeOf(st) != Headless}
	}
	return Known(len(names))
}

// linuxCPUTime reads the CPU clock of a process, whose number is made of its
// pid (clock_getcpuclockid(3), MAKE_PROCESS_CPUCLOCK in
// include/linux/posix-timers_types.h). Anyone may read it. It counts the
// threads that have ended too.
func linuxCPUTime(ctx context.Context, pid int) Maybe[time.Duration] {
	const cpuClockSched = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|cpuClockSched, &used); err != nil {
		return gopsutilCPUTime(ctx, pid)
	}
	return Known(time.Duration(used.Nano()))
}

func procPath(pid int, file string) string {
	return "/proc/" + strconv.Itoa(pid) + "/" + file
}

func readProcStat(path string) (procStat, error) {
	row, err := os.ReadFile(path)
	if err != nil {
		return procStat{}, err
	}
	return parseProcStat(row)
}

func readNames(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}
