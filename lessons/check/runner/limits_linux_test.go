package runner

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A program that forks without end meets a limit, and ends with all its
// processes. Each fork takes a byte of a pipe, so that there is an end even
// where there is no limit.
func TestAForkBombMeetsALimit(t *testing.T) {
	bytes := int(threadsNow()) + most.Processes + 200
	p := start(t, fmt.Sprintf(`
import os, time
os.nice(19)
jetons, remplir = os.pipe()
os.write(remplir, b"x" * %d)
os.set_blocking(jetons, False)
try:
    while os.read(jetons, 1):
        if os.fork() == 0:
            os.setsid()
except OSError as e:
    print(type(e).__name__, e.errno, flush=True)
time.sleep(1000)
`, bytes), false)
	set, _ := p.Limits()
	grouped := len(p.cage.(*linuxCage).groups) > 0
	held := bytes
	switch {
	case set.Processes == 0: // nothing is promised, and it is ended all the same
		if !isRoot() || grouped {
			t.Error("no limit")
		}
	case grouped:
		held = most.Processes
		wait(t, "a refusal that is counted", func() bool { _, met := p.Limits(); return met.Processes > 0 })
	default: // the threads of others count
		held = bytes - 100
		wait(t, "a refusal", func() bool { return strings.Contains(p.Transcript(0), "BlockingIOError 11\n") })
	}
	if n := len(marked(t, p)); n > held {
		t.Errorf("%d processes", n)
	}
	if left := p.Stop(); left != 0 {
		t.Errorf("%d processes would not end", left)
	}
	if found := marked(t, p); len(found) > 0 {
		t.Errorf("%d are left", len(found))
	}
	for _, dir := range p.cage.(*linuxCage).groups {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s is left", dir)
		}
	}
}

// The kernel counts what it kills in a group for its memory.
func TestMemoryOfAGroupIsLimited(t *testing.T) {
	g := newGroups(fmt.Sprintf("labo-%x", house), Limits{Processes: 16, Memory: 64 << 20})
	defer g.remove()
	i := slices.IndexFunc(g, func(dir string) bool { return strings.Contains(dir, "memory") || exists(dir, "memory.max") })
	if i < 0 {
		t.Log("no control group that limits memory can be made here: labo promises none")
		return
	}
	cmd := exec.Command(python(t), "-c", "input(); bytearray(b'x' * (256 << 20))")
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	g.take(cmd.Process.Pid)
	fmt.Fprintln(in)
	err = cmd.Wait()
	if cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("ended with %v", err)
	}
	if n := g.counted("oom_kill", "memory.events", "memory.oom_control"); n == 0 {
		t.Error("nothing is counted")
	}
}

func exists(dir, file string) bool {
	_, err := os.Stat(filepath.Join(dir, file))
	return err == nil
}

// What a program asks for beyond its limits is refused to it.
func TestLimits(t *testing.T) {
	p := start(t, `
import os, resource, tempfile
print("files", resource.getrlimit(resource.RLIMIT_NOFILE)[1])
try: bytearray(`+fmt.Sprint(halfOfMemory())+`)
except MemoryError: print("memory")
with tempfile.TemporaryFile() as f:
    os.truncate(f.fileno(), 1 << 20)
    try: os.truncate(f.fileno(), `+fmt.Sprint(most.File+1)+`)
    except OSError as e: print("file", e.errno)
`, false)
	wait(t, "the end", func() bool { _, over := p.Ended(); return over })
	want := fmt.Sprintf("files %d\nmemory\nfile %d\n", most.Files, syscall.EFBIG)
	if got := p.Transcript(0); got != want {
		t.Errorf("got %q, want %q\n%s", got, want, p.Err)
	}
	if l, met := p.Limits(); l.Memory != halfOfMemory() || l.File != most.File || l.Files == 0 || l.Files > most.Files || l.CPU != 0 || met != (Limits{Starved: met.Starved}) {
		t.Errorf("limits: %+v, met: %+v", l, met)
	}
}

func TestProcessorTimeIsLimitedWhereAsked(t *testing.T) {
	p, err := Start(Command{Argv: []string{python(t), "-c", "while True: pass"}, CPU: time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	wait(t, "the end", func() bool { _, over := p.Ended(); return over })
	if exit, _ := p.Ended(); exit.Signal != syscall.SIGXCPU {
		t.Errorf("ended with %s", exit)
	}
	if _, met := p.Limits(); met.CPU != time.Second {
		t.Errorf("met: %+v", met)
	}
}
