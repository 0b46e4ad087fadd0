package syscalls

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

func TestEndIsThatOfTheProgram(t *testing.T) {
	defer goleak.VerifyNone(t)
	for script, want := range map[string]Status{
		"exit 0":        {},
		"exit 42":       {Code: 42},
		"kill -TERM $$": {Signal: 15, Name: "SIGTERM"},
		"kill -SEGV $$": {Signal: 11, Name: "SIGSEGV"},
		"kill -KILL $$": {Signal: 9, Name: "SIGKILL"},
	} {
		trace, _ := start(t, "sh", "-c", script)
		if r := wait(t, trace); r.Status != want {
			t.Errorf("%s: %+v, want %+v", script, r.Status, want)
		}
	}
}

// Cancelled while it waits, a program and what it started are ended, even
// those that do not want to.
func TestNothingIsLeftWhenCancelled(t *testing.T) {
	defer goleak.VerifyNone(t)
	trace, c := start(t, "sh", "-c", "trap '' TERM; sleep 1000 & sleep 1000 & wait")
	for range 2 {
		c.until(t, "child", func(e *Event) bool { return e.Kind == Exec && strings.HasSuffix(e.Program, "sleep") })
	}
	c.until(t, "wait", isCall(Enter, "wait4"))
	pids := trace.alive.all()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := trace.Wait(ctx, 50*time.Millisecond)
	if !errors.Is(err, context.Canceled) || r.Status.Name != "SIGKILL" {
		t.Errorf("%+v, %v", r.Status, err)
	}
	for _, pid := range pids { // what is dead may still wait for its own parent
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if state := statusField(string(status), "State"); err == nil && !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X") {
			t.Errorf("process %d is left: %s", pid, state)
		}
	}
}

// When the tracer is killed, the kernel ends what it traced.
func TestNothingIsLeftWhenKilled(t *testing.T) {
	if os.Getenv("LABO_TEST_FOR_EVER") != "" { // we are the tracer
		traceForEver(t)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestNothingIsLeftWhenKilled$", "-test.v")
	cmd.Env = append(os.Environ(), "LABO_TEST_FOR_EVER=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := 0
	for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
		fmt.Sscanf(lines.Text(), "traced %d", &pid)
	}
	if pid == 0 {
		t.Fatal("nothing is traced")
	}
	cmd.Process.Kill()
	cmd.Wait()
	for limit := time.Now().Add(30 * time.Second); unix.Kill(pid, 0) != unix.ESRCH; {
		if time.Now().After(limit) {
			t.Fatalf("process %d is still there", pid)
		}
		unix.Nanosleep(&unix.Timespec{Nsec: 1e6}, nil)
	}
}

func traceForEver(t *testing.T) {
	trace, c := start(t, "sleep", "1000")
	c.until(t, "sleep", isCall(Enter, "clock_nanosleep"))
	fmt.Printf("traced %d\n", trace.PID())
	<-trace.Done()
}

func TestShortRunsLeaveNothing(t *testing.T) {
	runs := 50
	if probetest.Strict() {
		runs = 1000
	}
	defer goleak.VerifyNone(t)
	before := openFiles(t)
	for range runs {
		trace, _ := start(t, "true")
		if r := wait(t, trace); r.Status != (Status{}) {
			t.Fatalf("%+v", r.Status)
		}
	}
	// One more for the streams that each start keeps until the test ends.
	if after := openFiles(t); after > before+runs {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	var ws unix.WaitStatus
	if pid, err := unix.Wait4(-1, &ws, unix.WNOHANG|unix.WALL, nil); err != unix.ECHILD {
		t.Errorf("child %d is left: %v", pid, err)
	}
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
