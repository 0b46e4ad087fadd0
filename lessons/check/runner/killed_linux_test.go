package runner

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"labo/probe"
	"labo/probe/probetest"
)

// holderEnv makes this test program one that runs another, until it is killed.
const holderEnv = "LABO_TEST_HOLDER"

func init() {
	if os.Getenv(holderEnv) == "" {
		return
	}
	for _, terminal := range []bool{false, true} {
		p, err := Start(Command{Argv: []string{"sh", "-c", "setsid sh -c 'echo $$ >&2; exec env -i sleep 1000' & exec sleep 1000"}, Terminal: terminal}, nil)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(p.PID())
		for !strings.Contains(p.Err.String(), "\n") {
			time.Sleep(time.Millisecond)
		}
		fmt.Print(p.Err)
	}
	select {}
}

// A labo that is killed leaves none of the programs that it ran, nor what they
// started in another session.
func TestNothingOutlivesAKilledLabo(t *testing.T) {
	probetest.Need(t, "sleep")
	cmd := holder(t)
	pids, left := started(t, cmd)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if len(pids) < 4 {
		t.Fatal("the holder started nothing")
	}
	for _, pid := range pids {
		wait(t, "the end of "+strconv.Itoa(pid), func() bool { return !lives(pid) })
	}
	for _, dir := range left {
		wait(t, "the end of "+dir, func() bool { _, err := os.Stat(dir); return errors.Is(err, fs.ErrNotExist) })
	}
}

// holder is a command that runs two programs, until it is killed.
func holder(t *testing.T) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), holderEnv+"=1")
	return cmd
}

// started starts a holder, and returns the programs that it runs and what they
// started, and their groups.
func started(t *testing.T, cmd *exec.Cmd) (pids []int, made groups) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); len(pids) < 4 && lines.Scan(); {
		pid, err := strconv.Atoi(strings.TrimSpace(lines.Text()))
		if err != nil {
			t.Fatal(lines.Text())
		}
		if err := syscall.Kill(pid, 0); err != nil {
			t.Fatalf("%d, just started: %v", pid, err)
		}
		pids = append(pids, pid)
	}
	for _, pid := range pids {
		made = append(made, groupsLike(fmt.Sprintf("labo-%x", markOf(pid)))...)
	}
	return pids, made
}

// The groups that labo and its guard left, killed together, are removed by the next
// one, once no process is in them, and no other group is.
func TestGroupsOfAKilledLaboAreRemovedByTheNext(t *testing.T) {
	probetest.Need(t, "sleep")
	cmd := holder(t)
	cache := t.TempDir()
	cmd.Env = append(cmd.Env, "XDG_CACHE_HOME="+cache)
	pids, left := started(t, cmd)
	guards, err := probe.Tree(t.Context(), cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range guards {
		if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); strings.HasPrefix(string(name), guardName) {
			defer syscall.Kill(pid, syscall.SIGKILL)
			syscall.Kill(pid, syscall.SIGSTOP) // it sees nothing of the end of labo
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	defer func() { // those of another session, which the guard would have ended
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}()
	if len(left) == 0 {
		t.Log("no control group can be made here")
		return
	}
	dir := filepath.Join(cache, "labo", recordFolder)
	records := func() (names []string) {
		names, _ = filepath.Glob(filepath.Join(dir, "*"))
		return names
	}
	if len(records()) != 1 {
		t.Fatalf("records: %q", records())
	}
	foreign := groups{filepath.Join(filepath.Dir(left[0]), fmt.Sprintf("labo-%x", house))}
	if err := os.Mkdir(foreign[0], 0o755); err != nil {
		t.Fatal(err)
	}
	defer foreign.remove()
	forgetOthers(dir)
	alive := func() bool { return slices.ContainsFunc(pids, lives) }
	if !alive() || len(records()) != 1 || !slices.ContainsFunc(left, func(dir string) bool { return exists(dir, "cgroup.procs") }) {
		t.Errorf("alive: %v; records: %q; a group that holds a process is gone", alive(), records())
	}
	for _, pid := range pids {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	wait(t, "the end of all", func() bool { return !alive() })
	wait(t, "the end of the groups", func() bool { forgetOthers(dir); return len(records()) == 0 })
	for _, dir := range left {
		if exists(dir, "cgroup.procs") {
			t.Errorf("%s is left", dir)
		}
	}
	if !exists(foreign[0], "cgroup.procs") {
		t.Error("a group that no record names was removed")
	}
}

// What is held to the life of labo is not held to that of the thread that asked
// for it, which may end before.
func TestAProgramOutlivesTheThreadThatAskedForIt(t *testing.T) {
	probetest.Need(t, "sleep")
	var p *Process
	var err error
	thread := onAThreadThatEnds(func() { p, err = Start(Command{Argv: []string{"sleep", "1000"}}, nil) })
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	wait(t, "the end of the thread", func() bool {
		_, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", thread))
		return errors.Is(err, fs.ErrNotExist)
	})
	if !lives(p.PID()) {
		t.Error("the program ended with the thread")
	}
}

// onAThreadThatEnds runs f on a thread that ends with its goroutine, as one
// does that is locked and never unlocked, and returns the thread's number. The
// main thread never ends: it is left to others.
func onAThreadThatEnds(f func()) int {
	thread := make(chan int)
	go func() {
		runtime.LockOSThread()
		tid := unix.Gettid()
		if tid == os.Getpid() {
			tid = onAThreadThatEnds(f)
			runtime.UnlockOSThread()
		} else {
			f()
		}
		thread <- tid
	}()
	return <-thread
}

// Orphans are taken in for as long as a program is held, no longer: those of
// what else labo starts are none of its business.
func TestOrphansAreTakenInOnlyMeanwhile(t *testing.T) {
	probetest.Need(t, "sleep")
	taken := func(wanted int32, when string) {
		t.Helper()
		var got int32
		if err := unix.Prctl(unix.PR_GET_CHILD_SUBREAPER, uintptr(unsafe.Pointer(&got)), 0, 0, 0); err != nil {
			t.Fatal(err)
		}
		if got != wanted {
			t.Errorf("%s: subreaper %d, want %d", when, got, wanted)
		}
	}
	taken(0, "before")
	var held []*Process
	for range 2 {
		p, err := Start(Command{Argv: []string{"sleep", "1000"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Stop()
		held = append(held, p)
		taken(1, "while a program is held")
	}
	if _, err := Start(Command{Argv: []string{"/no/such/program"}}, nil); err == nil {
		t.Error("it was started")
	}
	held[0].Stop()
	held[0].Stop()
	taken(1, "while the other is held")
	held[1].Stop()
	taken(0, "after the last")
}
