//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"labo/lessons"
	"labo/lessons/emulator"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/text"
	"labo/probe/probetest"
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
	over   chan struct{} // closed when all that was written is read
	ended  chan error    // how labo has ended, after over
	mark   string        // in the environment of labo and of all that it starts

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
		probetest.Missing(t, "no pseudo-terminal here: %v", err)
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
		screen: emulator.New(80, 24, master), news: make(chan struct{}, 1), over: make(chan struct{}), ended: make(chan error, 1)}
	go v.read()
	go func() {
		err := cmd.Wait()
		<-v.over
		v.ended <- err
	}()
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

// read reads until nobody has the terminal any more.
func (v *viewer) read() {
	defer close(v.over)
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
	acts := func(lines []string) bool { return shown(lines, "labo agit") }
	for still := false; !still; still = !acts(v.screen.Lines()) { // a scene may act after its first words
		v.until("the scene waits", func(lines []string) bool { return !acts(lines) })
		<-time.After(reading)
	}
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
