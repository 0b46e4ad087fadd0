package runner

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"labo/probe"
)

func init() { newCage = func() cage { return &linuxCage{mark: house | nextMark.Add(1)%marksPerHouse} } }

// A mark is a limit that limits nothing: 146 000 years of real-time processor
// time without a pause (RLIMIT_RTTIME, in µs; getrlimit(2)). A process inherits
// its limits whatever becomes of its parent, session, environment, descriptors
// and name, may not raise one again, and shows them to its user even when it is
// a zombie. All marks of one labo begin alike: they are of its house.
const marksPerHouse = 1 << 20

var (
	house    = 1<<62 | rand.Uint64N(1<<40)*marksPerHouse
	nextMark atomic.Uint64
)

func markOf(pid int) uint64 {
	var mark unix.Rlimit
	if unix.Prlimit(pid, unix.RLIMIT_RTTIME, nil, &mark) != nil {
		return 0
	}
	return mark.Max
}

// linuxCage knows the processes of a program by its mark. As their parents may
// have ended, labo takes in orphans as long as a cage is in use, so that it can
// bury them.
type linuxCage struct {
	mark     uint64
	marked   bool // else it is known by its tree only
	pid      int
	adopting bool
	groups   groups
	set      Limits
	starved  uint64 // processes of the machine that were killed for want of memory before it
}

// orphanage counts the cages in use. While there is one, the orphans among the
// descendants of labo become its children (PR_SET_CHILD_SUBREAPER), and a guard
// stands by; those of whatever else labo starts are then init's again.
var orphanage struct {
	sync.Mutex
	cages int
	guard *guard
}

func (c *linuxCage) adopt(wanted bool) {
	orphanage.Lock()
	defer orphanage.Unlock()
	if c.adopting == wanted {
		return
	}
	c.adopting = wanted
	switch {
	case wanted && orphanage.cages == 0:
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) // refused: init takes them in
		orphanage.guard = startGuard()
	case !wanted && orphanage.cages == 1:
		orphanage.guard.dismiss()
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
	}
	if wanted {
		orphanage.cages++
	} else {
		orphanage.cages--
	}
}

// start starts the program, marked and limited before its first instruction:
// it stops at its exec (PTRACE_TRACEME), and this thread lets it go.
func (c *linuxCage) start(cmd *exec.Cmd, command Command, most Limits) error {
	c.adopt(true)
	c.starved = starvedNow()
	ownSession(cmd, command.Terminal)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL // labo may be killed, and can then end nothing
	cmd.SysProcAttr.Ptrace = true
	if command.Writable != nil {
		c.set.Writes, c.set.Signals = restrict(command.Writable)
	}
	err := cmd.Start()
	if errors.Is(err, syscall.EPERM) { // labo is itself traced, or nobody may trace
		cmd.SysProcAttr.Ptrace = false
		*cmd = exec.Cmd{Path: cmd.Path, Args: cmd.Args, Env: cmd.Env, Dir: cmd.Dir,
			Stdin: cmd.Stdin, Stdout: cmd.Stdout, Stderr: cmd.Stderr, SysProcAttr: cmd.SysProcAttr}
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	c.pid = cmd.Process.Pid
	if cmd.SysProcAttr.Ptrace {
		const stopped = unix.WEXITED | unix.WSTOPPED | unix.WNOWAIT // its end is for cmd.Wait
		for unix.Waitid(unix.P_PID, c.pid, nil, stopped, nil) == unix.EINTR {
		}
		defer unix.PtraceDetach(c.pid)
	}
	c.marked = unix.Prlimit(c.pid, unix.RLIMIT_RTTIME, &unix.Rlimit{Cur: c.mark, Max: c.mark}, nil) == nil
	limited := make(chan struct{})
	go func() { c.limit(most, command); close(limited) }() // by a thread that may write
	<-limited
	return nil
}

func (c *linuxCage) limits() (set, met Limits) {
	met.Processes = int(c.groups.counted("max", "pids.events"))
	met.Memory = c.groups.counted("oom_kill", "memory.events", "memory.oom_control")
	met.Starved = starvedNow() - c.starved
	return c.set, met
}

func (c *linuxCage) close() {
	c.groups.remove()
	forget()
	c.adopt(false)
}

func (c *linuxCage) kill(buried bool) int {
	if c.pid == 0 {
		return 0
	}
	c.groups.freeze()
	var tree []int
	if !buried {
		if !c.marked {
			tree, _ = probe.Tree(context.Background(), c.pid)
		}
		_ = unix.Kill(-c.pid, unix.SIGKILL) // all of the group at once; ESRCH: it has ended
	}
	return sweep(func(pid int) bool {
		return c.marked && markOf(pid) == c.mark || slices.Contains(tree, pid)
	}, c.pid)
}

// sweep kills each process that is one of those to end, buries those that labo
// took in, and returns how many it met, the dead that it could not bury
// included. The one that is awaited is buried by whoever started it.
//
// Two looks that meet nobody are a proof: of a chain of processes that fork and
// end, each leaves its dead to labo.
func sweep(toEnd func(pid int) bool, awaited int) (met int) {
	dir, err := os.Open("/proc")
	if err != nil {
		return 0
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || !toEnd(pid) {
			continue
		}
		met++
		_ = unix.Kill(pid, unix.SIGKILL)
		if pid != awaited {
			_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) // ECHILD: its parent has still to be buried
		}
	}
	return met
}
