//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"labo/lessons"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/stage/emulator"
	"labo/lessons/text"
	"labo/probe/strict"
)

// viewer is a reader before labo on the whole screen of a terminal, which holds
// the picture.
type viewer struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	before *term.State
	screen *emulator.Terminal
	news   chan struct{} // something was written
	ended  chan error
	mark   string // in the environment of labo and of all that it starts

	mu      sync.Mutex
	written bytes.Buffer
}

// bySight starts a program of this test, with a notebook in home, on a terminal
// of 80 by 24.
func bySight(t *testing.T, program, home string, args ...string) *viewer {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("LABO_MARQUE=%s-%d", t.Name(), time.Now().UnixNano())
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{program}, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=fr_FR.UTF-8", "LC_ALL=", "NO_COLOR=1", "GORACE=atexit_sleep_ms=0", "LABO_HOME="+home, mark)
	return watch(t, cmd, mark)
}

// watch starts a command on a terminal of its own.
func watch(t *testing.T, cmd *exec.Cmd, mark string) *viewer {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	master = unblocked(t, master)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	v := &viewer{t: t, cmd: cmd, master: master, before: before, mark: mark,
		screen: emulator.New(80, 24, master), news: make(chan struct{}, 1), ended: make(chan error, 1)}
	go v.read()
	go func() { v.ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		master.Close()
		v.screen.Close()
	})
	return v
}

// unblocked returns a file that can be closed while it is read: the terminal
// is then gone for labo. (pty leaves it in blocking mode.)
func unblocked(t *testing.T, master *os.File) *os.File {
	t.Helper()
	fd, err := syscall.Dup(int(master.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	master.Close()
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "ptmx")
}

// control calls f with the descriptor of the terminal, which stays as it is.
func (v *viewer) control(f func(fd int) error) error {
	raw, err := v.master.SyscallConn()
	if err != nil {
		return err
	}
	if wrong := raw.Control(func(fd uintptr) { err = f(int(fd)) }); wrong != nil {
		return wrong
	}
	return err
}

func (v *viewer) read() {
	buf := make([]byte, 4096)
	for {
		n, err := v.master.Read(buf)
		v.mu.Lock()
		v.written.Write(buf[:n])
		v.mu.Unlock()
		v.screen.Write(buf[:n])
		select {
		case v.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// all is everything written so far.
func (v *viewer) all() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.written.String()
}

// until waits for a picture.
func (v *viewer) until(what string, ok func(lines []string) bool) {
	v.t.Helper()
	limit := time.After(20 * time.Second)
	for !ok(v.screen.Lines()) {
		select {
		case <-v.news:
		case <-limit:
			v.t.Fatalf("%s: not in 20 s:\n%s", what, v.screen.Text())
		}
	}
}

// sees waits until words are on screen, wherever a line ends.
func (v *viewer) sees(words string) {
	v.t.Helper()
	v.until(fmt.Sprintf("%q", words), func(lines []string) bool { return shown(lines, words) })
}

func shown(lines []string, words string) bool {
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return strings.Contains(plain(strings.Join(lines, " ")), plain(words))
}

// presses presses keys as a person does, who has read what is on screen.
func (v *viewer) presses(keys string) {
	v.t.Helper()
	const reading = 650 * time.Millisecond // a letter that comes sooner after a wait is taken for text
	<-time.After(reading)
	v.pressesAtOnce(keys)
}

func (v *viewer) pressesAtOnce(keys string) {
	v.t.Helper()
	if _, err := v.master.WriteString(keys); err != nil {
		v.t.Fatal(err)
	}
}

// leaves waits for the end and holds that nothing is left: the terminal is as
// it was, the port is free, no process runs that labo started.
func (v *viewer) leaves(exit int, port string) {
	v.t.Helper()
	v.exits(exit)
	v.until("the terminal is given back", func([]string) bool { return !v.screen.Full() && !v.screen.CursorHidden() })
	if err := v.control(func(fd int) error {
		after, err := term.GetState(fd)
		if err == nil && *after != *v.before {
			err = errors.New("it differs")
		}
		return err
	}); err != nil {
		v.t.Errorf("the terminal's mode is not what it was: %v", err)
	}
	if odd := v.screen.Odd(); len(odd) > 0 {
		v.t.Errorf("sent to the terminal: %q", odd)
	}
	v.leftNothing(port)
}

// exits waits for the end and checks the exit status.
func (v *viewer) exits(want int) {
	v.t.Helper()
	got := 0
	select {
	case err := <-v.ended:
		if e, ok := errors.AsType[*exec.ExitError](err); ok {
			got = e.ExitCode()
		} else if err != nil {
			v.t.Fatal(err)
		}
	case <-time.After(20 * time.Second):
		v.t.Fatalf("labo does not end:\n%s", v.screen.Text())
	}
	if got != want {
		v.t.Errorf("exit %d, want %d:\n%s", got, want, v.screen.Text())
	}
}

func (v *viewer) leftNothing(port string) {
	v.t.Helper()
	if port != "" {
		l, err := net.Listen("tcp4", "127.0.0.1:"+port)
		if err != nil {
			v.t.Errorf("the port is not free: %v", err)
		} else {
			l.Close()
		}
	}
	if left := v.marked(); len(left) > 0 {
		v.t.Errorf("processes are left: %v", left)
	}
}

// begunHome is the notebook of somebody who has begun another step: labo asks
// nothing before it plays.
func begunHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	book := notebook.Open(notebook.Options{Getenv: func(string) string { return home }, Now: time.Now})
	step, _ := lessons.StepByNumber(4)
	heads, err := step.Heads()
	if err != nil {
		t.Fatal(err)
	}
	book.Begun(heads[1])
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	return home
}

// opening returns the first words of a part of a scene: what tells that it is
// on screen, whatever else is there.
func opening(t *testing.T, step int, scene, part string) string {
	t.Helper()
	s, ok := lessons.StepByNumber(step)
	if !ok {
		t.Fatalf("no step %d", step)
	}
	script, err := s.Prose()
	if err != nil {
		t.Fatal(err)
	}
	section, ok := script.Section(scene)
	if !ok {
		t.Fatalf("no scene %s", scene)
	}
	p, ok := section.Part(part)
	if !ok {
		t.Fatalf("scene %s has no part %q", scene, part)
	}
	words := strings.Fields(strings.ReplaceAll(text.French(prose.Text(p.Blocks[0].Spans)), text.NBSP, " "))
	kept := 0
	for kept < min(len(words), 4) && !strings.Contains(words[kept], "{") {
		kept++
	}
	return strings.Join(words[:kept], " ")
}

// A reader who has never played is told of the text, answers, leaves with q,
// comes back, and goes on where they were.
func TestAReaderComesBackOnScreen(t *testing.T) {
	home, port := t.TempDir(), somePort(t)
	args := []string{"etape", "1", "--port", port}
	v := bySight(t, "labo", home, args...)
	v.sees("--texte")
	v.presses("\r")
	v.sees(opening(t, 1, "port-libre", "prediction"))
	v.presses("2\r")
	v.sees(opening(t, 1, "port-libre", "explication"))
	v.presses("\r")
	v.sees(opening(t, 1, "creer-un-socket", "prediction"))
	v.presses("q")
	v.leaves(0, port)
	v.until("what to type next", func(lines []string) bool { return shown(lines, "labo etape 1") })

	v = bySight(t, "labo", home, args...)
	v.sees("1 scène sur 9")
	v.presses("\r")
	v.sees(opening(t, 1, "creer-un-socket", "prediction"))
	v.presses("\x04") // Ctrl+D
	v.leaves(0, port)
}

// The list of scenes leads anywhere, the arrows to the scenes around, r plays
// the scene again; help comes and goes.
func TestMovesOnScreen(t *testing.T) {
	port := somePort(t)
	v := bySight(t, "labo", begunHome(t), "etape", "1", "--port", port)
	v.sees(opening(t, 1, "port-libre", "prediction"))
	v.presses("s")
	v.sees("listen(1) : ouvrir le port") // one of the titles
	v.presses("4\r")
	v.sees("scène 4/9")
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("\x1b[D") // ←
	v.sees("scène 3/9")
	v.sees(opening(t, 1, "reserver-le-port", ""))
	v.presses("n")
	v.sees("scène 4/9")
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("?")
	v.sees("Ctrl+Z")
	v.presses("x")
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("\r") // what is below
	v.presses("3\r")
	v.sees("prédit 3")
	v.presses("r")
	v.sees(opening(t, 1, "ecouter", ""))
	v.presses("q")
	v.leaves(0, port)
}

// waits are moments of scenes, of every kind, and how a reader comes there.
var waits = []struct {
	name  string
	step  string
	scene string
	comes func(t *testing.T, v *viewer)
}{
	{"ask", "1", "port-libre", func(t *testing.T, v *viewer) { v.sees(opening(t, 1, "port-libre", "prediction")) }},
	{"ask, answered", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("2")
		v.sees("▸ 2")
	}},
	{"pause", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 1, "port-libre", "explication"))
	}},
	{"input", "2", "vos-messages", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 2, "vos-messages", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 2, "vos-messages", "saisie"))
		v.presses("bonjour")
		v.sees("› bonjour")
	}},
	{"input put aside", "2", "vos-messages", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 2, "vos-messages", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 2, "vos-messages", "saisie"))
		v.presses("\x1b")
		v.until("keys are commands", func(lines []string) bool { return strings.Contains(lines[len(lines)-1], " q ") })
	}},
	{"watch", "1", "votre-navigateur", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "votre-navigateur", "prediction"))
		v.presses("1\r")
		v.sees(opening(t, 1, "votre-navigateur", "a-vous"))
		v.sees("LISTEN")
	}},
	{"list", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("s")
		v.sees("listen(1) : ouvrir le port")
	}},
	{"help", "1", "port-libre", func(t *testing.T, v *viewer) {
		v.sees(opening(t, 1, "port-libre", "prediction"))
		v.presses("?")
		v.sees("Ctrl+Z")
	}},
	{"acting", "1", "attendre-un-client", func(t *testing.T, v *viewer) { // it measures for a second
		v.sees(opening(t, 1, "attendre-un-client", "prediction"))
		v.presses("1\r")
	}},
	{"acting, with a child", "2", "partir-sans-exit", func(t *testing.T, v *viewer) { // Python runs for two seconds
		v.sees(opening(t, 2, "partir-sans-exit", "prediction"))
		v.presses("1\r")
		v.until("the child runs", func([]string) bool { return len(v.marked()) > 1 })
	}},
}

// marked returns the processes of this labo.
func (v *viewer) marked() (pids []string) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range environments {
		if env, err := os.ReadFile(file); err == nil && slices.Contains(strings.Split(string(env), "\x00"), v.mark) {
			pids = append(pids, filepath.Base(filepath.Dir(file)))
		}
	}
	return pids
}

// Ctrl+C at any moment ends labo at once, leaves nothing, and says how to come
// back.
func TestCtrlCAtAnyMomentOnScreen(t *testing.T) {
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) {
			if w.name == "acting, with a child" {
				needChildren(t)
			}
			t.Parallel()
			port := somePort(t)
			v := bySight(t, "labo", begunHome(t), "etape", w.step, "--port", port, "--scene", w.scene)
			w.comes(t, v)
			v.pressesAtOnce("\x03")
			v.leaves(130, port)
			v.sees("Pour reprendre")
		})
	}
}

// needChildren skips where the processes of a labo cannot be found, or where
// there is no Python for them.
func needChildren(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("written for /proc")
	}
	strict.Need(t, "python3")
}

// The same in projection, before and after a vote.
func TestCtrlCInProjection(t *testing.T) {
	for name, votes := range map[string]string{"vote": "", "histogram": "3\r5\r1\r", "answer": "3\r5\r1\r\r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port, home := somePort(t), t.TempDir()
			v := bySight(t, "labo", home, "etape", "1", "--port", port, "--projection")
			v.sees("Un port libre")
			v.presses("\r")
			v.sees(opening(t, 1, "port-libre", "prediction"))
			switch v.presses(votes); name {
			case "histogram":
				v.sees("[ 5]")
			case "answer":
				v.sees("sport = :" + port)
			}
			v.pressesAtOnce("\x03")
			v.leaves(130, port)
			if kept, err := os.ReadDir(home); err != nil || len(kept) > 0 {
				t.Errorf("projection keeps %v (%v)", kept, err)
			}
		})
	}
}

// kill -TERM and kill -HUP end labo as Ctrl+C does, at a wait and while a scene
// acts.
func TestSignalsOnScreen(t *testing.T) {
	for _, w := range waits {
		for signal, exit := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
			if w.name != "pause" && w.name != "watch" && w.name != "acting" && w.name != "input" {
				continue
			}
			t.Run(w.name+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				port := somePort(t)
				v := bySight(t, "labo", begunHome(t), "etape", w.step, "--port", port, "--scene", w.scene)
				w.comes(t, v)
				if err := v.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				v.leaves(exit, port)
			})
		}
	}
}

// A closed window ends labo, and what it has started.
func TestClosedTerminalOnScreen(t *testing.T) {
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) {
			if w.name == "acting, with a child" {
				needChildren(t)
			}
			t.Parallel()
			port := somePort(t)
			v := bySight(t, "labo", begunHome(t), "etape", w.step, "--port", port, "--scene", w.scene)
			w.comes(t, v)
			v.master.Close()
			v.exits(129)
			v.leftNothing(port)
		})
	}
}

// After a mistake in a scene, or in what draws it, the terminal is given back
// before anything is told of it.
func TestMistakesOnScreen(t *testing.T) {
	for kind, exit := range map[string]int{"scene": 2, "vue": 1} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			v := bySight(t, "labo-panne", begunHome(t), "panne", kind)
			if kind == "scene" {
				v.sees("Un port libre")
				v.presses("\r")
			}
			v.leaves(exit, "")
			all := v.all()
			back := strings.LastIndex(all, "\x1b[?1049l")
			if back < 0 || strings.Contains(all[:back], wanted) || strings.Contains(all[:back], "goroutine ") {
				t.Errorf("the mistake is told on the screen:\n%q", all)
			}
			if back > 0 && !strings.Contains(all[back:], wanted) {
				t.Errorf("nothing is told of the mistake:\n%s", v.screen.Text())
			}
		})
	}
}

// The picture fits its terminal, whatever its size becomes, at a wait and while
// a scene acts.
func TestResizeOnScreen(t *testing.T) {
	port := somePort(t)
	v := bySight(t, "labo", begunHome(t), "etape", "1", "--port", port, "--scene", "attendre-un-client")
	v.sees(opening(t, 1, "attendre-un-client", "prediction"))
	// From one column, ultraviolet forgets a last row that begins with a blank.
	for _, size := range []pty.Winsize{{Rows: 40, Cols: 120}, {Rows: 20, Cols: 60}, {Rows: 5, Cols: 20}, {Rows: 1, Cols: 2}, {Rows: 200, Cols: 400}, {Rows: 24, Cols: 80}} {
		v.resizes(size)
	}
	v.presses("1\r")
	v.resizes(pty.Winsize{Rows: 30, Cols: 100}) // while it acts
	v.sees("CLIENT │ NOYAU │ SERVEUR")
	v.presses("q")
	v.leaves(0, port)
}

// resizes gives the terminal another size and waits until the picture fills
// it: the header to its last column, the keys on its last row.
func (v *viewer) resizes(size pty.Winsize) {
	v.t.Helper()
	v.screen.Resize(int(size.Cols), int(size.Rows))
	if err := v.control(func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: size.Rows, Col: size.Cols})
	}); err != nil {
		v.t.Fatal(err)
	}
	v.until(fmt.Sprintf("%d by %d", size.Cols, size.Rows), func(lines []string) bool {
		first, last := lines[0], lines[len(lines)-1]
		return text.Width(first) == int(size.Cols) && (len(lines) < 4 || strings.TrimSpace(last) != "")
	})
}
