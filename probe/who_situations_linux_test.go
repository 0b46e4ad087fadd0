package probe

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
)

const plainServer = scenePrelude + "listen(); ready(); wait()\n"

// TestWhoIsThere rebuilds what people ask "who holds this port?" about: one
// program that listens, started in every way.
func TestWhoIsThere(t *testing.T) {
	py := python(t)
	server := script(t, "serveur.py", plainServer)
	shebang := script(t, "serveur", "#!"+py+"\n"+plainServer)
	dir := filepath.Dir(server)
	is := func(program string) func(w *Who) bool {
		return func(w *Who) bool { return w.Program == program && w.Life == Alive && w.Role == Server }
	}
	perl := script(t, "serveur.pl", `use Socket; socket(S, AF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(0, INADDR_LOOPBACK)); listen(S, 1);
$0 = $ARGV[0] if @ARGV; $| = 1; print "PORT ", (unpack_sockaddr_in(getsockname(S)))[0], "\n"; open(W, "<&=3"); <W>;`)
	cases := []struct {
		what string
		args []string
		ok   func(w *Who) bool
	}{
		{"a Python script", []string{py, server}, is("serveur.py")},
		{"with options", []string{py, "-u", "-X", "dev", "-W", "ignore", server}, is("serveur.py")},
		{"a module", []string{py, "-m", "serveur"}, is(filepath.Base(py) + " -m serveur")},
		{"a program on the command line", []string{py, "-c", plainServer}, is(filepath.Base(py) + " -c")},
		{"an executable script", []string{shebang}, is("serveur")},
		{"Perl", []string{probetest.Need(t, "perl"), perl}, is("serveur.pl")},
		{"one that renamed itself", []string{"perl", perl, "mon serveur [1]"}, is("mon serveur [1]")},
		{"one with a name to hurt", []string{py, "-c", scenePrelude + `libc.prctl(15, b"a) R (b\n\x1bc", 0, 0, 0); listen(); ready(); wait()`},
			func(w *Who) bool { return w.Program == filepath.Base(py)+" -c" && w.Threads == Known(1) }},
		{"behind exec", []string{probetest.Need(t, "bash"), "-c", "exec " + py + " " + server}, is("serveur.py")},
		{"started by a shell script", []string{"bash", script(t, "lancer.sh", py+" "+server+" 3<&3\n:\n")}, func(w *Who) bool {
			return is("serveur.py")(w) && len(w.Ancestors) > 1 && w.Ancestors[0].Program == "lancer.sh" && w.Ancestors[1].PID == os.Getpid()
		}},
		{"ignoring Ctrl+C", []string{"bash", "-c", "trap '' INT; exec " + py + " " + server}, func(w *Who) bool { return w.Deaf == Known(true) }},
		{"hearing Ctrl+C", []string{"bash", "-c", "trap - INT; exec " + py + " " + server}, func(w *Who) bool { return w.Deaf == Known(false) }},
		{"without terminal", []string{probetest.Need(t, "setsid"), py, server}, func(w *Who) bool {
			return w.Terminal == Known("") && w.Job == JobUnknown && w.Ancestors[0].PID == os.Getpid() && !w.Adopted
		}},
		{"in another pid namespace", []string{probetest.Need(t, "unshare"), "--fork", "--pid", py, server},
			func(w *Who) bool { return w.OtherPIDs == Known(true) && w.OtherNetwork == Known(false) && w.First }},
		{"in another user namespace", []string{"unshare", "--user", py, server},
			func(w *Who) bool { return w.OtherUsers == Known(true) && w.OtherPIDs == Known(false) }},
		{"in another mount namespace", []string{"unshare", "--mount", py, server}, func(w *Who) bool {
			return w.OtherUsers == Known(false) && w.OtherPIDs == Known(false) && w.OtherNetwork == Known(false)
		}},
		{"that went into another network", []string{py, "-c", scenePrelude + "listen(); unshare(0x40000000); ready(); wait()"},
			func(w *Who) bool { return w.OtherNetwork == Known(true) && w.OtherPIDs == Known(false) }},
		{"of another user", []string{probetest.Need(t, "setpriv"), "--reuid", "65534", "--clear-groups", "perl", "-e", "#" + "\n" + string(mustRead(t, perl))},
			func(w *Who) bool { return w.UID == Known(65534) && w.User == Known("nobody") && w.Program == "perl -e" }},
		{"with an IPv6 address for both", []string{py, "-c", scenePrelude + `listen("::", socket.AF_INET6); ready(); wait()`}, is(filepath.Base(py) + " -c")},
		{"bound, not listening", []string{py, "-c", scenePrelude + "listen(listens=False); ready(); wait()"},
			func(w *Who) bool { return w.Role == 0 && w.Life == Alive }},
		{"whose first thread ended", []string{py, "-c", scenePrelude + `
def thread():
    time.sleep(.05)
    listen(); ready(); wait()
threading.Thread(target=thread).start()
libc.pthread_exit(None)`}, func(w *Who) bool { // whose own table is empty, and says nothing of the others'
			return w.Life == Headless && w.Role == Server && w.Threads == Known(2) && !openFDs(t.Context(), w.PID).Known
		}},
		{"in a thread with a table of its own", []string{py, "-c", scenePrelude + `
def thread():
    unshare(0x400)
    listen(); ready(); wait()
threading.Thread(target=thread).start()`}, func(w *Who) bool { return w.Life == Alive && w.Role == Server && w.Threads == Known(2) }},
		{"given to another parent than who started it", []string{py, "-c", scenePrelude + `
libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
top, middle = os.getpid(), os.fork()
if middle == 0:
    os.setsid()
    if os.fork() == 0:
        while os.getppid() != top: time.sleep(.01)
        listen(); ready(); wait()
    os._exit(0)
os.waitpid(middle, 0); wait()`}, func(w *Who) bool { return !w.Launched && !w.Adopted }},
		{"given to another parent of the same session", []string{py, "-c", scenePrelude + `
libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
top, middle = os.getpid(), os.fork()
if middle == 0:
    if os.fork() == 0:
        while os.getppid() != top: time.sleep(.01)
        listen(); ready(); wait()
    os._exit(0)
os.waitpid(middle, 0); wait()`}, func(w *Who) bool { return !w.Launched && !w.Adopted && len(w.Ancestors) > 0 }},
		{"inherited from one that ended", []string{"bash", "-c", py + " -c '" + strings.ReplaceAll(scenePrelude, "'", "") + `
listen(); inherit(); os.set_inheritable(3, True)
if os.fork() == 0: ready(); os.execvp("perl", ["perl", "-e", "open(W, q(<&=3)); <W>"])'; read -u 3`},
			func(w *Who) bool {
				session, _ := unix.Getsid(w.PID)
				first, _ := unix.Getsid(1) // 0 for both in a container that made no session of its own
				return w.Program == "perl -e" && !w.Launched && w.Adopted == (w.Ancestors[0].PID == 1 && session != first)
			}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			if c.args[0] == "unshare" || c.args[0] == probetest.Need(t, "unshare") || slices.Contains(c.args, "--reuid") {
				needRoot(t)
			}
			cmd := exec.Command(c.args[0], c.args[1:]...)
			cmd.Dir = dir
			s := playScene(t, noTerminal, cmd)
			w := s.who(c.what, c.ok)
			age := w.TakenAt.Sub(w.StartedAt.Value)
			if !w.StartedAt.Known || age < -time.Second || age > 5*time.Minute || !w.UID.Known || !w.Deaf.Known {
				t.Errorf("started %v ago, %+v", age, w)
			}
		})
	}
}

// TestWhoIsStopped: a process that stops keeps its port; by what is told until
// its parent takes note.
func TestWhoIsStopped(t *testing.T) {
	for sig, word := range map[syscall.Signal]string{unix.SIGSTOP: "kill -STOP", unix.SIGTSTP: "Ctrl+Z", unix.SIGTTIN: "reading its terminal"} {
		t.Run(word, func(t *testing.T) {
			cmd := exec.Command(python(t), "-c", plainServer)
			// A group of its own: where ours is an orphan, as behind nohup, the
			// kernel lets no terminal stop it.
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			s := playScene(t, noTerminal, cmd)
			must(t, cmd.Process.Signal(sig))
			w := s.who("stopped", func(w *Who) bool { return w.Life == Stopped })
			if w.StopSignal.Known && w.StopSignal.Value != int(sig) || w.Role != Server {
				t.Errorf("stopped by %v, says %+v", sig, w)
			}
			if !w.StopSignal.Known && kernelAtLeast(5, 17) {
				t.Error("this kernel tells by what")
			}
			must(t, cmd.Process.Signal(unix.SIGCONT))
			s.who("going on", func(w *Who) bool { return w.Life == Alive })
		})
	}
	t.Run("by a debugger", func(t *testing.T) {
		s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+`listen()
if os.fork() == 0:
    libc.ptrace(0, 0, 0, 0); ready(os.getpid()); os.kill(os.getpid(), signal.SIGSTOP); wait()
s.close(); wait()`))
		t.Cleanup(func() { unix.Kill(s.words[0], unix.SIGKILL) }) // else it outlives us, stopped
		s.who("traced", func(w *Who) bool { return w.Life == Traced })
	})
}

func kernelAtLeast(major, minor int) bool {
	var u unix.Utsname
	unix.Uname(&u)
	release := strings.SplitN(unix.ByteSliceToString(u.Release[:]), ".", 3)
	a, _ := strconv.Atoi(release[0])
	b, _ := strconv.Atoi(release[1])
	return a > major || a == major && b >= minor
}

// TestWhoIsInATerminal: what a program is to the shell of its terminal.
func TestWhoIsInATerminal(t *testing.T) {
	py, server := python(t), script(t, "serveur.py", plainServer)
	t.Run("alone", func(t *testing.T) {
		s := playScene(t, "", exec.Command(py, server))
		w := s.who("in the foreground", func(w *Who) bool { return w.Job == Foreground })
		if !strings.HasPrefix(w.Terminal.Value, "pts/") {
			t.Errorf("terminal %+v", w.Terminal)
		}
	})
	for what, c := range map[string]struct {
		line string
		life Life
		job  Job
	}{
		"foreground": {py + " " + server, Alive, Foreground},
		"background": {py + " " + server + " &", Alive, Resumable},
		"a pipeline": {py + " " + server + " | cat", Alive, Foreground},
	} {
		t.Run(what, func(t *testing.T) {
			s := playShell(t, c.line)
			w := s.who(what, func(w *Who) bool { return w.Life == c.life && w.Job == c.job })
			if w.Ancestors[0].Program != "bash" || w.Ancestors[0].PID != s.cmd.Process.Pid || w.Adopted {
				t.Errorf("ancestors %+v, adopted %v", w.Ancestors, w.Adopted)
			}
		})
	}
}

// TestWhoAreSeveral: sockets that more than one process has, or none.
func TestWhoAreSeveral(t *testing.T) {
	pids := func(snap *Snapshot) (all []int) {
		for _, h := range snap.Holders {
			all = append(all, h.PID)
		}
		return all
	}
	for _, c := range []struct {
		what, code string
		ok         func(s *scene, snap *Snapshot) bool
	}{
		{"forked", `listen()
kids = [os.fork() for _ in range(2)] if True else []
if 0 in kids: wait(); os._exit(0)
ready(os.getpid(), *kids); wait()`, func(s *scene, snap *Snapshot) bool {
			return len(snap.Holders) >= 3 && subset(s.words, pids(snap)) && snap.Holders[0].Who.Role == Server
		}},
		{"SO_REUSEPORT", `def again(port):
    global s
    s = socket.socket(); s.setsockopt(1, 15, 1); s.bind(("127.0.0.1", port)); s.listen(1)
again(0); port = s.getsockname()[1]
if (kid := os.fork()) == 0: s.close(); again(port); wait(); os._exit(0)
ready(os.getpid(), kid); wait()`, func(s *scene, snap *Snapshot) bool {
			return len(snap.Sockets) == 2 && len(snap.Holders) == 2 && subset(s.words, pids(snap))
		}},
		{"a client and its server", `listen(); c = socket.create_connection(s.getsockname())
if (kid := os.fork()) == 0: s.close(); wait(); os._exit(0)
c.close(); a = s.accept(); ready(os.getpid(), kid); wait()`, func(s *scene, snap *Snapshot) bool {
			return len(snap.Holders) == 2 && role(snap, s.words[0]) == Server && role(snap, s.words[1]) == Client
		}},
		{"one that talks to itself", `listen(); c = socket.create_connection(s.getsockname()); a = s.accept(); ready(os.getpid()); wait()`,
			func(s *scene, snap *Snapshot) bool { return role(snap, s.words[0]) == Server|Client }},
		{"a worker that has no listener", `listen(); c = socket.create_connection(s.getsockname()); a, _ = s.accept()
if (kid := os.fork()) == 0: s.close(); c.close(); wait(); os._exit(0)
a.close(); ready(os.getpid(), kid); wait()`, func(s *scene, snap *Snapshot) bool {
			return role(snap, s.words[1]) == Server
		}},
		{"passed over a message and received", `listen(); a, b = socket.socketpair()
if (kid := os.fork()) == 0:
    s.close(); a.close(); fd = socket.recv_fds(b, 1, 1)[1]; b.send(b"k"); wait(); os._exit(0)
b.close(); socket.send_fds(a, [b"x"], [s.fileno()]); a.recv(1); ready(os.getpid(), kid); s.close(); wait()`, func(s *scene, snap *Snapshot) bool {
			return slices.Equal(pids(snap), s.words[1:]) && snap.Holders[0].Who.Role == Server
		}},
		{"on its way in a message", `listen(); a, b = socket.socketpair(); socket.send_fds(a, [b"x"], [s.fileno()]); ready(os.getpid()); s.close(); wait()`,
			func(s *scene, snap *Snapshot) bool {
				if len(snap.Holders) > 0 || snap.Sockets[0].Owner.Absence == nil {
					return false
				}
				a := snap.Sockets[0].Owner.Absence
				// The other end of the pair is this process's too.
				return slices.ContainsFunc(a.Flying, func(f Flying) bool { return f.PID == s.words[0] && f.N == 1 })
			}},
		{"waiting for accept()", `listen(); c = socket.create_connection(s.getsockname()); ready(os.getpid()); wait()`,
			func(s *scene, snap *Snapshot) bool { return kinds(snap)[OwnerKernel] == 1 && len(snap.Holders) == 1 }},
		{"remembered in TIME-WAIT", `listen(); c = socket.create_connection(s.getsockname()); a, _ = s.accept()
a.close(); c.recv(1); c.close(); ready(); s.close(); wait()`, func(s *scene, snap *Snapshot) bool {
			return len(snap.Sockets) == 1 && kinds(snap)[OwnerKernel] == 1 && snap.Sockets[0].Owner.Absence == nil
		}},
		{"left in CLOSE-WAIT by a server that ended", `listen()
if (kid := os.fork()) == 0: a = s.accept(); os._exit(0)
c = socket.create_connection(s.getsockname()); os.waitpid(kid, 0); ready(os.getpid()); s.close(); wait()`, func(s *scene, snap *Snapshot) bool {
			return slices.Equal(pids(snap), s.words) && role(snap, s.words[0]) == 0 // no listener is left: nobody can tell which end called
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+c.code))
			var snap *Snapshot
			defer func() {
				if t.Failed() {
					for _, k := range snap.Sockets {
						t.Logf("%v %+v %+v", k.State, k.Owner, k.Owner.Absence)
					}
				}
			}()
			eventually(t, c.what, func() bool {
				snap = s.look()
				return len(snap.Sockets) > 0 && c.ok(s, snap)
			})
		})
	}
}

func subset(some, all []int) bool {
	return !slices.ContainsFunc(some, func(n int) bool { return !slices.Contains(all, n) })
}

func role(snap *Snapshot, pid int) Role {
	for _, h := range snap.Holders {
		if h.PID == pid && h.Who != nil {
			return h.Who.Role
		}
	}
	return 0
}

func kinds(snap *Snapshot) map[OwnerKind]int {
	all := map[OwnerKind]int{}
	for i := range snap.Sockets {
		all[snap.Sockets[i].Owner.Kind]++
	}
	return all
}

// The file of the program may be gone, the program is not.
func TestWhoIsReplaced(t *testing.T) {
	exe := filepath.Join(t.TempDir(), "serveur")
	self, err := os.Executable()
	must(t, err)
	must(t, copyFile(exe, self))
	c := startChild(t, "wait", func(cmd *exec.Cmd) { cmd.Path = exe })
	for _, want := range []bool{false, true} {
		w, err := WhoIs(t.Context(), c.Process.Pid)
		must(t, err)
		if w.Replaced != Known(want) || w.Program == "" {
			t.Errorf("replaced %+v, want %v; %q", w.Replaced, want, w.Program)
		}
		os.Remove(exe)
	}
}

// By its pid, a process is found to hold what only a thread of it has.
func TestThreadTablesByPID(t *testing.T) {
	s := playScene(t, noTerminal, exec.Command(python(t), "-c", scenePrelude+`
def thread():
    unshare(0x400)
    listen(); ready(); wait()
threading.Thread(target=thread).start()`))
	snap := mustSockets(t, Filter{PIDs: []int{s.cmd.Process.Pid}, Source: SockDiag})
	if len(snap.Sockets) != 1 || snap.Sockets[0].Local.Port() != s.port || !snap.Sockets[0].HeldBy(s.cmd.Process.Pid) {
		t.Errorf("%+v", snap.Sockets)
	}
}

// A process that ended and was not waited for holds nothing, and is called so.
func TestWhoIsAZombie(t *testing.T) {
	c := startChild(t, "wait")
	c.stdin.Close()
	eventually(t, "the child is a zombie", func() bool {
		w, err := WhoIs(t.Context(), c.Process.Pid)
		must(t, err)
		return w.Life == Zombie
	})
}

func init() {
	childRoles["acquaint"] = func() error {
		pid, err := strconv.Atoi(os.Getenv(childArgsEnv))
		if err != nil {
			return err
		}
		w, err := WhoIs(context.Background(), pid)
		return answer(w, err)
	}
	childRoles["absence"] = func() error {
		port, err := strconv.Atoi(os.Getenv(childArgsEnv))
		if err != nil {
			return err
		}
		snap, err := Sockets(context.Background(), Filter{Ports: []uint16{uint16(port)}, Source: SockDiag})
		if err != nil {
			return err
		}
		snap.Explain(context.Background())
		return answer(snap.Sockets[0].Owner.Absence, nil)
	}
}

// What everyone may know of another user's process is told; the rest is
// unknown, neither yes nor no.
func TestWhoIsSeenByAStranger(t *testing.T) {
	needRoot(t)
	s := playScene(t, noTerminal, exec.Command(python(t), script(t, "serveur.py", plainServer)))
	w := askAsNobody[Who](t, "acquaint", strconv.Itoa(s.cmd.Process.Pid))
	if w.Program != "serveur.py" || w.Life != Alive || w.User != Known("root") || w.UID != Known(0) || !w.Deaf.Known || len(w.Ancestors) == 0 {
		t.Errorf("known to all: %+v", w)
	}
	if w.OtherNetwork.Known || w.OtherPIDs.Known || w.OtherUsers.Known || w.Replaced.Known {
		t.Errorf("for its user alone: %+v", w)
	}
	a := askAsNobody[*Absence](t, "absence", strconv.Itoa(int(s.port)))
	if a == nil || a.Forbidden == 0 || !a.SameUser || a.Hidden || len(a.Flying) > 0 {
		t.Errorf("why nobody is named: %+v", a)
	}
}

// A process may end at any moment: it is told, or it is missing.
func TestWhoIsEndingHalfWay(t *testing.T) {
	for range 10 {
		c := startChild(t, "wait")
		pid := c.Process.Pid
		ended := make(chan struct{})
		go func() { defer close(ended); c.end() }()
		for {
			w, err := WhoIs(t.Context(), pid)
			if _, none := err.(*NoSuchProcessError); none {
				break
			}
			must(t, err)
			if w.Program == "" || w.Life == LifeUnknown {
				t.Errorf("half a process: %+v", w)
			}
			if _, err := Waits(t.Context(), pid, nil); err != nil {
				if _, none := err.(*NoSuchProcessError); !none {
					t.Error(err)
				}
			}
		}
		<-ended
	}
}

// What gopsutil tells on every system is what Linux itself says.
func TestWhoIsByGopsutil(t *testing.T) {
	c := startChild(t, "wait")
	for _, life := range []Life{Alive, Stopped} {
		if life == Stopped {
			must(t, c.Process.Signal(unix.SIGSTOP))
			defer c.Process.Signal(unix.SIGCONT)
		}
		var own, theirs Who
		eventually(t, "both say "+life.String(), func() bool {
			var err error
			own, err = WhoIs(t.Context(), c.Process.Pid)
			must(t, err)
			theirs = Who{PID: c.Process.Pid}
			must(t, gopsutilWho(t.Context(), &theirs, nil))
			return own.Life == life && theirs.Life == life
		})
		if theirs.Program != own.Program || theirs.User != own.User || theirs.UID != own.UID || theirs.Threads != own.Threads ||
			theirs.Ancestors[0].PID != os.Getpid() || theirs.StartedAt.Value.Sub(own.StartedAt.Value).Abs() > 2*time.Second {
			t.Errorf("gopsutil %+v\nlinux %+v", theirs, own)
		}
		if theirs.Deaf.Known || theirs.OtherPIDs.Known || theirs.Terminal.Known {
			t.Errorf("what it does not know is known: %+v", theirs)
		}
	}
}
