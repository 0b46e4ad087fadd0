//go:build unix

package screen

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe/probetest"
)

// tmux makes the same picture of the same bytes as the emulator of these tests,
// colours or not.
func TestTmuxShowsTheSame(t *testing.T) {
	tmux := probetest.Need(t, "tmux")
	for _, c := range []struct {
		scene         string
		width, height int
		projection    bool
	}{
		{"octets-en-attente", 120, 40, false}, {"vos-messages", 80, 24, false},
		{"onze-etats", 60, 20, false}, {"conversation", 80, 24, true},
	} {
		t.Run(fmt.Sprintf("%s %dx%d", c.scene, c.width, c.height), func(t *testing.T) {
			o := plainOptions()
			o.Palette, o.Projection = paint.New(true), c.projection
			p := playing(t, recordedScene(t, c.scene), o, c.width, c.height)
			p.play()
			p.waits(&wait{kind: waitPause})
			wanted := p.look().lines
			pane := inTmux(t, tmux, c.width, c.height, p.bytes())
			var got []string
			for limit := time.Now().Add(patience); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
				if got = pane(); slices.Equal(got, wanted) {
					return
				}
			}
			t.Errorf("tmux shows\n%s\nthe view is\n%s", strings.Join(got, "\n"), strings.Join(wanted, "\n"))
		})
	}
}

// inTmux writes bytes to a pane of a tmux of its own, and returns what reads
// its picture.
func inTmux(t *testing.T, tmux string, width, height int, written []byte) func() []string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "bytes")
	if err := os.WriteFile(file, written, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), tmux, append([]string{"-u", "-f", "/dev/null", "-S", filepath.Join(dir, "tmux")}, args...)...)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "TMUX=", "SHELL=/bin/sh") // nobody's own shell lets nobody in
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("tmux %v: %v", args, err)
		}
		return out
	}
	run("new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "cat "+file+"; exec cat")
	t.Cleanup(func() { exec.Command(tmux, "-S", filepath.Join(dir, "tmux"), "kill-server").Run() })
	return func() []string {
		shown := strings.ReplaceAll(string(bytes.TrimSuffix(run("capture-pane", "-p", "-t", "0"), []byte("\n"))), text.NBSP, " ")
		lines := strings.Split(shown, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		for len(lines) < height {
			lines = append(lines, "")
		}
		return lines
	}
}
