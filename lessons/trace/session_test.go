package trace

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/probe/probetest"
	"labo/probe/syscalls"
)

func TestMain(m *testing.M) {
	syscalls.Helper()
	os.Exit(m.Run())
}

const program = `import socket, sys
serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serveur.bind(("127.0.0.1", 0))
serveur.listen(1)
client = socket.create_connection(serveur.getsockname())
connexion, adresse = serveur.accept()
client.sendall(b"salut")
message = connexion.recv(1024)
x = len(message)
if x != 5:
    connexion.close()
client.close()
try:
    client.send(b"trop tard")
except OSError:
    x = 0
sys.exit(4)
`

func writeProgram(t *testing.T, content string) string {
	t.Helper()
	probetest.Need(t, "python3")
	file := filepath.Join(t.TempDir(), "programme.py")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func null(t *testing.T) [3]*os.File {
	t.Helper()
	f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return [3]*os.File{f, f, f}
}

// What a step shows and a notebook keeps of a student's file.
func TestForStep(t *testing.T) {
	defer goleak.VerifyNone(t)
	file := writeProgram(t, program)
	facts, err := ForStep(t.Context(), []string{file}, null(t)[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	if facts.Status.Code != 4 || facts.Wall <= 0 || facts.Calls < 8 {
		t.Errorf("%+v", facts)
	}
	lines := map[int]LineFact{}
	for _, l := range facts.Lines {
		if l.File != file || l.Code == "" || l.Count == 0 {
			t.Errorf("%+v", l)
		}
		lines[l.Line] = l
	}
	if runtime.GOOS != "linux" {
		return
	}
	for line, name := range map[int]string{2: "socket", 3: "bind", 4: "listen", 5: "connect", 6: "accept4", 7: "sendto", 8: "recvfrom", 12: "close"} {
		if !slices.Contains(lines[line].Calls, name) {
			t.Errorf("line %d made %v, not %s", line, lines[line].Calls, name)
		}
	}
	if !strings.Contains(lines[4].Held, "LISTEN") || !strings.Contains(lines[6].Held, "ESTABLISHED") {
		t.Errorf("held: %q then %q", lines[4].Held, lines[6].Held)
	}
	if !slices.Contains(facts.Silent, 9) || slices.Contains(facts.Silent, 11) || slices.Contains(facts.Silent, 8) {
		t.Errorf("silent lines: %v", facts.Silent)
	}
}

// A print() is a write() at once, as on the reader's terminal, however Python is
// told to keep what it writes.
func TestForStepSeesPrints(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "the journal tells no print()")
	}
	defer goleak.VerifyNone(t)
	file := writeProgram(t, "print('un')\nx = 2\nprint('trois')\n")
	for unbuffered, want := range map[string]int{"": 1, "1": 1} {
		t.Setenv("PYTHONUNBUFFERED", unbuffered)
		facts, err := ForStep(t.Context(), []string{file}, null(t)[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		var lines []int
		for _, l := range facts.Lines {
			if l.Count != want || !slices.Equal(l.Calls, []string{"write"}) {
				t.Errorf("PYTHONUNBUFFERED=%s: %+v, want %d write", unbuffered, l, want)
			}
			lines = append(lines, l.Line)
		}
		if !slices.Equal(lines, []int{1, 3}) {
			t.Errorf("PYTHONUNBUFFERED=%s: lines %v", unbuffered, lines)
		}
	}
}

// The portable journal tells the same lines as the kernel, and hides itself.
func TestJournalTellsTheSameLines(t *testing.T) {
	defer goleak.VerifyNone(t)
	file := writeProgram(t, program)
	command, err := Resolve([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	session, err := Start(t.Context(), []*Command{command}, Options{How: Python, Files: func(int) [3]*os.File { return null(t) }})
	if err != nil {
		t.Fatal(err)
	}
	results, err := session.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report := session.Programs[0].Report(&results[0])
	if results[0].Source != syscalls.SourcePython || results[0].Status.Code != 4 || report.Source != syscalls.SourcePython {
		t.Errorf("%+v", results[0])
	}
	for line, name := range map[int]string{2: "socket", 3: "bind", 4: "listen", 5: "create_connection", 6: "accept", 7: "sendall", 8: "recv", 12: "close", 14: "send"} {
		stat := report.View.Lines[syscalls.Place{File: file, Line: line}]
		if !slices.ContainsFunc(stat.Shapes, func(s *Shape) bool { return s.Name == name }) {
			t.Errorf("line %d: %+v", line, stat)
		}
	}
	if s := report.View.Lines[syscalls.Place{File: file, Line: 14}]; len(s.Shapes) != 1 || s.Shapes[0].Err != "EBADF" {
		t.Errorf("the send that failed: %+v", s.Shapes)
	}
	if silent := report.Facts(file).Silent; !slices.Equal(silent, []int{9, 10, 13, 15, 16, 17}) {
		t.Errorf("silent lines: %v", silent)
	}
}

// A student's file in a directory that holds the cache too, as that of most
// users does, is the only file that is listed.
func TestOnlyTheStudentsFile(t *testing.T) {
	file := writeProgram(t, "import socket\ns = socket.socket()\ns.close()\n")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(filepath.Dir(file), ".cache"))
	for how, name := range map[How]string{Best: "best", Python: "python"} {
		command, err := Resolve([]string{file})
		if err != nil {
			t.Fatal(err)
		}
		session, err := Start(t.Context(), []*Command{command}, Options{How: how, Files: func(int) [3]*os.File { return null(t) }})
		if err != nil {
			t.Fatal(err)
		}
		results, err := session.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if files := slices.Collect(maps.Keys(results[0].Executed)); !slices.Equal(files, []string{file}) {
			t.Errorf("%s: lines of %v", name, files)
		}
	}
}

func TestJournalIsNotInTracebacks(t *testing.T) {
	file := writeProgram(t, `import socket, traceback
def f():
    socket.socket().connect(('127.0.0.1', 1))
try:
    f()
except OSError:
    traceback.print_exc()
f()
`)
	said := map[How]string{}
	for _, how := range []How{Best, Python} {
		command, err := Resolve([]string{file})
		if err != nil {
			t.Fatal(err)
		}
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		streams := null(t)
		session, err := Start(t.Context(), []*Command{command}, Options{How: how, Files: func(int) [3]*os.File { return [3]*os.File{streams[0], streams[1], w} }})
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		r.Close()
		session.Wait(t.Context())
		said[how] = string(b)
	}
	if said[Best] != said[Python] || !strings.Contains(said[Best], "ConnectionRefusedError") {
		t.Errorf("traced:\n%s\nby its own words:\n%s", said[Best], said[Python])
	}
}

func TestCancelledSessionEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	file := writeProgram(t, "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen(1)\ns.accept()\n")
	for _, how := range []How{Best, Python} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		commands := make([]*Command, 2)
		for i := range commands {
			var err error
			if commands[i], err = Resolve([]string{file}); err != nil {
				t.Fatal(err)
			}
		}
		session, err := Start(ctx, commands, Options{How: how, Wait: time.Minute, Files: func(int) [3]*os.File { return null(t) }})
		if err != nil {
			t.Fatal(err)
		}
		<-session.Programs[1].Record.Ready()
		cancel()
		if _, err := session.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		for _, p := range session.Programs {
			select {
			case <-p.Done():
			default:
				t.Errorf("process %d is not said to have ended", p.PID())
			}
		}
	}
}

func TestSplitAndResolve(t *testing.T) {
	a, b := writeProgram(t, "pass\n"), writeProgram(t, "pass\n")
	if got := Split([]string{a, b}); len(got) != 2 {
		t.Errorf("two programs: %v", got)
	}
	if got := Split([]string{a, "mot"}); len(got) != 1 {
		t.Errorf("a program and its argument: %v", got)
	}
	c, err := Resolve([]string{a, "mot"})
	if err != nil || !c.Python || c.Script != a || len(c.Words) != 3 || c.Name() != "programme.py" {
		t.Errorf("%+v, %v", c, err)
	}
	c, err = Resolve([]string{"python3", "-X", "dev", "-u", a})
	if err != nil || !c.Python || c.Script != a {
		t.Errorf("%+v, %v", c, err)
	}
	for _, words := range [][]string{{"python3", "-c", "pass"}, {"python3", "-m", "http.server"}, {"python3"}} {
		if c, err := Resolve(words); err != nil || c.Script != "" || !c.Python {
			t.Errorf("%v: %+v, %v", words, c, err)
		}
	}
	if _, err := Resolve([]string{a + ".rien.py"}); !errors.Is(err, syscalls.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
