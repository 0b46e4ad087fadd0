package runner

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"labo/probe"
)

func init() { newCage = func(token string) cage { return &linuxCage{token: token} } }

// linuxCage knows the processes of a program by three signs: they descend from
// it, they are in its session, or they carry its token in their environment.
// The last finds those that left the tree and the session (a daemon). As their
// parent may have ended, labo takes in orphans (PR_SET_CHILD_SUBREAPER), so
// that it can bury them.
type linuxCage struct {
	token string
	pid   int
}

var adoptOrphans = sync.OnceFunc(func() {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) // refused: init takes them in
})

func (c *linuxCage) prepare(cmd *exec.Cmd, terminal bool) {
	adoptOrphans()
	ownSession(cmd, terminal)
}

func (c *linuxCage) entered(cmd *exec.Cmd) error {
	c.pid = cmd.Process.Pid
	return nil
}

func (c *linuxCage) close() {}

func (c *linuxCage) kill(buried bool) int {
	if c.pid == 0 {
		return 0
	}
	if !buried {
		_ = unix.Kill(-c.pid, unix.SIGKILL) // ESRCH: the group has ended
	}
	found := 0
	for pid := range c.members(buried) {
		if unix.Kill(pid, unix.SIGKILL) == nil {
			found++
		}
		if pid != c.pid { // an orphan that is now ours; c.pid is awaited elsewhere
			var status syscall.WaitStatus
			_, _ = syscall.Wait4(pid, &status, syscall.WNOHANG, nil)
		}
	}
	return found
}

// members returns the processes of the program that are not yet buried.
func (c *linuxCage) members(buried bool) map[int]bool {
	all := make(map[int]bool)
	if !buried {
		tree, _ := probe.Tree(context.Background(), c.pid)
		for _, pid := range tree {
			all[pid] = true
		}
	}
	dir, err := os.Open("/proc")
	if err != nil {
		return all
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == os.Getpid() || all[pid] {
			continue
		}
		if c.marked(pid) {
			all[pid] = true
		}
	}
	return all
}

// marked reports whether pid is in the program's session or has its token.
func (c *linuxCage) marked(pid int) bool {
	if sid, err := unix.Getsid(pid); err == nil && sid == c.pid {
		return true
	}
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return err == nil && strings.Contains("\x00"+string(environ), "\x00"+tokenName+"="+c.token+"\x00")
}
