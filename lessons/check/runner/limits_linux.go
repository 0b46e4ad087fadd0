package runner

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// limit sets what the program may use, and notes what could be set.
func (c *linuxCage) limit(most Limits, command Command) {
	most.Memory = halfOfMemory() / uint64(max(command.Among, 1))
	most.Processes /= max(command.Among, 1)
	if command.Among > 0 { // when memory is short, it goes before anything of the reader's
		_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", c.pid), []byte("1000"), 0)
	}
	if remember() {
		c.groups = newGroups(fmt.Sprintf("labo-%x", c.mark), most)
	}
	if c.groups.take(c.pid) {
		c.set.Processes = most.Processes
	}
	c.set.Memory = lower(c.pid, unix.RLIMIT_DATA, most.Memory, 0)
	c.set.File = lower(c.pid, unix.RLIMIT_FSIZE, most.File, 0)
	c.set.Files = int(lower(c.pid, unix.RLIMIT_NOFILE, uint64(most.Files), 0))
	// A signal first (SIGXCPU), a second later the end.
	c.set.CPU = time.Duration(lower(c.pid, unix.RLIMIT_CPU, uint64(most.CPU/time.Second), 1)) * time.Second
	// It counts all threads of the user, and nothing for root (setrlimit(2)).
	// Those of the whole machine are at least as many.
	all := threadsNow()
	if all > 0 && lower(c.pid, unix.RLIMIT_NPROC, all+uint64(most.Processes), 0) > 0 && !isRoot() {
		c.set.Processes = most.Processes
	}
}

// lower lowers a limit of a process, which may go beyond it by more at most,
// and never raises one. It returns what the process has then, 0 where nothing
// could be set.
func lower(pid, resource int, to, more uint64) uint64 {
	var now unix.Rlimit
	if to == 0 || unix.Prlimit(pid, resource, nil, &now) != nil {
		return 0
	}
	now.Max = min(now.Max, to+more)
	now.Cur = min(now.Cur, now.Max, to)
	if unix.Prlimit(pid, resource, &now, nil) != nil {
		return 0
	}
	return now.Cur
}

// isRoot reports whether this is the root of the machine, as far as is seen from
// here, and not that of a user namespace (user_namespaces(7)).
func isRoot() bool {
	ids, _ := os.ReadFile("/proc/self/uid_map")
	first := strings.Fields(string(ids))
	return os.Getuid() == 0 && (len(first) < 2 || first[1] == "0")
}

// halfOfMemory is half of the machine's memory, in bytes; 0 when unknown.
func halfOfMemory() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit) / 2
}

// threadsNow is the number of threads of the machine, the second number of the
// fourth field of /proc/loadavg (proc_loadavg(5)); 0 when unknown.
func threadsNow() uint64 {
	row, _ := os.ReadFile("/proc/loadavg")
	_, rest, _ := strings.Cut(string(row), "/")
	n, _, _ := strings.Cut(rest, " ")
	all, _ := strconv.ParseUint(n, 10, 32)
	return all
}

// starvedNow is how many processes the kernel has killed for want of memory since
// the machine was started: oom_kill of /proc/vmstat (mm/oom_kill.c).
func starvedNow() uint64 {
	rows, _ := os.ReadFile("/proc/vmstat")
	_, rest, _ := strings.Cut(string(rows), "\noom_kill ")
	row, _, _ := strings.Cut(rest, "\n")
	n, _ := strconv.ParseUint(row, 10, 64)
	return n
}
