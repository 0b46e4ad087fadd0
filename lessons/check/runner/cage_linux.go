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

func init() {
	newCage = func(token string) cage { return &linuxCage{token: token, killed: make(map[int]bool)} }
}

// linuxCage knows the processes of a program by three signs: they descend from
// it, they are in its session, or they carry its token in their environment.
// The last finds those that left the tree and the session (a daemon). As their
// parent may have ended, labo takes in orphans as long as a cage is in use, so
// that it can bury them.
type linuxCage struct {
	token    string
	pid      int
	adopting bool
	killed   map[int]bool // not seen gone yet
}

// orphanage counts the cages in use. While there is one, the orphans among the
// descendants of labo become its children (PR_SET_CHILD_SUBREAPER); those of
// whatever else labo starts are then init's again.
var orphanage struct {
	sync.Mutex
	cages int
}

func (c *linuxCage) adopt(wanted bool) {
	orphanage.Lock()
	defer orphanage.Unlock()
	if c.adopting == wanted {
		return
	}
	c.adopting = wanted
	if wanted {
		orphanage.cages++
	} else {
		orphanage.cages--
	}
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, uintptr(min(orphanage.cages, 1)), 0, 0, 0) // refused: init takes them in
}

func (c *linuxCage) prepare(cmd *exec.Cmd, terminal bool) {
	c.adopt(true)
	ownSession(cmd, terminal)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL // labo may be killed, and can then end nothing
}

func (c *linuxCage) entered(cmd *exec.Cmd) error {
	c.pid = cmd.Process.Pid
	return nil
}

func (c *linuxCage) close() { c.adopt(false) }

func (c *linuxCage) kill(buried bool) int {
	if c.pid == 0 {
		return 0
	}
	// Looked for first: who is an orphan already cannot be found by its parent.
	members := c.members(buried)
	if !buried {
		_ = unix.Kill(-c.pid, unix.SIGKILL) // ESRCH: the group has ended
	}
	found := 0
	for pid := range members {
		if unix.Kill(pid, unix.SIGKILL) == nil {
			c.killed[pid] = true
		}
	}
	for pid := range c.killed {
		switch {
		case c.gone(pid, buried):
			delete(c.killed, pid)
		default:
			found++
		}
	}
	return found
}

// gone reports whether a process that was killed has ended, and buries it where
// it is ours: an orphan that we took in. The program itself is awaited by
// whoever started it.
func (c *linuxCage) gone(pid int, buried bool) bool {
	if pid == c.pid {
		return buried
	}
	var status syscall.WaitStatus
	if got, err := syscall.Wait4(pid, &status, syscall.WNOHANG, nil); got == pid && err == nil {
		return true
	}
	return unix.Kill(pid, 0) == unix.ESRCH
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
	oldest := c.oldest()
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid < oldest || pid == os.Getpid() || all[pid] {
			continue
		}
		if c.marked(pid) {
			all[pid] = true
		}
	}
	return all
}

// oldest returns the lowest pid that something the program has started can
// have: pids are given in order, until they start again from the lowest. The
// last one given is the last field of /proc/loadavg (proc_loadavg(5)).
func (c *linuxCage) oldest() int {
	row, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(row))
	if len(fields) < 5 {
		return 0
	}
	if last, err := strconv.Atoi(fields[4]); err != nil || last < c.pid {
		return 0
	}
	return c.pid
}

// marked reports whether pid is in the program's session or has its token.
func (c *linuxCage) marked(pid int) bool {
	if sid, err := unix.Getsid(pid); err == nil && sid == c.pid {
		return true
	}
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return err == nil && strings.Contains("\x00"+string(environ), "\x00"+tokenName+"="+c.token+"\x00")
}
