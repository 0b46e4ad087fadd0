package runner

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/probe/probetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wait waits until cond holds, with a bound.
func wait(t *testing.T, what string, cond func() bool) {
	t.Helper()
	over := time.After(3 * time.Minute)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-over:
			t.Fatalf("waited for: %s", what)
		}
	}
}

func python(t *testing.T) string {
	t.Helper()
	path := probetest.Need(t, "python3")
	out, err := exec.Command(path, "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// start runs Python code, and ends it with the test.
func start(t *testing.T, code string, terminal bool) *Process {
	t.Helper()
	p, err := Start(Command{Argv: []string{python(t), "-c", code}, Terminal: terminal}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left := p.Stop(); left > 0 {
			t.Errorf("%d processes would not end", left)
		}
	})
	return p
}

func TestAPartOfALineIsSeenAtOnce(t *testing.T) {
	p := start(t, "print('sans fin de ligne', end=''); input()", false)
	wait(t, "a line without its end", func() bool { return p.Out.String() == "sans fin de ligne" })
}

func TestTypedLinesArriveAndInputEnds(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		if terminal && !hasTerminals {
			continue
		}
		p := start(t, "import sys\nprint('tty', sys.stdin.isatty())\nfor l in sys.stdin: print('reçu', l.strip())\nprint('fin')", terminal)
		wait(t, "the first line", func() bool { return strings.Contains(p.Transcript(0), "\n") }) // before the terminal's echo
		p.Type("été")
		wait(t, "the typed line", func() bool { return strings.Contains(p.Transcript(0), "reçu été\n") })
		p.EndInput()
		wait(t, "the end", func() bool { _, over := p.Ended(); return over })
		want := "tty False"
		if terminal {
			want = "tty True"
		}
		if s := p.Transcript(0); !strings.Contains(s, want) || !strings.Contains(s, "fin\n") {
			t.Errorf("terminal=%t: %q", terminal, s)
		}
	}
}

func TestHowItEnded(t *testing.T) {
	p := start(t, "raise SystemExit(3)", false)
	wait(t, "the end", func() bool { _, over := p.Ended(); return over })
	if exit, _ := p.Ended(); exit.Code != 3 || exit.Signal != 0 {
		t.Errorf("ended with %s, want code 3", exit)
	}
}

func TestStartSaysWhatItCouldNotStart(t *testing.T) {
	_, err := Start(Command{Argv: []string{"./nothing-of-that-name"}}, nil)
	if err == nil || !strings.Contains(err.Error(), "nothing-of-that-name") {
		t.Errorf("error: %v", err)
	}
}

// An infinite printer is drained: it never waits for us, and what is kept of
// it stays within the bound.
func TestAnInfinitePrinterIsDrained(t *testing.T) {
	p := start(t, "while True: print('encore et encore')", false)
	wait(t, "2 MiB of output", func() bool { return p.Out.Total() > 2<<20 })
	if n := len(p.Out.String()); n > Kept+100 {
		t.Errorf("%d bytes are kept", n)
	}
}

func TestTheEnvironment(t *testing.T) {
	p := start(t, "import os; print(os.environ['PYTHONUNBUFFERED'], os.environ['PYTHONIOENCODING'])", false)
	wait(t, "the variables", func() bool { return p.Transcript(0) == "1 utf-8\n" })
}
