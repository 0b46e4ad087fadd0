//go:build !windows

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"labo/lessons/text"
)

// answered runs labo on a terminal, types an answer when it asks, and returns
// what was shown and the exit status.
func answered(t *testing.T, home, answer string, args ...string) (shown string, exit int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = append([]string{"labo", "cahier"}, args...)
	cmd.Env = append(os.Environ(), "LABO_HOME="+home, "TERM=xterm", "GORACE=atexit_sleep_ms=0")
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var all strings.Builder
	buf := make([]byte, 4096)
	typed := false
	for {
		n, err := terminal.Read(buf)
		all.Write(buf[:n])
		if err != nil { // EIO: the program has ended
			break
		}
		if !typed && strings.Contains(all.String(), "[o/N]") {
			typed = true
			<-time.After(readingTime)
			if _, err := terminal.WriteString(answer); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd.Wait()
	if !typed {
		t.Fatalf("labo cahier %q did not ask:\n%s", args, all.String())
	}
	return strings.ReplaceAll(all.String(), text.NBSP, " "), cmd.ProcessState.ExitCode()
}

// recordedHome returns a directory with the notebook of a real run.
func recordedHome(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(moduleRoot, "lessons", "stage", "export", "testdata", "home", "cahier.json"))
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return home
}

func TestErasingTheNotebookAsksFirst(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		says   string
		exit   int
		erased bool
	}{
		"no":        {"n\n", "Votre cahier est gardé.", 0, false},
		"enter":     {"\n", "Votre cahier est gardé.", 0, false},
		"else":      {"peut-être\n", "Votre cahier est gardé.", 0, false},
		"end":       {"\x04", "Votre cahier est gardé.", 0, false},
		"interrupt": {"\x03", "[o/N]", 130, false},
		"yes":       {"o\n", "Votre cahier est effacé.", 0, true},
		"oui":       {" OUI \n", "Votre cahier est effacé.", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			home := recordedHome(t)
			shown, exit := answered(t, home, tc.answer, "--effacer")
			if !strings.Contains(shown, "Effacer tout votre cahier (") || !strings.Contains(shown, tc.says) || exit != tc.exit {
				t.Errorf("exit %d:\n%s", exit, shown)
			}
			if _, err := os.Stat(filepath.Join(home, "cahier.json")); os.IsNotExist(err) != tc.erased {
				t.Errorf("erased is %v", os.IsNotExist(err))
			}
		})
	}
}

func TestReplacingAnExportAsksFirst(t *testing.T) {
	for answer, replaced := range map[string]bool{"n\n": false, "o\n": true} {
		path := filepath.Join(t.TempDir(), "cahier.md")
		if err := os.WriteFile(path, []byte("mes notes"), 0o600); err != nil {
			t.Fatal(err)
		}
		shown, exit := answered(t, recordedHome(t), answer, "--export", path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if (string(data) != "mes notes") != replaced || (exit == 0) != replaced || !strings.Contains(strings.Join(strings.Fields(shown), " "), "existe déjà") {
			t.Errorf("answer %q, exit %d, replaced %v:\n%s", answer, exit, string(data) != "mes notes", shown)
		}
	}
}
