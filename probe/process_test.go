package probe

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// childEnv names what this test binary does when a test runs it as a child.
const childEnv = "LABO_PROBE_CHILD"

// childRoles are the things a child can do; files of one system add theirs. A
// child says "ready" on stdout and ends when its stdin does.
var childRoles = map[string]func() error{
	"wait": func() error { return nil },
}

// TestChild is no test: it is the child that [startChild] runs.
func TestChild(t *testing.T) {
	role, ok := childRoles[os.Getenv(childEnv)]
	if !ok {
		return
	}
	if err := role(); err != nil {
		os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(3)
	}
	os.Stdout.WriteString("ready\n")
	io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// child is a process of ours that waits.
type child struct {
	*exec.Cmd
	stdin io.Closer
}

// end lets the child go and waits for it.
func (c *child) end() { c.stdin.Close(); c.Wait() }

// startChild runs this binary in a role and waits until it is ready.
func startChild(t *testing.T, role string, change ...func(*exec.Cmd)) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childEnv+"="+role)
	cmd.Stderr = os.Stderr
	for _, f := range change {
		f(cmd)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd, stdin}
	t.Cleanup(c.end)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if line != "ready\n" {
		t.Fatalf("child %s said %q, %v", role, line, err)
	}
	return c
}

// eventually asks ok again and again until it holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func mustProcess(t *testing.T, pid int) ProcessInfo {
	t.Helper()
	info, err := Process(t.Context(), pid)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestProcessOfOurselves(t *testing.T) {
	before := time.Now()
	info := mustProcess(t, os.Getpid())
	if info.PID != os.Getpid() || info.Name == "" || info.Command == "" {
		t.Errorf("pid %d, name %q, command %q", info.PID, info.Name, info.Command)
	}
	if info.Parent != Known(os.Getppid()) {
		t.Errorf("parent %+v, want %d", info.Parent, os.Getppid())
	}
	if info.Threads.Value < 1 || !info.User.Known || !info.CPUTime.Known || !info.CPUShare.Known {
		t.Errorf("threads %+v, user %+v, CPU time %+v, share %+v", info.Threads, info.User, info.CPUTime, info.CPUShare)
	}
	if !info.StartedAt.Known || info.StartedAt.Value.After(before) || before.Sub(info.StartedAt.Value) > 24*time.Hour {
		t.Errorf("started at %+v", info.StartedAt)
	}
	if info.TakenAt.Before(before) {
		t.Errorf("taken at %v, before it was asked", info.TakenAt)
	}
}

func TestProcessOfAChild(t *testing.T) {
	c := startChild(t, "wait")
	info := mustProcess(t, c.Process.Pid)
	if info.Parent != Known(os.Getpid()) {
		t.Errorf("parent %+v, want our pid %d", info.Parent, os.Getpid())
	}
	if info.StartedAt.Value.Before(mustProcess(t, os.Getpid()).StartedAt.Value.Add(-time.Second)) {
		t.Errorf("child started at %v, before us", info.StartedAt.Value)
	}
	c.end()
	var none *NoSuchProcessError
	if _, err := Process(t.Context(), c.Process.Pid); !errors.As(err, &none) || none.PID != c.Process.Pid {
		t.Errorf("after its end: error %v", err)
	}
}

func TestProcessThatIsNone(t *testing.T) {
	for _, pid := range []int{0, -1, -1 << 40, 1 << 31, 1 << 40, 1<<31 - 1} {
		var none *NoSuchProcessError
		if _, err := Process(t.Context(), pid); !errors.As(err, &none) || none.PID != pid {
			t.Errorf("pid %d: error %v", pid, err)
		}
	}
}

func TestProcessHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Process(ctx, os.Getpid()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A process asked about at every moment of its end is either told or missing,
// never a half.
func TestProcessEndingHalfWay(t *testing.T) {
	for range 10 {
		c := startChild(t, "wait")
		pid := c.Process.Pid
		ended := make(chan struct{})
		go func() { defer close(ended); c.end() }()
		for {
			info, err := Process(t.Context(), pid)
			var none *NoSuchProcessError
			if errors.As(err, &none) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if info.Name == "" || !info.Parent.Known || !info.CPUTime.Known {
				t.Errorf("half a process: %+v", info)
			}
		}
		<-ended
	}
}

func TestCPUShareBetween(t *testing.T) {
	t0 := time.Now()
	at := func(after, cpu time.Duration) ProcessInfo {
		return ProcessInfo{PID: 7, TakenAt: t0.Add(after), CPUTime: Known(cpu), StartedAt: Known(t0)}
	}
	other := at(time.Second, time.Second)
	other.PID = 8
	again := at(time.Second, time.Second)
	again.StartedAt = Known(t0.Add(5 * time.Second))
	blind := at(time.Second, 0)
	blind.CPUTime = Maybe[time.Duration]{}
	rounded := at(2*time.Second, time.Second)
	rounded.StartedAt = Known(t0.Add(-900 * time.Millisecond))
	for what, c := range map[string]struct {
		before, after ProcessInfo
		want          Maybe[float64]
	}{
		"waiting":             {at(0, time.Second), at(time.Second, time.Second), Known(0.0)},
		"half a core":         {at(0, 0), at(2*time.Second, time.Second), Known(0.5)},
		"three cores":         {at(0, 0), at(time.Second, 3*time.Second), Known(3.0)},
		"no time passed":      {at(0, 0), at(0, 0), Maybe[float64]{}},
		"backwards":           {at(time.Second, 0), at(0, 0), Maybe[float64]{}},
		"CPU time fell":       {at(0, time.Second), at(time.Second, 0), Maybe[float64]{}},
		"another process":     {at(0, 0), other, Maybe[float64]{}},
		"the pid again":       {at(0, 0), again, Maybe[float64]{}},
		"CPU time unknown":    {at(0, 0), blind, Maybe[float64]{}},
		"start rounded by us": {at(0, 0), rounded, Known(0.5)},
	} {
		if d := cmp.Diff(c.want, CPUShareBetween(c.before, c.after)); d != "" {
			t.Errorf("%s: -want +got:\n%s", what, d)
		}
	}
}

func TestCPUShareOfWork(t *testing.T) {
	before := mustProcess(t, os.Getpid())
	var after ProcessInfo
	eventually(t, "50 ms of work are seen", func() bool {
		for range 1_000_000 {
			runtime.KeepAlive(before)
		}
		after = mustProcess(t, os.Getpid())
		return after.CPUTime.Value-before.CPUTime.Value > 50*time.Millisecond
	})
	got := CPUShareBetween(before, after)
	if !got.Known || got.Value <= 0 || got.Value > float64(runtime.NumCPU())+0.1 {
		t.Errorf("share %+v on %d cores", got, runtime.NumCPU())
	}
}
