package probe

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const hostileName = "a) R (b\nc"

func init() {
	childRoles["hostile"] = func() error { return os.WriteFile("/proc/self/comm", []byte(hostileName), 0) }
	childRoles["judge"] = func() error { return answer(Process(context.Background(), 1)) }
}

func TestProcessNamedToHurt(t *testing.T) {
	c := startChild(t, "hostile")
	info := mustProcess(t, c.Process.Pid)
	if info.Name != hostileName {
		t.Errorf("name %q, want %q", info.Name, hostileName)
	}
	i := slices.IndexFunc(info.Tasks, func(th Thread) bool { return th.TID == c.Process.Pid })
	if i < 0 || info.Tasks[i].Name != hostileName || info.Parent != Known(os.Getpid()) {
		t.Errorf("tasks %+v, parent %+v", info.Tasks, info.Parent)
	}
}

// Threads are seen one by one: one more for each that is started, each with
// the function of the kernel it sleeps in.
func TestProcessTasks(t *testing.T) {
	const n = 5
	before := mustProcess(t, os.Getpid())
	if before.Threads != Known(len(before.Tasks)) {
		t.Errorf("%+v threads, %d tasks", before.Threads, len(before.Tasks))
	}
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	tids := make(chan int, n)
	done := make(chan struct{}, n)
	for range n {
		go func() {
			runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
			tids <- unix.Gettid()
			unix.Read(pipe[0], make([]byte, 1))
			done <- struct{}{}
		}()
	}
	var want []int
	for range n {
		want = append(want, <-tids)
	}
	eventually(t, "the threads sleep in their read", func() bool {
		info := mustProcess(t, os.Getpid())
		for _, tid := range want {
			i := slices.IndexFunc(info.Tasks, func(th Thread) bool { return th.TID == tid })
			if i < 0 || info.Tasks[i].Name == "" || info.Tasks[i].State != "S" || !info.Tasks[i].Wait.Known {
				return false
			}
		}
		return info.Threads.Value >= n
	})
	t.Run("a tid is no pid", func(t *testing.T) {
		for _, tid := range want {
			var none *NoSuchProcessError
			if tid == os.Getpid() {
				continue
			}
			if _, err := Process(t.Context(), tid); !errors.As(err, &none) {
				t.Errorf("thread %d of ours passes for a process: %v", tid, err)
			}
		}
	})
	unix.Close(pipe[1])
	for range n {
		<-done
	}
	unix.Close(pipe[0])
	eventually(t, "the threads are gone", func() bool {
		info := mustProcess(t, os.Getpid())
		return !slices.ContainsFunc(info.Tasks, func(th Thread) bool {
			return th.TID != os.Getpid() && slices.Contains(want, th.TID)
		})
	})
}

// Our own descriptors are counted exactly: the directory that is open while
// they are counted is not one of them.
func TestProcessOpenFDs(t *testing.T) {
	c := startChild(t, "wait")
	out, err := os.ReadDir(procPath(c.Process.Pid, "fd"))
	if err != nil {
		t.Fatal(err)
	}
	if got := mustProcess(t, c.Process.Pid).FDs; got != Known(len(out)) {
		t.Errorf("child has %+v descriptors, want %d", got, len(out))
	}
	count := func() int {
		n := 0
		for fd := range 1024 {
			if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
				n++
			}
		}
		return n
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := mustProcess(t, os.Getpid()).FDs; got != Known(count()) {
		t.Errorf("we have %+v descriptors, F_GETFD finds %d", got, count())
	}
}

// The CPU clock is finer than the ticks of /proc, for us and for others.
func TestCPUTimeFinerThanTicks(t *testing.T) {
	c := startChild(t, "wait")
	for _, pid := range []int{os.Getpid(), c.Process.Pid} {
		used := mustProcess(t, pid).CPUTime
		if !used.Known || used.Value <= 0 || used.Value%time.Microsecond == 0 && used.Value%procTick == 0 {
			t.Errorf("pid %d: CPU time %+v is a number of ticks", pid, used)
		}
		ticks := gopsutilCPUTime(t.Context(), pid)
		if diff := (ticks.Value - mustProcess(t, pid).CPUTime.Value).Abs(); !ticks.Known || diff > time.Second {
			t.Errorf("pid %d: %v by its clock, %v in /proc", pid, used.Value, ticks.Value)
		}
	}
}

// A zombie has ended but is still a process: no thread runs, nothing is open.
func TestProcessZombie(t *testing.T) {
	c := startChild(t, "wait")
	c.stdin.Close()
	pid := c.Process.Pid
	eventually(t, "the child is a zombie", func() bool {
		tasks := mustProcess(t, pid).Tasks
		return len(tasks) == 1 && tasks[0].State == "Z"
	})
	info := mustProcess(t, pid)
	// Its descriptors are root's to see, of whomever it was (proc_pid_fd(5)).
	fds := Maybe[int]{}
	if os.Getuid() == 0 {
		fds = Known(0)
	}
	if info.FDs != fds || info.Command != "" || info.Parent != Known(os.Getpid()) {
		t.Errorf("descriptors %+v, command %q, parent %+v", info.FDs, info.Command, info.Parent)
	}
}

// What an ordinary user may not read of process 1 stays unknown.
func TestProcessWithoutRights(t *testing.T) {
	got := askAsNobody[ProcessInfo](t, "judge")
	want := mustProcess(t, 1)
	if got.FDs.Known || !want.FDs.Known {
		t.Errorf("descriptors of process 1: %+v for nobody, %+v for root", got.FDs, want.FDs)
	}
	if got.Name != want.Name || !got.Threads.Known || !got.CPUTime.Known || !got.User.Known {
		t.Errorf("nobody sees %+v", got)
	}
	for _, th := range got.Tasks {
		if th.Wait.Known {
			t.Errorf("nobody sees where thread %d of process 1 sleeps: %+v", th.TID, th)
		}
	}
}
