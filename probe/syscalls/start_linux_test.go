package syscalls

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"labo/probe/probetest"
)

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
	strace := probetest.Need(t, "strace")
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
