package probe

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	gnet "github.com/shirou/gopsutil/v3/net"
	"golang.org/x/sys/unix"
)

// Not run on a machine: what the commands print is read by tests with rows of
// others.

func init() {
	listsAll = true
	countForbidden = countOthersProcesses
	unownedRows = func(ctx context.Context) ([]gnet.ConnectionStat, error) {
		out, err := exec.CommandContext(ctx, "/usr/sbin/netstat", "-an", "-p", "tcp").Output()
		return parseNetstat(string(out)), err
	}
	countThreads = func(ctx context.Context, pids []int) map[int]int {
		words := make([]string, 0, len(pids))
		for _, pid := range pids {
			words = append(words, strconv.Itoa(pid))
		}
		out, _ := exec.CommandContext(ctx, "/bin/ps", "-M", "-p", strings.Join(words, ",")).Output()
		return parseThreads(string(out))
	}
	nameProcess = func(_ context.Context, pid int) (name, command string, err error) {
		info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
		if err != nil {
			return "", "", err
		}
		if b, err := unix.SysctlRaw("kern.procargs2", pid); err == nil {
			command = strings.Join(parseArguments(b), " ")
		}
		return unix.ByteSliceToString(info.Proc.P_comm[:]), command, nil
	}
}

// countOthersProcesses counts the processes of other users: lsof, which
// gopsutil runs, names them to root only (lsof(8); not verified on a machine).
func countOthersProcesses(_ context.Context, pids []int) int {
	me := os.Geteuid()
	if me == 0 {
		return 0
	}
	all, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return 0
	}
	n := 0
	for i := range all {
		pid := int(all[i].Proc.P_pid)
		if int(all[i].Eproc.Ucred.Uid) != me && (len(pids) == 0 || slices.Contains(pids, pid)) {
			n++
		}
	}
	return n
}
