package probe

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"

	gnet "github.com/shirou/gopsutil/v3/net"
)

func init() {
	// Without the uids: they are those of the process, not of the socket, and
	// cost one more file for each socket (three times the whole list).
	listTCP = func(ctx context.Context, pid int32) ([]gnet.ConnectionStat, error) {
		return gnet.ConnectionsPidWithoutUidsWithContext(ctx, "tcp", pid)
	}
	countForbidden = countForbiddenProc
}

// countForbiddenProc counts the processes whose /proc/PID/fd may not be opened
// (proc_pid_fd(5): PTRACE_MODE_READ_FSCREDS), the kernel's own threads aside:
// they have none.
func countForbiddenProc(ctx context.Context, pids []int) int {
	names := make([]string, 0, len(pids))
	for _, pid := range pids {
		names = append(names, strconv.Itoa(pid))
	}
	if len(pids) == 0 {
		names = procNames()
	}
	n := 0
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		dir, err := os.Open("/proc/" + name + "/fd")
		if err == nil {
			dir.Close()
		} else if errors.Is(err, fs.ErrPermission) && !kernelThread(name) {
			n++
		}
	}
	return n
}

// procNames returns the names of /proc that are pids.
func procNames() []string {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	all, _ := dir.Readdirnames(-1)
	pids := all[:0]
	for _, name := range all {
		if name[0] >= '1' && name[0] <= '9' {
			pids = append(pids, name)
		}
	}
	return pids
}

// kernelThread reports whether the process is a thread of the kernel.
func kernelThread(pid string) bool {
	st, err := readProcStat("/proc/" + pid + "/stat")
	return err == nil && st.Flags&pfKthread != 0
}
