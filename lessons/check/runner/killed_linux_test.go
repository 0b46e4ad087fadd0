package runner

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// holderEnv makes this test program one that runs another, until it is killed.
const holderEnv = "LABO_TEST_HOLDER"

func init() {
	if os.Getenv(holderEnv) == "" {
		return
	}
	for _, terminal := range []bool{false, true} {
		p, err := Start(Command{Argv: []string{"sh", "-c", "setsid -f sh -c 'echo $$ >&2; exec env -i sleep 1000'; exec sleep 1000"}, Terminal: terminal}, nil)
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
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), holderEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
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
	var left groups
	for _, pid := range pids {
		left = append(left, groupsLike(fmt.Sprintf("labo-%x", markOf(pid)))...)
	}
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
