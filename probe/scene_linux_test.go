package probe

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"labo/probe/probetest"
)

// scenePrelude begins the programs of the situations: listen() opens a port,
// ready() tells it and what else the test must know, wait() lasts as long as
// the test.
const scenePrelude = `
import ctypes, os, signal, socket, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def listen(address="127.0.0.1", family=socket.AF_INET, listens=True):
    global s
    s = socket.socket(family)
    s.bind((address, 0))
    if listens: s.listen(3)
    return s
def ready(*words): print("PORT", s.getsockname()[1], *words, flush=True)
def wait():
    r = os.fdopen(int(os.environ["SCENE_FD"]))
    r.read()
def inherit():
    os.set_inheritable(s.fileno(), True)
def unshare(flags):
    if libc.unshare(flags): raise OSError(ctypes.get_errno(), "unshare")
`

// scene is a program of a situation, and what it told.
type scene struct {
	t      *testing.T
	cmd    *exec.Cmd
	port   uint16
	words  []int // what it told after its port
	said   chan string
	screen *os.File // where it has a terminal
}

var realPython = sync.OnceValue(func() string {
	out, _ := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out))
})

// python returns a Python that is no script of a version manager.
func python(t *testing.T) string {
	t.Helper()
	probetest.Need(t, "python3")
	return realPython()
}

// noTerminal is for [playScene].
const noTerminal = "\x00"

// playScene starts a program, on a terminal where typed is typed unless it is
// noTerminal, and waits for its port. The
// program ends with the test; what it started, with the pipe SCENE_FD.
func playScene(t *testing.T, typed string, cmd *exec.Cmd) *scene {
	t.Helper()
	last, first, err := os.Pipe()
	must(t, err)
	t.Cleanup(func() { first.Close(); last.Close() })
	cmd.ExtraFiles = []*os.File{last}
	cmd.Env = append(os.Environ(), "SCENE_FD=3", "PYTHONUNBUFFERED=1", "PS1=$ ")
	s := &scene{t: t, cmd: cmd, said: make(chan string, 100)}
	var out io.Reader
	if typed != noTerminal {
		f, err := pty.Start(cmd)
		must(t, err)
		t.Cleanup(func() { f.Close() })
		_, err = io.WriteString(f, typed+"\n")
		must(t, err)
		s.screen, out = f, f
	} else {
		cmd.Stderr = os.Stderr
		out, err = cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	go func() {
		defer close(s.said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, told, ok := strings.Cut(lines.Text(), "PORT "); ok {
				s.said <- told
			}
		}
	}()
	s.hear()
	return s
}

// hear waits for the port and the numbers that the program tells.
func (s *scene) hear() {
	s.t.Helper()
	select {
	case told, ok := <-s.said:
		if !ok {
			s.t.Fatal("the program ended without telling its port")
		}
		s.words = nil
		for i, f := range strings.Fields(told) {
			n, err := strconv.Atoi(f)
			must(s.t, err)
			if i == 0 {
				s.port = uint16(n)
			} else {
				s.words = append(s.words, n)
			}
		}
	case <-time.After(30 * time.Second):
		s.t.Fatal("the program does not tell its port")
	}
}

// look measures the port, introduces its holders and explains their absence.
func (s *scene) look() *Snapshot {
	s.t.Helper()
	snap := mustSockets(s.t, Filter{Ports: []uint16{s.port}, Source: SockDiag})
	snap.Introduce(s.t.Context(), 8)
	snap.SetRoles()
	snap.Explain(s.t.Context())
	return snap
}

// who returns who holds the port, one process, once it is as wanted.
func (s *scene) who(what string, ok func(w *Who) bool) *Who {
	s.t.Helper()
	var w *Who
	deadline := time.Now().Add(20 * time.Second)
	for {
		snap := s.look()
		if len(snap.Holders) == 1 && snap.Holders[0].Who != nil {
			if w = snap.Holders[0].Who; ok(w) {
				return w
			}
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("not %s: %d holders, %+v", what, len(snap.Holders), w)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// script writes a program into a directory of its own.
func script(t *testing.T, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(body), 0o755))
	return path
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		probetest.Missing(t, "not root")
	}
}

// playShell types a line to a shell, which tells its port.
func playShell(t *testing.T, line string) *scene {
	t.Helper()
	return playScene(t, line, exec.Command(probetest.Need(t, "bash"), "--norc", "--noprofile", "-i"))
}
