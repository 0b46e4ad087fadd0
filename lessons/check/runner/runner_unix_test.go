//go:build unix

package runner

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const hasTerminals = true

// survivor forks, detaches, ignores what can be ignored, and prints for ever.
const survivor = `
import os, signal, sys
for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
def dire(nom): print(nom, os.getpid(), file=sys.stderr)
dire("père")
if os.fork() == 0:
    dire("fils")
    os.setsid()                      # a session of its own
    if os.fork() == 0:
        dire("démon")                # whose parent has ended
    else:
        os._exit(0)
while True:
    print("encore")
`

func TestNothingSurvives(t *testing.T) {
	p := start(t, survivor, false)
	pids := map[string]int{}
	wait(t, "three processes", func() bool {
		for line := range strings.Lines(p.Err.String()) {
			if name, n, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
				if pid, err := strconv.Atoi(n); err == nil {
					pids[name] = pid
				}
			}
		}
		return pids["père"] > 0 && pids["fils"] > 0 && pids["démon"] > 0
	})
	begun := time.Now()
	if left := p.Stop(); left != 0 {
		t.Errorf("%d processes would not end", left)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("gone only after %v", took)
	}
	for name, pid := range pids {
		if syscall.Kill(pid, 0) == nil {
			t.Errorf("%s (%d) is alive", name, pid)
		}
	}
	if exit, over := p.Ended(); !over || exit.Signal != syscall.SIGKILL {
		t.Errorf("ended: %t, %s", over, exit)
	}
}

// A program that ended by itself may have left a daemon behind.
func TestADaemonLeftBehindIsEnded(t *testing.T) {
	p := start(t, `
import os
dit, fini = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0: os._exit(0)
    print("démon", os.getpid())
    os.close(0); os.close(1); os.close(2)
    os.close(fini)
    while True: os.sched_yield()
os.wait()
os.close(fini)
os.read(dit, 1)                      # until the daemon has said its pid
`, false)
	wait(t, "the end of the program", func() bool { _, over := p.Ended(); return over })
	_, n, ok := strings.Cut(strings.TrimSpace(p.Transcript(0)), " ")
	pid, err := strconv.Atoi(n)
	if !ok || err != nil {
		t.Fatalf("no pid in %q", p.Transcript(0))
	}
	if left := p.Stop(); left != 0 {
		t.Errorf("%d processes would not end", left)
	}
	if syscall.Kill(pid, 0) == nil {
		t.Errorf("the daemon (%d) is alive", pid)
	}
}

// A SIGINT that labo was started to ignore (a shell's &) works in the program.
func TestInterruptIsReset(t *testing.T) {
	signal.Ignore(os.Interrupt)
	defer signal.Reset(os.Interrupt)
	p := start(t, "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)", false)
	wait(t, "the answer", func() bool { return p.Transcript(0) == "True\n" })
	if !signal.Ignored(os.Interrupt) {
		t.Error("labo itself no longer ignores it")
	}
}

func TestEndedByASignal(t *testing.T) {
	p := start(t, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", false)
	wait(t, "the end", func() bool { _, over := p.Ended(); return over })
	if exit, _ := p.Ended(); exit.Signal != syscall.SIGSEGV || exit.Code != -1 {
		t.Errorf("ended with %s", exit)
	}
}
