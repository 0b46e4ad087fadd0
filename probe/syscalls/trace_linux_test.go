package syscalls

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"labo/probe"
	"labo/probe/strict"
)

// collected are the events of one program, safe to read once it has ended.
type collected struct {
	mu     sync.Mutex
	events []*Event
	change chan struct{} // one token when something came
}

func (c *collected) add(e *Event) {
	c.mu.Lock()
	c.events = append(c.events, e)
	c.mu.Unlock()
	select {
	case c.change <- struct{}{}:
	default:
	}
}

// until waits for an event that the test expects.
func (c *collected) until(t *testing.T, what string, ok func(*Event) bool) *Event {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		c.mu.Lock()
		i := slices.IndexFunc(c.events, ok)
		var e *Event
		if i >= 0 {
			e = c.events[i]
		}
		c.mu.Unlock()
		if e != nil {
			return e
		}
		select {
		case <-c.change:
		case <-limit:
			t.Fatalf("no %s", what)
		}
	}
}

func isCall(kind Kind, name string) func(*Event) bool {
	return func(e *Event) bool { return e.Kind == kind && e.Call != nil && e.Call.Name == name }
}

// start traces a program with its streams closed to the outside.
func start(t *testing.T, argv ...string) (*Trace, *collected) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { null.Close() })
	path, err := Find(argv[0])
	if err != nil {
		t.Fatal(err)
	}
	c := &collected{change: make(chan struct{}, 1)}
	trace, err := Start(Program{Path: path, Args: argv, Files: [3]*os.File{null, null, null}}, Options{Handle: c.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		trace.Wait(ended, 0)
	})
	return trace, c
}

func wait(t *testing.T, trace *Trace) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r, err := trace.Wait(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

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

// What the program has of the outside is what it has without us.
func TestProgramIsLeftAsItWas(t *testing.T) {
	script := "ls -l /proc/self/fd | wc -l; ulimit -n; grep -E '^(SigIgn|SigBlk|SigCgt|CapEff)' /proc/self/status; umask; pwd"
	plain, err := exec.Command("sh", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	sh, err := Find("sh")
	if err != nil {
		t.Fatal(err)
	}
	trace, err := Start(Program{Path: sh, Args: []string{"sh", "-c", script}, Files: [3]*os.File{null, w, os.Stderr}}, Options{})
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	traced, _ := io.ReadAll(r)
	wait(t, trace)
	if string(plain) != string(traced) {
		t.Errorf("without us:\n%s\ntraced:\n%s", plain, traced)
	}
}

func TestWhatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "rien"):            ErrNotFound,
		"labo-qui-n-existe-pas":               ErrNotFound,
		dir:                                   ErrDirectory,
		".":                                   ErrDirectory,
		file("texte", "#!/bin/sh\n", 0o644):   ErrNotExecutable,
		file("script", "echo salut\n", 0o755): ErrNoFormat,
		file("vide", "", 0o755):               ErrNoFormat,
	} {
		_, err := Find(path)
		var start *StartError
		if !errors.As(err, &start) || !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	bad := file("interprete", "#!/rien/du/tout\n", 0o755)
	if _, err := Find(bad); err != nil {
		t.Errorf("%s: %v", bad, err)
	}
	if _, err := Start(Program{Path: bad, Args: []string{bad}}, Options{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an interpreter that does not exist: %v", err)
	}
	if os.Geteuid() == 0 {
		setuid := file("setuid", "#!/bin/sh\n", 0o755)
		if err := os.Chown(setuid, 65534, 65534); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(setuid, 0o755|os.ModeSetuid); err != nil {
			t.Fatal(err)
		}
		if _, err := Find(setuid); !errors.Is(err, ErrSetuid) {
			t.Errorf("setuid: %v", err)
		}
	}
}

// A program traced by strace cannot be traced by us: the helper is seized.
func TestAlreadyTraced(t *testing.T) {
	strace := strict.Need(t, "strace")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-qq", "-o", os.DevNull, self, "-test.run=^TestStartsTrue$", "-test.v")
	out, _ := cmd.CombinedOutput()
	if !strings.Contains(string(out), "reason 3 strace") {
		t.Errorf("under strace:\n%s", out)
	}
}

func TestStartsTrue(t *testing.T) {
	path, err := Find("true")
	if err != nil {
		t.Fatal(err)
	}
	trace, err := Start(Program{Path: path, Args: []string{"true"}}, Options{})
	var refused *UnavailableError
	if errors.As(err, &refused) {
		t.Logf("reason %d %s", refused.Reason, refused.Tracer)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	wait(t, trace)
}

func TestListenerIsHeldByTheKernel(t *testing.T) {
	_, c := start(t, realPython(t), "-c", `import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(3)
s.accept()`)
	accept := c.until(t, "accept", isCall(Enter, "accept4"))
	bind := c.until(t, "bind", isCall(Return, "bind"))
	listen := c.until(t, "listen", isCall(Return, "listen"))
	if s := bind.Call.Socket; s == nil || s.State != probe.Bound || s.Local.IP.Port() == 0 {
		t.Errorf("after bind: %+v", s)
	}
	if s := listen.Call.Socket; s == nil || s.State != probe.Listen || s.Local != bind.Call.Socket.Local {
		t.Errorf("after listen: %+v", s)
	}
	if accept.Call.FD != listen.Call.FD {
		t.Errorf("accept on %d, listen on %d", accept.Call.FD, listen.Call.FD)
	}
}

func TestSuspendedAndResumed(t *testing.T) {
	trace, c := start(t, "sh", "-c", "kill -STOP $$; exit 7")
	c.until(t, "stop", func(e *Event) bool { return e.Kind == Stopped })
	if err := trace.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if r := wait(t, trace); r.Status.Code != 7 {
		t.Errorf("%+v", r.Status)
	}
}

// A signal that the program handles interrupts its call and ends nothing.
func TestInterruptedCallIsToldAsSuch(t *testing.T) {
	trace, c := start(t, realPython(t), "-c", `import signal, socket
signal.signal(signal.SIGUSR1, lambda *_: None)
a, b = socket.socketpair()
a.recv(1)`)
	c.until(t, "recv", isCall(Enter, "recvfrom"))
	trace.Signal(syscall.SIGUSR1)
	e := c.until(t, "return", isCall(Return, "recvfrom"))
	if !e.Call.Restart || e.Call.Err != "ERESTART" {
		t.Errorf("%+v", e.Call)
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
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestTracesForEver$", "-test.v")
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

func TestTracesForEver(t *testing.T) {
	if os.Getenv("LABO_TEST_FOR_EVER") == "" {
		t.Skip("only for TestNothingIsLeftWhenKilled, which starts it")
	}
	trace, c := start(t, "sleep", "1000")
	c.until(t, "sleep", isCall(Enter, "clock_nanosleep"))
	fmt.Printf("traced %d\n", trace.PID())
	<-trace.Done()
}

// Several programs are traced at once, each by its own thread, while this
// process starts and waits for others.
func TestSeveralAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			trace, c := start(t, "sh", "-c", fmt.Sprintf("true; /bin/true; exit %d", i))
			if r := wait(t, trace); r.Status.Code != i {
				t.Errorf("program %d: %+v", i, r.Status)
			}
			for _, e := range c.events {
				if e.Kind == Ended && e.PID == trace.PID() && e.Status.Code != i {
					t.Errorf("program %d was told to end with %+v", i, e.Status)
				}
			}
		})
		all.Go(func() {
			if err := exec.Command("true").Run(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestShortRunsLeaveNothing(t *testing.T) {
	runs := 50
	if strict.On() {
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

func TestModuleDirectoryIsOursAlone(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	first, err := installModule(linesModule)
	if err != nil {
		t.Fatal(err)
	}
	again, err := installModule(linesModule)
	if err != nil || again != first {
		t.Errorf("%s then %s, %v", first, again, err)
	}
	if entries, _ := os.ReadDir(first); len(entries) != 1 {
		t.Errorf("%v", entries)
	}
	if err := os.Chmod(first, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	if other, err := installModule(linesModule); err != nil || other == first {
		t.Errorf("a directory that all may write was used: %s, %v", other, err)
	}
}
