package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"labo/probe/probetest"
)

// Ctrl+Z gives the shell and its screen back, with labo still; fg brings the
// picture back. At a wait, while a line is typed, and while a scene acts.
func TestSuspendOnScreen(t *testing.T) {
	for _, w := range waits {
		if w.name != "pause" && w.name != "input" && w.name != "watch" && w.name != "acting" {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			v, port := inShell(t), somePort(t)
			v.pressesAtOnce("labo etape " + w.step + " --port " + port + " --scene " + w.scene + "\n")
			w.comes(t, v)
			labo := v.labo()
			v.pressesAtOnce("\x1a")
			eventually(t, "labo is stopped", func() bool { return strings.HasPrefix(processField(labo, "State"), "T") })
			v.until("the shell's screen is back", func([]string) bool { return !v.screen.Full() && !v.screen.CursorHidden() })
			v.pressesAtOnce("echo ici $((40+2))\n")
			v.sees("ici 42 $") // and the prompt: the shell reads again
			v.pressesAtOnce("fg\n")
			v.until("the picture is back", func(lines []string) bool { return v.screen.Full() && shown(lines, w.scene) })
			v.presses("\x03")
			eventually(t, "labo ends", func() bool { return processField(labo, "State") == "" })
			v.until("the shell's screen is back again", func(lines []string) bool { return !v.screen.Full() && shown(lines, "ici 42") })
			v.pressesAtOnce("exit\n")
			v.leaves(130, port)
		})
	}
}

// inShell is a shell that controls jobs, which finds labo.
func inShell(t *testing.T) *viewer {
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
	mark := fmt.Sprintf("LABO_MARQUE=%s", t.TempDir())
	cmd := exec.CommandContext(t.Context(), bash, "--norc", "--noprofile", "--noediting", "-i")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=fr_FR.UTF-8", "LC_ALL=", "NO_COLOR=1", "GORACE=atexit_sleep_ms=0",
		"LABO_HOME="+begunHome(t), "HISTFILE=", "PS1=$ ", "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"), mark)
	return watch(t, cmd, mark)
}

// labo is the number of the labo that the shell runs.
func (v *viewer) labo() (pid int) {
	v.t.Helper()
	eventually(v.t, "labo runs", func() bool {
		for _, p := range v.marked() {
			pid, _ = strconv.Atoi(p)
			if parent, _ := strconv.Atoi(processField(pid, "PPid")); parent == v.cmd.Process.Pid {
				return true
			}
		}
		return false
	})
	return pid
}
