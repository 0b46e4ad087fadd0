package probe

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

const sheet = "../lessons/atelier/fichiers"

// waitsOf returns what the threads of a process wait for, once ok says so.
func waitsOf(t *testing.T, pid int, what string, ok func(waits []Wait) bool) []Wait {
	t.Helper()
	var waits []Wait
	defer func() {
		if t.Failed() {
			b, _ := json.Marshal(waits)
			t.Logf("%s", b)
		}
	}()
	eventually(t, what, func() bool {
		snap := mustSockets(t, Filter{PIDs: []int{pid}, Source: SockDiag})
		var err error
		waits, err = Waits(t.Context(), pid, snap.Sockets)
		must(t, err)
		return ok(waits)
	})
	return waits
}

// The sheet's two-way programs (FACTS 30): one thread in accept(), and once
// connected three each: join(), recv(), input().
func TestWaitsOfTheSheet(t *testing.T) {
	py, dir := python(t), t.TempDir()
	l := listen(t, "127.0.0.1:0")
	port := addrPort(t, l.Addr())
	l.Close()
	start := func(name string) (pid int, terminal string) {
		program := strings.Replace(string(mustRead(t, filepath.Join(sheet, name))), "PORT = 12345", "PORT = "+strconv.Itoa(int(port)), 1)
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(program), 0o644))
		cmd := exec.Command(py, name)
		cmd.Dir = dir
		f, err := pty.Start(cmd)
		must(t, err)
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); f.Close() })
		go func() { // its screen is read by nobody else
			buf := make([]byte, 4096)
			for {
				if _, err := f.Read(buf); err != nil {
					return
				}
			}
		}()
		w, err := WhoIs(t.Context(), cmd.Process.Pid)
		must(t, err)
		return cmd.Process.Pid, w.Terminal.Value
	}
	server, screen := start("serveur2.py")
	waitsOf(t, server, "the server waits in accept()", func(ws []Wait) bool {
		return len(ws) == 1 && ws[0].For == WaitAccept && len(ws[0].On) == 1 && ws[0].On[0].FD == 3 &&
			ws[0].On[0].Socket != nil && ws[0].On[0].Socket.State == Listen && ws[0].On[0].Socket.Local.Port() == port
	})
	client, clientScreen := start("client2.py")
	for pid, screen := range map[int]string{server: screen, client: clientScreen} {
		ws := waitsOf(t, pid, "three threads wait", func(ws []Wait) bool {
			return len(ws) == 3 && ws[0].For == WaitThread && ws[1].For == WaitReceive && ws[1].On[0].Socket != nil && ws[2].Keyboard()
		})
		if ws[0].TID != pid || ws[0].Call != "futex" || ws[1].Call != "recvfrom" || ws[2].On[0].Name != screen || ws[2].On[0].FD != 0 {
			t.Errorf("pid %d: %+v", pid, ws)
		}
		row := ws[1].On[0].Socket
		if row.State != Established || !row.HeldBy(pid) || !row.HasPort(port) {
			t.Errorf("pid %d receives on %+v", pid, row)
		}
	}
}

// What Python programs wait in, each for real.
func TestWaitsOfPrograms(t *testing.T) {
	on := func(k DescriptorKind, fd int) func(w *Wait) bool {
		return func(w *Wait) bool { return len(w.On) == 1 && w.On[0].Kind == k && w.On[0].FD == fd }
	}
	for _, c := range []struct {
		what, code string
		want       WaitFor
		ok         func(w *Wait) bool
	}{
		{"accept() with a limit", `listen(); s.settimeout(500); ready(); s.accept()`, WaitAny, func(w *Wait) bool {
			return len(w.On) == 1 && w.On[0].Socket != nil && w.On[0].Socket.State == Listen
		}},
		{"connect() to a full server", `listen(); s.listen(0); ready()
k = [socket.socket() for _ in range(3)]
for c in k: c.connect(s.getsockname())`, WaitConnect, func(w *Wait) bool { return w.On[0].Socket != nil && w.On[0].Socket.State == SynSent }},
		{"sendall() to one that does not read", `listen(); c = socket.create_connection(s.getsockname()); ready(); c.sendall(b"x" * 10**8)`,
			WaitSend, func(w *Wait) bool { return w.On[0].Socket != nil && w.On[0].Socket.State == Established }},
		{"recv() of UDP", `listen(); u = socket.socket(2, 2); u.bind(("127.0.0.1", 0)); ready(); u.recv(9)`, WaitReceive,
			func(w *Wait) bool {
				return w.On[0].Kind == DescriptorSocket && w.On[0].Name == "UDP" && w.On[0].Socket == nil
			}},
		{"recv() of a local socket", `listen(); a, b = socket.socketpair(); ready(); a.recv(1)`, WaitReceive,
			func(w *Wait) bool { return strings.HasPrefix(w.On[0].Name, "UNIX") }},
		{"recv() through read()", `listen(); c = socket.create_connection(s.getsockname()); ready(); os.read(c.fileno(), 1)`, WaitReceive,
			func(w *Wait) bool { return w.Call == "read" && w.On[0].Socket != nil }},
		{"select()", `import select; listen(); r, w = os.pipe(); ready(); select.select([r, s], [], [])`, WaitAny, func(w *Wait) bool {
			return len(w.On) == 2 && w.On[0].Socket != nil && w.On[1].Kind == DescriptorPipe
		}},
		{"epoll", `import selectors; listen(); r, w = os.pipe(); x = selectors.DefaultSelector(); x.register(s, 1); x.register(r, 1); ready(); x.select()`,
			WaitAny, func(w *Wait) bool {
				return len(w.On) == 2 && w.On[0].Socket != nil && w.On[1].Kind == DescriptorPipe
			}},
		{"standard input, a pipe", `listen(); ready(); sys.stdin.read()`, WaitRead, on(DescriptorPipe, 0)},
		{"sleep()", `listen(); ready(); time.sleep(500)`, WaitSleep, func(w *Wait) bool {
			return len(w.On) == 0 && w.Timed && w.Within > 300*time.Second && w.Within <= 500*time.Second
		}},
		{"a lock", `listen(); k = threading.Lock(); k.acquire(); ready(); k.acquire()`, WaitThread, func(w *Wait) bool { return len(w.On) == 0 }},
		{"the end of a process", `listen(); os.fork() or (s.close(), wait(), os._exit(0)); ready(); os.wait()`, WaitChild,
			func(w *Wait) bool { return len(w.On) == 0 }},
		{"a FIFO", `listen(); p = "/tmp/labo-fifo-%d" % os.getpid(); os.mkfifo(p); threading.Thread(target=lambda: (wait(), os._exit(0)), daemon=True).start(); ready()
try: open(p)
finally: os.unlink(p)`, WaitOpen, func(w *Wait) bool { return true }},
		{"the lock of a file", `import fcntl; listen(); p = "/tmp/labo-lock-%d" % os.getpid(); f = open(p, "w"); g = open(p); os.unlink(p)
fcntl.flock(f, 2); ready(); fcntl.flock(g, 2)`, WaitLock, func(w *Wait) bool { return w.On[0].Kind == DescriptorFile }},
		{"nothing: it computes", "listen(); ready()\nwhile True: pass", WaitNothing, func(w *Wait) bool { return len(w.On) == 0 }},
		{"pthread_join", `listen()
f = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda x: wait())
i = ctypes.c_ulong(); libc.pthread_create(ctypes.byref(i), None, f, None); ready(); libc.pthread_join(i, None)`,
			WaitJoin, func(w *Wait) bool { return w.Joins != 0 && w.Joins != w.TID }},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(python(t), "-c", scenePrelude+c.code)
			in, err := cmd.StdinPipe()
			must(t, err)
			defer in.Close()
			s := playScene(t, noTerminal, cmd)
			waitsOf(t, s.cmd.Process.Pid, c.what, func(ws []Wait) bool {
				return len(ws) > 0 && ws[0].For == c.want && c.ok(&ws[0])
			})
		})
	}
}

// A thread with a descriptor table of its own waits on what its own table says.
func TestWaitsInAnOwnTable(t *testing.T) {
	s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+`
def thread():
    unshare(0x400)
    listen(); ready(); s.accept()
r, w = os.pipe(); threading.Thread(target=thread, daemon=True).start(); wait()`))
	waitsOf(t, s.cmd.Process.Pid, "accept() in the thread", func(ws []Wait) bool {
		return len(ws) == 2 && ws[1].For == WaitAccept && len(ws[1].On) == 1 && ws[1].On[0].Socket != nil && ws[1].On[0].Socket.Local.Port() == s.port
	})
}

// A stopped thread is told with what it was in.
func TestWaitsOfOneThatIsStopped(t *testing.T) {
	s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+"listen(); ready(); s.accept()"))
	pid := s.cmd.Process.Pid
	accepts := func(ws []Wait) bool { return ws[0].For == WaitAccept && ws[0].On[0].Socket != nil }
	waitsOf(t, pid, "accept()", accepts)
	must(t, s.cmd.Process.Signal(unix.SIGSTOP))
	waitsOf(t, pid, "stopped in accept()", func(ws []Wait) bool { return ws[0].State == "T" && accepts(ws) })
}

func init() {
	childRoles["waits"] = func() error {
		pid, err := strconv.Atoi(os.Getenv(childArgsEnv))
		if err != nil {
			return err
		}
		return answer(Waits(context.Background(), pid, nil))
	}
}

// Whoever has no rights on a process is told nothing of its waits, not that
// there are none.
func TestWaitsSeenByAStranger(t *testing.T) {
	needRoot(t)
	s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+"listen(); ready(); s.accept()"))
	ws := askAsNobody[[]Wait](t, "waits", strconv.Itoa(s.cmd.Process.Pid))
	if len(ws) != 1 || ws[0].For != WaitUnknown || ws[0].Call != "" || ws[0].Kernel != "" || ws[0].State != "S" {
		t.Errorf("%+v", ws)
	}
}

// Where only the kernel's function may be read (Yama), it is translated, and
// a listener is named where the process has one alone.
func TestWaitsByTheKernelsFunction(t *testing.T) {
	s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+"listen(); ready(); s.accept()"))
	pid := s.cmd.Process.Pid
	waitsOf(t, pid, "accept()", func(ws []Wait) bool { return ws[0].For == WaitAccept })
	snap := mustSockets(t, Filter{PIDs: []int{pid}, Source: SockDiag})
	tasks := readTasks(t.Context(), pid)
	r := waitReader{pid: pid, dir: procPath(pid, ""), rows: snap.Sockets}
	w := Wait{TID: pid, State: "S"}
	r.byKernel(&w, tasks[0])
	if w.For != WaitAccept || w.Kernel == "" || len(w.On) != 1 || w.On[0].Socket.Local.Port() != s.port {
		t.Errorf("%+v", w)
	}
	two := append(slices.Clone(snap.Sockets), snap.Sockets[0])
	two[1].Inode = Known(uint32(1))
	r.rows, w = two, Wait{TID: pid, State: "S"}
	r.byKernel(&w, tasks[0])
	if w.For != WaitAccept || len(w.On) != 0 {
		t.Errorf("with two listeners, one is named: %+v", w)
	}
}
