package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// A judgement is made in a child process: in a network of its own where the
// system gives one (Linux), so that port 12345 is free whatever else this
// machine does; elsewhere with another port written into a copy of the files.
// Children may run at the same time.

const (
	childEnv = "LABO_JUDGE_CHILD" // a job, in JSON
	loEnv    = "LABO_JUDGE_LO"    // set in a network of its own
)

// job is what a child is asked.
type job struct {
	Config Config
	Out    string
	Held   bool // the machine holds it up: it runs a tenth of a second, and stands still for eight
}

func TestMain(m *testing.M) {
	if raw := os.Getenv(childEnv); raw != "" {
		if err := judgeAsked(raw); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Judgements wait more than they work: more at a time than processors.
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set("6")
	}
	goleak.VerifyTestMain(m)
}

// sight is what a child answers.
type sight struct {
	Document Document
	Held     bool // the machine was too busy for some checks
}

// judgeAsked is what a child does.
func judgeAsked(raw string) error {
	var j job
	if err := json.Unmarshal([]byte(raw), &j); err != nil {
		return err
	}
	if os.Getenv(loEnv) != "" {
		if err := probetest.RaiseLoopback(); err != nil {
			return fmt.Errorf("loopback: %w", err)
		}
	}
	if j.Held {
		flag := filepath.Join(filepath.Dir(j.Out), "held") // its end leaves us running
		if err := os.WriteFile(flag, nil, 0o600); err != nil {
			return err
		}
		hold := exec.Command("sh", "-c", `while [ -e "$0" ] && kill -STOP $PPID; do sleep 0.8; kill -CONT $PPID; sleep 0.1; done 2>/dev/null`, flag)
		if err := hold.Start(); err != nil {
			return err
		}
		defer func() { _, _ = os.Remove(flag), hold.Wait() }()
	}
	var seen sight
	report, err := Judge(context.Background(), j.Config)
	var unknown *UnknownRoleError
	switch {
	case errors.Is(err, ErrHeldUp):
		seen.Held = true
	case errors.As(err, &unknown) && unknown.Crash != nil:
		seen.Document.Checks = []CheckRecord{{ID: "demarre", Verdict: "failed", Cause: &unknown.Crash.Cause, Actual: &unknown.Crash.Actual}}
	case err != nil:
		return err
	}
	if err := goleak.Find(); err != nil {
		return err
	}
	if held, _, err := holding(context.Background(), j.Config.Port); err != nil || len(held) > 0 {
		return fmt.Errorf("the port is still held by %v (%v)", held, err)
	}
	if report != nil {
		seen.Document = report.Document(0)
		seen.Held = slices.ContainsFunc(report.Results, func(r Result) bool { return errors.Is(r.Machine, ErrHeldUp) })
	}
	b, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	return os.WriteFile(j.Out, b, 0o600)
}

// python returns the Python of this machine.
func python(t testing.TB) Python {
	t.Helper()
	py, err := FindPython(context.Background())
	if err != nil {
		probetest.Missing(t, "no Python here: %v", err)
	}
	return py
}

// judged judges a file in a child, and returns its document. The folder of the
// file is copied first. A judgement that the machine was too busy for says nothing of
// the program, and is made again.
func judged(t testing.TB, c Config) Document {
	t.Helper()
	return judgedAs(t, job{Config: c})
}

// judgedAs is judged, for a child that is asked more.
func judgedAs(t testing.TB, j job) Document {
	t.Helper()
	c := j.Config
	for range 6 {
		s, err := judgeCopy(t, j)
		if err != nil {
			t.Fatalf("%s: %v", c.File, err)
		}
		if !s.Held {
			return s.Document
		}
		t.Logf("%s: the machine is too busy", c.File)
	}
	t.Fatalf("%s: the machine was too busy each time", c.File)
	return Document{}
}

func judgeCopy(t testing.TB, j job) (s sight, err error) {
	t.Helper()
	c := j.Config
	self, err := os.Executable()
	if err != nil {
		return s, err
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	own := probetest.Isolate(cmd)
	if !own {
		c.Port = freePort(t)
	}
	if err := copyFolder(filepath.Dir(c.File), dir, c.Port); err != nil {
		return s, err
	}
	c.File = filepath.Join(dir, filepath.Base(c.File))
	if c.Kept != "" {
		c.Kept = dir
	}
	j.Config, j.Out = c, filepath.Join(dir, "document.json")
	raw, err := json.Marshal(j)
	if err != nil {
		return s, err
	}
	cmd.Env = append(os.Environ(), childEnv+"="+string(raw))
	if own {
		cmd.Env = append(cmd.Env, loEnv+"=1")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return s, errors.Join(err, errors.New(string(out)))
	}
	b, err := os.ReadFile(j.Out)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(b, &s)
}

// copyFolder copies the Python files of a folder, with another port in them
// unless port is 0.
func copyFolder(from, to string, port uint16) error {
	files, err := filepath.Glob(filepath.Join(from, "*.py"))
	if err != nil {
		return err
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if port != 0 {
			b = bytes.ReplaceAll(b, []byte("12345"), []byte(strconv.Itoa(int(port))))
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func freePort(t testing.TB) uint16 { return uint16(freeport.Get(t)) }

// verdicts returns the IDs of a document by verdict, in order.
func verdicts(d Document) map[string][]string {
	all := map[string][]string{}
	for _, c := range d.Checks {
		all[c.Verdict] = append(all[c.Verdict], c.ID)
	}
	return all
}

// report prints what a child saw, for a test that failed.
func report(d Document) string {
	var b strings.Builder
	for _, c := range d.Checks {
		if c.Verdict == "passed" {
			continue
		}
		fmt.Fprintf(&b, "  %s %s", c.ID, c.Verdict)
		for _, s := range []*string{c.Cause, c.Actual} {
			if s != nil {
				fmt.Fprintf(&b, ": %s", *s)
			}
		}
		b.WriteByte('\n')
		if e := c.Evidence; e != nil {
			threads := "unknown"
			if e.Threads != nil {
				threads = strconv.Itoa(*e.Threads)
			}
			fmt.Fprintf(&b, "    threads %s, printed %q, on stderr %q\n    sockets %+v\n", threads, e.Stdout, e.Stderr, e.Sockets)
		}
	}
	return b.String()
}
