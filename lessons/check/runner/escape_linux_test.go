package runner

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// escape defines what programs do to survive. A process that says its pid in
// the pipe is one that must be gone in the end.
const escape = `
import os, signal, sys, time
dit = os.dup(2)
def dire(): os.write(dit, b"%d\n" % os.getpid())
def demon(suite):
    "twice a child, in a session of its own: its parent has ended"
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            suite()
            os._exit(0)
        os._exit(0)
    os.wait()
def vide():
    dire()
    os.closerange(0, 64)
    os.chdir("/")
    os.execve(SLEEP, ["un autre nom", "1000"], {})
def sourd():
    for s in range(1, 65):
        try: signal.signal(s, signal.SIG_IGN)
        except (OSError, ValueError): pass
    dire()
    while True: time.sleep(1000)
def chaine():
    dire()
    fin = time.monotonic() + 60
    while time.monotonic() < fin:
        if os.fork() > 0: os._exit(0)
        os.setsid()
`

// known is a process by its pid and the moment it was started, which no other
// has both.
type known struct {
	pid     int
	started string
}

func knownAs(t *testing.T, pid int) known {
	t.Helper()
	return known{pid, startOf(pid)}
}

// startOf is field 22 of /proc/PID/stat, "" for a process that is no more: a
// dead one that nobody has buried counts as one that is.
func startOf(pid int) string {
	row, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	fields := strings.Fields(string(row[strings.LastIndexByte(string(row), ')')+1:]))
	if len(fields) < 20 {
		return ""
	}
	return fields[19]
}

func (k known) there() bool { return k.started != "" && startOf(k.pid) == k.started }

// said waits until a program has said n pids.
func said(t *testing.T, p *Process, n int) (all []known) {
	t.Helper()
	wait(t, strconv.Itoa(n)+" pids", func() bool { return strings.Count(p.Err.String(), "\n") >= n })
	for line := range strings.Lines(p.Err.String()) {
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("not a pid: %q", p.Err.String())
		}
		all = append(all, knownAs(t, pid))
	}
	return all
}

func TestNothingEscapes(t *testing.T) {
	sleep := probetest.Need(t, "sleep")
	for name, c := range map[string]struct {
		code string
		said int
	}{
		"empty environment, closed descriptors, renamed": {"demon(vide)\ntime.sleep(1000)", 1},
		"the program has ended":                          {"demon(vide)", 1},
		"ten":                                            {"for _ in range(10): demon(vide)", 10},
		"ignores every signal":                           {"demon(sourd)\nsourd()", 2},
		"a daemon's daemon":                              {"demon(lambda: demon(vide))", 1},
		"forks and ends, again and again":                {"demon(chaine)", 1},
		"ten that do":                                    {"for _ in range(10): demon(chaine)", 10},
		"ends by itself":                                 {"demon(dire)", 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, "SLEEP = '"+sleep+"'"+escape+c.code, false)
			escaped := said(t, p, c.said)
			if left := p.Stop(); left != 0 {
				t.Errorf("%d processes would not end", left)
			}
			for _, k := range escaped {
				if k.there() {
					t.Errorf("%d, started at %s, is there", k.pid, k.started)
				}
			}
			if found := marked(t, p); len(found) > 0 {
				t.Errorf("%v have the mark of the program", found)
			}
		})
	}
}

// marked returns all processes, dead ones included, with the mark of a program.
func marked(t *testing.T, p *Process) (pids []int) {
	t.Helper()
	mark := p.cage.(*linuxCage).mark
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if pid, err := strconv.Atoi(filepath.Base(name)); err == nil && markOf(pid) == mark {
			pids = append(pids, pid)
		}
	}
	return pids
}

// What the program did not start is left alone, even when labo has taken it in
// meanwhile: a terminal multiplexer that another test runs, a daemon, another
// program that is held with a daemon of its own.
func TestOthersAreLeftAlone(t *testing.T) {
	sleep := probetest.Need(t, "sleep")
	code := "SLEEP = '" + sleep + "'" + escape + "demon(vide)\ntime.sleep(1000)"
	p, other := start(t, code, false), start(t, code, false)
	said(t, p, 1)
	kept := append(said(t, other, 1), knownAs(t, other.PID()))

	tmux := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), probetest.Need(t, "tmux"), append([]string{"-f", "/dev/null", "-S", filepath.Join(t.TempDir(), "..", "s")}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v, %s", args, err, out)
		}
		return string(out)
	}
	tmux("new-session", "-d", sleep+" 1000")
	t.Cleanup(func() { bury(t, kept[2]) })
	out, err := exec.Command("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{tmux("display-message", "-p", "#{pid}"), string(out)} {
		pid, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, knownAs(t, pid))
	}
	t.Cleanup(func() { bury(t, kept[3]) })
	for _, k := range kept[2:] {
		wait(t, "labo to take in "+strconv.Itoa(k.pid), func() bool { return parentOf(k.pid) == os.Getpid() })
	}
	if left := p.Stop(); left != 0 {
		t.Errorf("%d processes would not end", left)
	}
	for _, k := range kept {
		if !k.there() || !lives(k.pid) {
			t.Errorf("%d is gone", k.pid)
		}
	}
}

func parentOf(pid int) int {
	row, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	fields := strings.Fields(string(row[strings.LastIndexByte(string(row), ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}

// bury ends a process that a test has started, which this one took in.
func bury(t *testing.T, k known) {
	if k.there() {
		unix.Kill(k.pid, unix.SIGKILL)
		unix.Wait4(k.pid, nil, 0, nil)
	}
}
