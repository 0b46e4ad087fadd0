package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"labo/probe/probetest"
)

// modified writes serveur.py with code before it.
func modified(t *testing.T, before string) (file string) {
	t.Helper()
	source, err := os.ReadFile("../atelier/fichiers/serveur.py")
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "serveur.py")
	if err := os.WriteFile(file, append([]byte(before), source...), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Where Python takes long to begin, a program that computes as long before it
// listens does not loop; where it does not, it does.
func TestASlowBeginningIsNoLoop(t *testing.T) {
	t.Parallel()
	py := python(t)
	file := modified(t, "import time\nwhile time.process_time() < 1.5: pass\n")
	for start, loops := range map[time.Duration]bool{0: true, 400 * time.Millisecond: false} {
		py.Start = start
		d := judged(t, Config{File: file, Role: Server, Python: py, Seed: 7, Only: []string{"ecoute"}})
		if got := strings.Contains(saidOf(d, "ecoute"), "tourne en boucle"); got != loops || !loops && d.Failed > 0 {
			t.Errorf("Python begins in %s:\n%s", start, report(d))
		}
	}
}

// A program that leaves ten daemons behind at every run, each with nothing of
// its own any more, passes what it passes, and nothing is left of it.
func TestNothingOutlivesAJudgement(t *testing.T) {
	t.Parallel()
	sleep := probetest.Need(t, "sleep")
	left := filepath.Join(t.TempDir(), "left")
	const daemons = `
import os
for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            with open("/proc/self/stat") as f: stat = f.read().rpartition(")")[2].split()
            with open(%q, "a") as f: f.write("%%d %%s\n" %% (os.getpid(), stat[19]))
            os.closerange(0, 64)
            os.execve(%q, ["autre", "1000"], {})
        os._exit(0)
    os.wait()
`
	d := judged(t, Config{File: modified(t, fmt.Sprintf(daemons, left, sleep)), Role: Server, Python: python(t), Seed: 7,
		Only: []string{"message", "reset"}})
	if r := d.Checks[len(d.Checks)-1]; d.Checks[0].Verdict != "passed" || r.ID != "reset" || r.Verdict != "failed" {
		t.Errorf("%s", report(d))
	}
	all, err := os.ReadFile(left)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(all), "\n"); n < 20 {
		t.Errorf("%d daemons in two runs", n)
	}
	for line := range strings.Lines(string(all)) {
		pid, started, _ := strings.Cut(strings.TrimSpace(line), " ")
		stat, _ := os.ReadFile("/proc/" + pid + "/stat")
		if fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])); len(fields) > 19 && fields[19] == started {
			t.Errorf("%s is there: %s", pid, stat)
		}
	}
}

// A program that meets a limit is told which, why, and what to look for. Not in
// parallel: it takes the time that the judgements of others wait for.
func TestALimitIsNamed(t *testing.T) {
	const bounded = "import os, threading, time\n"
	for name, c := range map[string]struct{ code, limit string }{
		"memory": {"bytearray(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))", "de la mémoire a été refusée au programme : chacun de ses processus en a au plus "},
		"file":   {"f = open('gros', 'w')\nos.truncate('gros', 1 << 40)", "le programme a voulu un fichier de plus de 256 Mio : labo s'arrête là"},
		"files":  {"garde = [open('/dev/null') for _ in range(5000)]", "un fichier ou un socket de plus a été refusé au programme : "},
		"threads": {"threading.stack_size(1 << 16)\nfor _ in range(2000):\n    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
			"un processus ou un thread de plus a été refusé au programme : labo lui en permet 512 à la fois"},
		// Orphans are no children of the program, and no swarm to be seen: only the
		// limit is. The first has nearly all that is allowed, as threads, for a fork
		// is slow.
		"forks": {"threading.stack_size(1 << 16)\nfor n in range(2000):\n    if os.fork() == 0:\n        if os.fork() == 0:\n" +
			"            for _ in range(480 if n == 0 else 0): threading.Thread(target=time.sleep, args=(1000,)).start()\n            time.sleep(1000)\n" +
			"        os._exit(0)\n    if os.wait()[1]: raise SystemExit(1)",
			"un processus ou un thread de plus a été refusé au programme : labo lui en permet 512 à la fois"},
	} {
		t.Run(name, func(t *testing.T) {
			d := judged(t, Config{File: modified(t, bounded+c.code+"\n"), Role: Server, Python: python(t), Seed: 7, Only: []string{"demarre"}})
			r := d.Checks[0]
			if r.Verdict != "failed" || r.Evidence == nil || r.Evidence.Limit == nil || !strings.HasPrefix(*r.Evidence.Limit, c.limit) {
				t.Errorf("want a limit that begins with %q:\n%s", c.limit, report(d))
				return
			}
			if !strings.Contains(*r.Evidence.Limit, ". Cherchez ") {
				t.Errorf("says nothing of what to do: %s", *r.Evidence.Limit)
			}
		})
	}
}

// A program that a signal ends is told which, and who is known to have sent it.
func TestASignalIsNotACode(t *testing.T) {
	t.Parallel()
	d := judged(t, Config{File: modified(t, "import os\nos.kill(os.getpid(), 9)\n"), Role: Server, Python: python(t), Seed: 7, Only: []string{"demarre"}})
	said := saidOf(d, "demarre")
	for _, want := range []string{"arrêté par le signal SIGKILL (9)", "n'est pas venu de labo"} {
		if !strings.Contains(said, want) && !strings.Contains(said, "oom_kill") {
			t.Errorf("%q is not in %q", want, said)
		}
	}
}

// A program that is kept to its folder passes what it passes elsewhere, its waits
// have their lines, and a file that it may not write is named.
func TestAKeptProgram(t *testing.T) {
	t.Parallel()
	py, elsewhere := python(t), filepath.Join(t.TempDir(), "journal.txt")
	d := judged(t, Config{File: modified(t, "open('ici', 'w').close()\n"), Role: Server, Python: py, Seed: 7, Kept: "copie", Among: 4, Only: sheetIDs(Server)})
	if d.Failed+d.NotChecked > 0 {
		t.Errorf("%s", report(d))
	}
	d = judged(t, Config{File: modified(t, "input()\n"), Role: Server, Python: py, Seed: 7, Kept: "copie", Among: 4, Only: []string{"ecoute"}})
	if said := saidOf(d, "ecoute"); !strings.Contains(said, "attend le clavier, ligne 1") {
		t.Errorf("said: %q\n%s", said, report(d))
	}
	d = judged(t, Config{File: modified(t, fmt.Sprintf("open(%q, 'w')\n", elsewhere)), Role: Server, Python: py, Seed: 7, Kept: "copie", Only: []string{"demarre"}})
	if _, err := os.Stat(elsewhere); err == nil {
		probetest.Missing(t, "this kernel has no Landlock")
	}
	e := d.Checks[0].Evidence
	if e == nil || e.Limit == nil || !strings.Contains(*e.Limit, "« "+elsewhere+" », hors de son dossier") {
		t.Errorf("%s", report(d))
	}
}
