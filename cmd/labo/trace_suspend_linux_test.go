package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

// Ctrl+Z in the full screen gives the shell back, with the program as still as
// labo is; fg brings both back.
func TestTraceSuspends(t *testing.T) {
	p, dir := atShell(t)
	note := filepath.Join(dir, "pid")
	p.types("labo trace -- sh -c 'echo $$ >" + note + "; exec cat'\n")
	p.sees("le noyau tient")
	var program, labo int
	eventually(t, "the program runs", func() bool {
		b, _ := os.ReadFile(note)
		program, _ = strconv.Atoi(strings.TrimSpace(string(b)))
		labo, _ = strconv.Atoi(processField(program, "PPid"))
		return program > 0 && labo > 0
	})
	both := func(states string) func() bool {
		return func() bool {
			for _, pid := range []int{program, labo} {
				if s := processField(pid, "State"); s == "" || !strings.Contains(states, s[:1]) {
					return false
				}
			}
			return true
		}
	}
	p.types("\x1a")
	eventually(t, "labo and the program are stopped", both("Tt"))
	if pendingSignal(t, program, unix.SIGCONT) {
		t.Error("the program is to go on while labo is stopped")
	}
	// Whatever the program was told before, it is stopped now: only labo can
	// make it go on, once it goes on itself.
	if err := unix.Kill(program, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	p.types("fg\n")
	eventually(t, "labo and the program go on", both("SR"))
	p.types("\x04")
	p.sees("terminé (0)")
	p.types("q")
	eventually(t, "labo ends", func() bool { return processField(labo, "State") == "" })
	p.types("exit\n")
	p.ends()
}

// atShell is a shell that controls jobs, on a pseudo-terminal, and its folder,
// where labo is.
func atShell(t *testing.T) (*player, string) {
	t.Helper()
	bash := probetest.Need(t, "bash")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "labo")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bash, "--norc", "--noprofile", "-i")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1", "LABO_HOME="+dir, "HISTFILE=",
		"PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 20, Cols: 60})
	if err != nil {
		probetest.Missing(t, "no pseudo-terminal here: %v", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); master.Close() })
	return &player{ptyScreen: newScreen(master), t: t, cmd: cmd, master: master}, dir
}

// pendingSignal reports whether a signal waits for a process (ShdPnd of
// proc_pid_status(5): a bit a signal, from 1).
func pendingSignal(t *testing.T, pid int, s unix.Signal) bool {
	t.Helper()
	pending, err := strconv.ParseUint(processField(pid, "ShdPnd"), 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pending>>(s-1)&1 == 1
}

// processField returns a field of proc_pid_status(5), "" for no process.
func processField(pid int, name string) string {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}
