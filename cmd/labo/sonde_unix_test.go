//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"labo/probe/probetest"
)

// The view takes the whole terminal and gives it back: after q, Ctrl+C, and a
// SIGTERM from outside.
func TestSondeTakesTheScreenAndGivesItBack(t *testing.T) {
	_, port := listen(t)
	for name, c := range map[string]struct {
		leave func(master io.Writer, p *os.Process) error
		exit  int
	}{
		"q":       {func(w io.Writer, _ *os.Process) error { _, err := io.WriteString(w, "q"); return err }, 0},
		"ctrl+c":  {func(w io.Writer, _ *os.Process) error { _, err := io.WriteString(w, "\x03"); return err }, 130},
		"sigterm": {func(_ io.Writer, p *os.Process) error { return p.Signal(syscall.SIGTERM) }, 143},
	} {
		t.Run(name, func(t *testing.T) {
			cmd, master := onTerminal(t, &pty.Winsize{Rows: 24, Cols: 80}, "sonde", port, "--suivre")
			screen := newScreen(master)
			screen.shows(t, "LISTEN")
			if err := c.leave(master, cmd.Process); err != nil {
				t.Fatal(err)
			}
			screen.shows(t, "\x1b[?1049l")
			if exit := exitOf(cmd); exit != c.exit {
				t.Errorf("exit %d, want %d", exit, c.exit)
			}
			<-screen.over
			all := screen.all()
			for _, hue := range []string{"\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[38;"} {
				if strings.Contains(all, hue) {
					t.Errorf("NO_COLOR, and yet %q", hue)
				}
			}
			if strings.LastIndex(all, "\x1b[?25h") < strings.LastIndex(all, "\x1b[?25l") {
				t.Error("the cursor stays hidden")
			}
		})
	}
}

// A terminal that is closed takes the view with it.
func TestSondeEndsWithItsTerminal(t *testing.T) {
	_, port := listen(t)
	cmd, master := onTerminal(t, &pty.Winsize{Rows: 24, Cols: 80}, "sonde", port, "--suivre")
	newScreen(master).shows(t, "LISTEN")
	master.Close()
	if exit := exitOf(cmd); exit != 129 { // SIGHUP
		t.Errorf("exit %d, want 129", exit)
	}
}

// A terminal without a size cannot be filled: lines, as in a pipe.
func TestSondeWritesLinesWhereTheTerminalHasNoSize(t *testing.T) {
	_, port := listen(t)
	cmd, master := onTerminal(t, &pty.Winsize{}, "sonde", port, "--suivre")
	screen := newScreen(master)
	screen.shows(t, "Une ligne par changement")
	if _, err := io.WriteString(master, "\x03"); err != nil {
		t.Fatal(err)
	}
	if exit := exitOf(cmd); exit != 130 {
		t.Errorf("exit %d, want 130", exit)
	}
	<-screen.over
	if strings.Contains(screen.all(), "\x1b[?1049h") {
		t.Error("the other screen was taken")
	}
}

// onTerminal starts labo on a pseudo-terminal of its own. A labo that hangs is
// killed.
func onTerminal(t *testing.T, size *pty.Winsize, args ...string) (*exec.Cmd, *os.File) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = append([]string{"labo"}, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1", "GORACE=atexit_sleep_ms=0")
	master, err := pty.StartWithSize(cmd, size)
	if err != nil {
		probetest.Missing(t, "no pseudo-terminal here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	return cmd, master
}

func exitOf(cmd *exec.Cmd) int {
	if e, ok := errors.AsType[*exec.ExitError](cmd.Wait()); ok {
		return e.ExitCode()
	}
	return 0
}

// ptyScreen keeps what is written on a pseudo-terminal.
type ptyScreen struct {
	mu      sync.Mutex
	written bytes.Buffer
	news    chan struct{}
	over    chan struct{} // closed when nobody has the terminal any more, and all is read
}

func newScreen(master io.Reader) *ptyScreen {
	s := &ptyScreen{news: make(chan struct{}, 1), over: make(chan struct{})}
	go func() {
		defer close(s.over)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			s.mu.Lock()
			s.written.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.news <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

func (s *ptyScreen) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// shows waits until a text has been written.
func (s *ptyScreen) shows(t *testing.T, want string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for !strings.Contains(s.all(), want) {
		select {
		case <-s.news:
		case <-limit:
			t.Fatalf("%q was not shown:\n%q", want, s.all())
		}
	}
}

// docs/json.md says how to ask who listens. A client of the port, which has it
// at its other end, is not the answer.
func TestTheDocumentedQuestionNamesTheServer(t *testing.T) {
	probetest.Need(t, "jq")
	doc, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "\nQui écoute sur le port 12345")
	_, rest, _ = strings.Cut(rest, "\n    labo ")
	question, _, found := strings.Cut(rest, "\n")
	if !found {
		t.Fatal("docs/json.md does not say how to ask who listens")
	}
	l, port := listen(t)
	client := exec.CommandContext(t.Context(), "sh", "-c", "exec 3<>/dev/tcp/127.0.0.1/"+port+"; echo ready; read line")
	client.Path, client.Args[0] = probetest.Need(t, "bash"), "bash"
	in, err := client.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := client.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = client.Wait() })
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	labo := filepath.Join(t.TempDir(), "labo")
	if err := os.Symlink(self, labo); err != nil {
		t.Fatal(err)
	}
	answer, err := exec.CommandContext(t.Context(), "sh", "-c", labo+" "+strings.ReplaceAll(question, "12345", port)).CombinedOutput()
	if got := strings.Fields(string(answer)); err != nil || len(got) < 2 || got[0] != strconv.Itoa(os.Getpid()) || strings.Count(string(answer), "\n") != 1 {
		t.Errorf("%v: %q, want %d alone", err, answer, os.Getpid())
	}
}
