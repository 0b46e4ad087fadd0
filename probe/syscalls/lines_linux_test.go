package syscalls

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every message of testdata/numeros.py holds the number of the line that sends
// it, which Python itself computed: the tracer must name the same line.
func TestLinesAreThoseThatCall(t *testing.T) {
	for _, python := range pythonsHere(t) {
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(python))), func(t *testing.T) {
			right, wrong := checkLines(t, python)
			if right < 300 || wrong > 0 {
				t.Errorf("%d calls on the right line, %d on a wrong one", right, wrong)
			}
			t.Logf("%d calls on the right line", right)
		})
	}
}

// pythonsHere returns the interpreters of this machine that are 3.8 or newer.
func pythonsHere(t *testing.T) []string {
	found := []string{realPython(t)}
	home, _ := os.UserHomeDir()
	more, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/3.*/bin/python3"))
	for _, path := range append(more, "/usr/bin/python3") {
		out, err := exec.Command(path, "-c", "import sys; print(sys.version_info >= (3, 8))").Output()
		if err == nil && strings.TrimSpace(string(out)) == "True" && path != found[0] {
			found = append(found, path)
		}
	}
	return found
}

func checkLines(t *testing.T, python string) (right, wrong int) {
	file, err := filepath.Abs("testdata/numeros.py")
	if err != nil {
		t.Fatal(err)
	}
	env, err := WithLines(os.Environ(), []string{filepath.Dir(file)})
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	threads := map[string]bool{}
	trace, err := Start(Program{Path: python, Args: []string{python, file}, Env: env, Files: [3]*os.File{null, null, os.Stderr}, Python: true},
		Options{Handle: func(e *Event) {
			if e.Kind != Return || e.Call.Name != "sendto" {
				return
			}
			want, _ := strconv.Atoi(string(e.Call.Data))
			if e.Place.File == file && e.Place.Line == want {
				right++
			} else {
				wrong++
				t.Errorf("the call of line %d is given to %v", want, e.Place)
			}
			threads[e.Thread] = true
		}})
	if err != nil {
		t.Fatal(err)
	}
	result, err := trace.Wait(context.Background(), 0)
	if err != nil || result.Status != (Status{}) {
		t.Errorf("ended with %+v, %v", result.Status, err)
	}
	if !threads["MainThread"] || !threads["fil-3"] {
		t.Errorf("threads are named %v", threads)
	}
	ran := result.Executed[file]
	if len(ran) == 0 || !ran[4] || ran[markNever(t, file)] {
		t.Errorf("lines that ran are not those")
	}
	return right, wrong
}

// markNever returns the line of the program that never runs.
func markNever(t *testing.T, file string) int {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(b), "\n") {
		if strings.HasSuffix(line, "# jamais") {
			return i + 1
		}
	}
	t.Fatal("no line is marked")
	return 0
}

// A Python too old to tell its lines says so: those of this machine, and one
// that a file of its user's packages, read before our module, makes say that
// it is 3.7.
func TestOldPythonHasNoLines(t *testing.T) {
	home, _ := os.UserHomeDir()
	old, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/3.[67].*/bin/python3"))
	base := t.TempDir()
	t.Setenv("PYTHONUSERBASE", base)
	for _, python := range append([]string{asOld(t, base)}, old...) {
		checkNoLines(t, python)
	}
}

// asOld returns the interpreter, which under PYTHONUSERBASE=base takes itself
// for an older one.
func asOld(t *testing.T, base string) string {
	t.Helper()
	python := realPython(t)
	out, err := exec.Command(python, "-c", "import site; print(site.getusersitepackages())").Output()
	packages := strings.TrimSpace(string(out))
	if err != nil || !strings.HasPrefix(packages, base) {
		t.Fatalf("packages in %q, %v", packages, err)
	}
	if err := os.MkdirAll(packages, 0o700); err != nil {
		t.Fatal(err)
	}
	const line = "import sys; sys.version_info = (3, 7, 17, 'final', 0)\n"
	if err := os.WriteFile(filepath.Join(packages, "old.pth"), []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	return python
}

func checkNoLines(t *testing.T, python string) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	env, err := WithLines(os.Environ(), []string{"testdata"})
	if err != nil {
		t.Fatal(err)
	}
	attached, writes := false, 0
	trace, err := Start(Program{Path: python, Args: []string{python, "-c", "print(1)"}, Env: env, Files: [3]*os.File{null, null, os.Stderr}, Python: true},
		Options{Handle: func(e *Event) {
			attached = attached || e.Kind == Attached
			if e.Kind == Return && e.Call.Name == "write" && !e.Startup {
				writes++
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	result, _ := trace.Wait(context.Background(), 0)
	if !attached || writes == 0 || result.Lines || result.Status.Exit() != 0 {
		t.Errorf("%s: attached %v, %d writes, %+v", python, attached, writes, result)
	}
}
