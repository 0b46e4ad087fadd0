package measured

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"labo/probe"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// eventually asks ok again and again until it holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// TestAdviceStopsTheServer: what is advised, done to the letter, frees the port
// in every state that a server may be in.
func TestAdviceStopsTheServer(t *testing.T) {
	python := probetest.Need(t, "python3")
	for what, c := range map[string]struct {
		line   string // typed to a shell
		then   string // typed next
		signal os.Signal
		job    probe.Job
		life   probe.Life
		want   string // of the advice
	}{
		"in the foreground":     {line: "$SERVER", job: probe.Foreground, life: probe.Alive, want: "Ctrl+C dans son terminal (pts/"},
		"with threads":          {line: "$SERVER threads", job: probe.Foreground, life: probe.Alive, want: "Ctrl+C dans son terminal (pts/"},
		"in the background":     {line: "$SERVER &", job: probe.Resumable, life: probe.Alive, want: "tapez `fg`, puis Ctrl+C"},
		"after Ctrl+Z":          {line: "$SERVER", then: "\x1a", job: probe.Resumable, life: probe.Stopped, want: "tapez `fg`, puis Ctrl+C"},
		"deaf to Ctrl+C":        {line: "trap '' INT; $SERVER &", job: probe.Resumable, life: probe.Alive, want: "`kill "},
		"stopped, without job":  {line: "setsid $SERVER &", signal: unix.SIGSTOP, life: probe.Stopped, want: "n'entend pas Ctrl+C"},
		"running, without job":  {line: "setsid $SERVER &", life: probe.Alive, want: "`kill "},
		"first of a namespace":  {line: "setsid unshare --fork --pid $SERVER &", life: probe.Alive, want: "`kill -KILL "},
		"stopped by kill -STOP": {line: "$SERVER", signal: unix.SIGSTOP, job: probe.Resumable, life: probe.Stopped, want: "tapez `fg`, puis Ctrl+C"},
	} {
		t.Run(what, func(t *testing.T) {
			if strings.Contains(c.line, "unshare") && os.Geteuid() != 0 {
				probetest.Missing(t, "only root makes such a namespace")
			}
			port := uint16(freeport.Get(t))
			screen := shell(t, python, port)
			typed := func(s string) {
				t.Helper()
				if _, err := screen.WriteString(s); err != nil {
					t.Fatal(err)
				}
			}
			typed(c.line + "\n")
			listens := func() *probe.Who { return listener(t, port) }
			// Python loses a Ctrl+C that comes between listen() and its wait in accept().
			eventually(t, "the server waits in accept()", func() bool { w := listens(); return w != nil && accepting(t, w.PID) })
			typed(c.then)
			if c.signal != nil {
				if err := unix.Kill(listens().PID, c.signal.(unix.Signal)); err != nil {
					t.Fatal(err)
				}
			}
			var w *probe.Who
			eventually(t, "it is as wanted", func() bool {
				w = listens()
				return w != nil && w.Job == c.job && w.Life == c.life
			})
			advice := Advice(w)
			if !strings.Contains(advice, c.want) {
				t.Fatalf("%q, not %q: %+v", advice, c.want, w)
			}
			follow(t, advice, typed, func() bool { w := listens(); return w != nil && w.Job == probe.Foreground },
				func() bool { return listens() == nil })
			eventually(t, "the port is free after « "+advice+" »", func() bool { return listens() == nil })
		})
	}
}

// follow does what is advised.
func follow(t *testing.T, advice string, typed func(string), foreground, ended func() bool) {
	t.Helper()
	for _, command := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(advice, -1) {
		if command[1] == "fg" {
			typed("fg\n")
			eventually(t, "it is in the foreground", foreground)
			continue
		}
		if out, err := exec.Command("sh", "-c", command[1]).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v %s", command[1], err, out)
		}
	}
	if strings.Contains(advice, "puis Ctrl+C") || strings.Contains(advice, ": Ctrl+C") {
		typed("\x03")
	}
	if strings.Contains(advice, "deux fois s'il le faut") {
		for end := time.Now().Add(10 * time.Second); !ended() && time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
			typed("\x03")
		}
	}
}

// shell starts an interactive shell that knows a server.
func shell(t *testing.T, python string, port uint16) *os.File {
	t.Helper()
	probetest.Need(t, "setsid")
	sh := exec.Command(probetest.Need(t, "bash"), "--norc", "--noprofile", "-i")
	program := t.TempDir() + "/serveur.py"
	code := "import socket, sys, threading\ns = socket.socket()\ns.bind(('127.0.0.1', " + strconv.Itoa(int(port)) + "))\ns.listen(1)\n" +
		"t = threading.Thread(target=s.accept)\nif sys.argv[1:]:\n t.start()\n t.join()\ns.accept()\n"
	if err := os.WriteFile(program, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	sh.Env = append(os.Environ(), "SERVER="+python+" "+program)
	screen, err := pty.Start(sh)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if w := listener(t, port); w != nil {
			unix.Kill(w.PID, unix.SIGKILL)
		}
		sh.Process.Kill()
		sh.Wait()
		screen.Close()
	})
	go func() { // a screen that nobody reads would stop the shell
		for buf := make([]byte, 4096); ; {
			if _, err := screen.Read(buf); err != nil {
				return
			}
		}
	}()
	return screen
}

// accepting reports whether a thread of a process waits in accept().
func accepting(t *testing.T, pid int) bool {
	t.Helper()
	waits, err := probe.Waits(t.Context(), pid, nil)
	return err == nil && slices.ContainsFunc(waits, func(w probe.Wait) bool {
		return strings.HasPrefix(w.Call, "accept") || strings.Contains(w.Kernel, "accept")
	})
}

// listener returns who listens on a port, nil for nobody.
func listener(t *testing.T, port uint16) *probe.Who {
	t.Helper()
	ctx := context.Background() // cleaning up too
	s, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{port}, States: probe.NewStateSet(probe.Listen)})
	if err != nil {
		t.Fatal(err)
	}
	s.Introduce(ctx, 1)
	if len(s.Holders) == 0 {
		return nil
	}
	return s.Holders[0].Who
}
