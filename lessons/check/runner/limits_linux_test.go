package runner

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"labo/probe/probetest"
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
	if set, _ := p.Limits(); set.Processes == 0 {
		probetest.Missing(t, "root, and no control group can be made")
	}
	wait(t, "a refusal", func() bool { return strings.Contains(p.Transcript(0), "BlockingIOError 11\n") })
	if _, met := p.Limits(); met.Processes == 0 && isRoot() {
		t.Error("the kernel has counted no refusal")
	}
	held := most.Processes
	if !isRoot() {
		held = bytes - 100 // where the threads of others count
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
	if l, met := p.Limits(); l.Memory != halfOfMemory() || l.File != most.File || l.Files == 0 || l.Files > most.Files || l.CPU != 0 || met != (Limits{}) {
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
