//go:build unix

package chat

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"labo/lessons/stage/editor"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// The terminals of the tests, higher than anything that is said on them.
const screenWidth, screenHeight = 60, 120

// programVariable makes the test binary be a program of this package:
// "serveur PORT", "client PORT", "serveur2 PORT" or "client2 PORT", on the
// standard streams, with remarks on stderr.
const programVariable = "LABO_CHAT_TEST"

func TestMain(m *testing.M) {
	if program := os.Getenv(programVariable); program != "" {
		os.Exit(programMain(program))
	}
	if signal.Ignored(os.Interrupt) { // started with & by a script: children would ignore it too
		signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	}
	os.Exit(m.Run())
}

func programMain(program string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	role, number, _ := strings.Cut(program, " ")
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		panic(err)
	}
	say := func(n Notice) { fmt.Fprintln(os.Stderr, n.Kind, n.MidLine) }
	var in io.Reader = os.Stdin
	var out io.Writer = os.Stdout
	if strings.HasSuffix(role, "2") && isTerminal(os.Stdin) && os.Getenv("TERM") != "dumb" {
		e, err := editor.Open(os.Stdin, os.Stdout, func() int { return screenWidth })
		if err != nil {
			panic(err)
		}
		defer e.Close()
		context.AfterFunc(ctx, func() { e.Close() })
		in, out = e, e
	}
	var ending Ending
	switch role {
	case "serveur":
		ending, err = (&Server{Port: uint16(port), In: in, Out: out, OnNotice: say}).Run(ctx)
	case "client":
		ending, err = (&Client{Port: uint16(port), In: in, Out: out, OnNotice: say}).Run(ctx)
	case "serveur2":
		ending, err = (&Server2{Port: uint16(port), In: in, Out: out, OnNotice: say}).Run(ctx)
	case "client2":
		ending, err = (&Client2{Port: uint16(port), In: in, Out: out, OnNotice: say}).Run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return int(ending)
}

// program is a child that runs on a pseudo-terminal of its own. Its stderr
// goes elsewhere, so that screen has the echo of what is typed and stdout,
// and nothing else.
type program struct {
	t      *testing.T
	name   string
	cmd    *exec.Cmd
	tty    *os.File
	screen *lockedBuffer
	stderr *lockedBuffer
	before *unix.Termios // of the terminal, before the program began
	read   chan struct{} // closed when the terminal has given everything
	exited chan struct{}
}

// labo returns the command of a program of this package.
func labo(t *testing.T, role string, port uint16) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "TERM=xterm", fmt.Sprintf("%s=%s %d", programVariable, role, port))
	return cmd
}

// python returns the command of a program of the sheet, on another port.
func python(t *testing.T, role string, port uint16) *exec.Cmd {
	t.Helper()
	interpreter := probetest.Need(t, "python3")
	folder := "testdata"
	if strings.HasSuffix(role, "2") {
		folder = filepath.Join("..", "atelier", "fichiers")
	}
	source, err := os.ReadFile(filepath.Join(folder, role+".py"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), "12345") != 1 {
		t.Fatalf("%s.py does not say its port once", role)
	}
	file := filepath.Join(t.TempDir(), role+".py")
	moved := strings.Replace(string(source), "12345", strconv.Itoa(int(port)), 1)
	if err := os.WriteFile(file, []byte(moved), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(interpreter, file)
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "PYTHONIOENCODING=utf-8")
	return cmd
}

// run starts a command on a terminal. The child leads a session and a process
// group of its own; the test ends it whatever happens.
func run(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	tty, child, err := pty.Open()
	if err != nil {
		probetest.Missing(t, "no pseudo-terminal here: %v", err)
	}
	before := termiosOf(t, tty)
	p := &program{
		before: before,
		t:      t, name: filepath.Base(cmd.Path), cmd: cmd, tty: tty,
		screen: &lockedBuffer{}, stderr: &lockedBuffer{},
		read: make(chan struct{}), exited: make(chan struct{}),
	}
	cmd.Stdin, cmd.Stdout = child, child
	cmd.Stderr = p.stderr
	if cmd.Path != "" && strings.Contains(p.name, "python") {
		cmd.Stderr = child // python writes the prompt of input() there
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child.Close()
	go func() {
		defer close(p.read)
		io.Copy(p.screen, tty) // ends with EIO when no one has the terminal open
	}()
	go func() {
		defer close(p.exited)
		cmd.Wait()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.exited
		<-p.read
		tty.Close()
	})
	return p
}

// shows waits until the screen holds s, n times at least.
func (p *program) shows(s string, n int) {
	p.t.Helper()
	p.await(fmt.Sprintf("show %q %d times", s, n), func() bool { return strings.Count(p.screen.String(), s) >= n })
}

// says waits until a program of labo has made a remark.
func (p *program) says(kind NoticeKind) {
	p.t.Helper()
	p.await(fmt.Sprintf("say %d", kind), func() bool { return strings.Contains("\n"+p.stderr.String(), fmt.Sprintf("\n%d ", kind)) })
}

func (p *program) await(what string, state func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(bound); !state(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s does not %s:\n%s\nstderr:\n%s", p.name, what, p.screen, p.stderr)
		}
	}
}

// keys types on the terminal.
func (p *program) keys(s string) {
	p.t.Helper()
	if _, err := io.WriteString(p.tty, s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the end of the program and returns its exit status.
func (p *program) ends() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(bound):
		p.t.Fatalf("%s still runs after %v:\n%s\nstderr:\n%s", p.name, bound, p.screen, p.stderr)
	}
	<-p.read
	return p.cmd.ProcessState.ExitCode()
}

func freePort(t *testing.T) uint16 { return uint16(freeport.Get(t)) }
