package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"labo/lessons/atelier"
	"labo/lessons/emulator"
	"labo/probe/probetest"
)

// start starts the command on a terminal.
func (r *matrixRun) start() {
	t := r.t
	r.dir, r.port = t.TempDir(), somePort(t)
	home := filepath.Join(r.dir, "home")
	work := filepath.Join(r.dir, "work")
	for _, d := range []string{home, work, filepath.Join(r.dir, "tmp")} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	begun(t, home)
	number, _ := strconv.Atoi(r.port)
	for _, name := range []string{"serveur.py", "client.py"} {
		program, err := atelier.Source(name, uint16(number))
		if err == nil {
			err = os.WriteFile(filepath.Join(work, name), []byte(program), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
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
	r.slave, r.unread = slave, make(chan struct{})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("LABO_MARQUE=%s-%d", t.Name(), time.Now().UnixNano())
	cmd := exec.Command(self)
	program := "labo"
	if r.how.jobs {
		program = "labo-coquille"
	}
	cmd.Args = append([]string{program}, strings.Fields(strings.ReplaceAll(r.command.words, "PORT", r.port))...)
	cmd.Dir = work
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=fr_FR.UTF-8", "LC_ALL=", "GORACE=atexit_sleep_ms=0", "LABO_HOME="+home,
		"XDG_CACHE_HOME="+filepath.Join(r.dir, "cache"), "TMPDIR="+filepath.Join(r.dir, "tmp"), mark, r.command.env)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: !r.how.hung}
	r.v = &viewer{t: t, cmd: cmd, master: unblocked(t, master), before: before, mark: mark,
		news: make(chan struct{}, 1), over: make(chan struct{}), ended: make(chan error, 1)}
	r.v.screen = emulator.New(80, 24, silenced{r})
	t.Cleanup(func() { r.v.master.Close(); slave.Close(); r.v.screen.Close() })
	if r.command.peer == 'S' {
		r.serves()
	}
	told, tells, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer told.Close()
	if r.how.jobs {
		cmd.ExtraFiles = []*os.File{tells}
	}
	err = cmd.Start()
	tells.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	if r.labo = cmd.Process.Pid; r.how.jobs {
		if _, err := fmt.Fscan(told, &r.labo); err != nil {
			t.Fatal(err)
		}
	}
	go r.reads()
	go func() { r.v.ended <- cmd.Wait() }()
	if r.command.peer == 'C' {
		r.connects()
	}
}

// silenced is the terminal's keyboard for what the emulator answers, until
// nobody reads.
type silenced struct{ r *matrixRun }

func (s silenced) Write(p []byte) (int, error) {
	select {
	case <-s.r.unread:
		return len(p), nil
	default:
		return s.r.v.master.Write(p)
	}
}

// reads shows what is written until nobody reads any more, or nobody writes.
func (r *matrixRun) reads() {
	defer close(r.v.over)
	buf := make([]byte, 4096)
	for {
		select {
		case <-r.unread:
			return
		default:
		}
		r.v.master.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		n, err := r.v.master.Read(buf)
		r.v.screen.Write(buf[:n])
		r.v.mu.Lock()
		r.v.written.Write(buf[:n])
		r.v.mu.Unlock()
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
	}
}

// serves is a server that listens to all, and says nothing.
func (r *matrixRun) serves() {
	l, err := net.Listen("tcp4", "127.0.0.1:"+r.port)
	if err != nil {
		r.t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		conn, err := l.Accept()
		l.Close()
		if err == nil {
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	})
	r.t.Cleanup(func() { l.Close(); all.Wait() })
}

// connects is a client that says nothing.
func (r *matrixRun) connects() {
	for range 400 {
		conn, err := net.Dial("tcp4", "127.0.0.1:"+r.port)
		if err == nil {
			r.t.Cleanup(func() { conn.Close() })
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// foreground makes the shell let what it runs go on in front.
const foreground = unix.SIGUSR1

func init() { systemPrograms["labo-coquille"] = shellMain }

// shellMain runs labo as a shell with jobs does: in a group of its own, in front;
// when it is suspended the shell has the terminal again. It tells labo's number
// on its fourth file.
func shellMain() {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, foreground)
	cmd := exec.Command(self)
	cmd.Args = append([]string{"labo"}, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Foreground: true}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	signal.Ignore(unix.SIGTTOU, unix.SIGTTIN, unix.SIGTSTP) // not before: labo would inherit that
	labo := cmd.Process.Pid
	fmt.Fprintln(os.NewFile(3, ""), labo)
	front := func(group int) { unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, group) }
	go func() {
		for range asked {
			front(labo)
			unix.Kill(-labo, unix.SIGCONT)
		}
	}()
	for {
		var ws unix.WaitStatus
		if _, err := unix.Wait4(labo, &ws, unix.WUNTRACED, nil); err != nil && err != unix.EINTR {
			panic(err)
		}
		switch {
		case ws.Stopped():
			front(unix.Getpgrp())
		case ws.Signaled():
			os.Exit(128 + int(ws.Signal()))
		case ws.Exited():
			os.Exit(ws.ExitStatus())
		}
	}
}
