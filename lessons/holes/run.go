package holes

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// how is by what means programs are watched; a test asks for the means of other
// systems.
var how = trace.Best

// run is one run of a program, while it is played.
type run struct {
	ctx    context.Context
	python check.Python
	path   string
	port   uint16
	began  time.Time
	wake   chan struct{}

	session *trace.Session
	running *trace.Running
	out     *runner.Capture // what it prints
	errs    *runner.Capture
	keys    *os.File // its keyboard
	read    sync.WaitGroup
	pipes   []*os.File

	conn     net.Conn // of the partner
	listener *net.TCPListener
	got      *runner.Capture // what the partner was sent

	mu     sync.Mutex
	facts  map[string]Fact
	failed []syscalls.Event // calls that the kernel refused, at lines of the program
	fds    map[int]string   // its sockets: "écoute", "connexion"
	root   int              // the first thread
	seen   int              // calls at lines of the program
	made   []syscalls.Event // the calls about its sockets, in order, the first ones
	recv   syscalls.Event   // the last that gave it bytes
	sent   syscalls.Event   // the last by which it sent
	parts  int              // by which it sent
	closed []syscalls.Event // of its sockets, at lines of the program
	recvs  int              // that gave it bytes
	empty  int              // that gave it none
	last   syscalls.Event
	status *syscalls.Status // once it has ended
	spun   bool             // it has computed for that long, and asked for nothing
	doubt  string           // what the partner saw that is not as asked: a French sentence
	where  int              // its line
}

// start starts a program under the eye of the kernel, or of Python where that
// cannot be.
func start(ctx context.Context, python check.Python, path string, port uint16) (*run, error) {
	r := &run{ctx: ctx, python: python, path: path, port: port, began: time.Now(), wake: make(chan struct{}, 1),
		out: &runner.Capture{}, errs: &runner.Capture{}, got: &runner.Capture{},
		facts: map[string]Fact{}, fds: map[int]string{}}
	theirs, err := r.connect()
	if err == nil && strings.HasPrefix(filepath.Base(path), "client") {
		err = r.host()
	}
	if err == nil {
		command := &trace.Command{Words: []string{filepath.Base(python.Path), path}, Path: python.Path, Python: true, Script: path}
		env := append(withoutPython(os.Environ()), "PYTHONUNBUFFERED=1", "PYTHONIOENCODING=utf-8", "PYTHONNOUSERSITE=1")
		r.session, err = trace.Start(ctx, []*trace.Command{command}, trace.Options{
			How: how, Env: env, Since: r.began, Files: func(int) [3]*os.File { return theirs },
			Observe: func(_ int, e *syscalls.Event) { r.observe(e) },
		})
	}
	for _, f := range theirs {
		if f != nil {
			f.Close()
		}
	}
	if err != nil {
		if r.listener != nil {
			r.listener.Close()
		}
		for _, f := range append(r.pipes, r.keys) {
			if f != nil {
				f.Close()
			}
		}
		return nil, err
	}
	r.running = r.session.Programs[0]
	for i, to := range []*runner.Capture{r.out, r.errs} {
		from := r.pipes[i]
		r.read.Go(func() { r.drain(from, to) })
	}
	return r, nil
}

// connect makes the pipes of the program, and returns its ends.
func (r *run) connect() (theirs [3]*os.File, err error) {
	pipe := func() (read, write *os.File) {
		if err == nil {
			read, write, err = os.Pipe()
		}
		return read, write
	}
	var out, errs *os.File
	theirs[0], r.keys = pipe()
	out, theirs[1] = pipe()
	errs, theirs[2] = pipe()
	r.pipes = []*os.File{out, errs}
	return theirs, err
}

func withoutPython(env []string) []string {
	var kept []string
	for _, v := range env {
		if !strings.HasPrefix(v, "PYTHON") {
			kept = append(kept, v)
		}
	}
	return kept
}

// drain keeps what comes, and wakes the run.
func (r *run) drain(from io.Reader, to *runner.Capture) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			to.Write(buf[:n])
			r.poke()
		}
		if err != nil {
			return
		}
	}
}

func (r *run) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// end ends the program and its partner, by RST: nothing keeps a memory of them.
func (r *run) end() {
	r.session.Kill()
	r.keys.Close()
	if c, ok := r.conn.(*net.TCPConn); ok {
		c.SetLinger(0)
		c.Close()
	}
	if r.listener != nil {
		r.listener.Close()
	}
	for _, f := range r.pipes { // what it started may still hold the other end
		f.SetReadDeadline(time.Now())
	}
	r.read.Wait()
	for _, f := range r.pipes {
		f.Close()
	}
}

// source says who told the calls.
func (r *run) source() string {
	if r.running.Journal() {
		return "journal de Python"
	}
	return "ptrace"
}

// ended reports whether the program has ended, and all it wrote was read.
func (r *run) ended() bool {
	select {
	case <-r.running.Done():
	default:
		return false
	}
	r.read.Wait()
	return true
}

// dial has the partner call the program.
func (r *run) dial() bool {
	ctx, cancel := context.WithTimeout(r.ctx, 3*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(r.port))))
	if err != nil {
		words, line, over := "le noyau refuse l'appel de labo au port "+strconv.Itoa(int(r.port)), 0, r.until(r.ended)
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, e := range r.closed {
			if r.fds[e.Call.FD] == own {
				words, line = words+" : close() a déjà rendu le socket qui écoutait", e.Place.Line
			}
		}
		if line > 0 || !over { // one that has ended refuses as a matter of course
			r.doubts(words, line)
		}
		return false
	}
	r.take(conn)
	return true
}

// take has the partner read what the program sends on a connection.
func (r *run) take(conn net.Conn) {
	r.conn = conn
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := conn.Read(buf)
			if n > 0 {
				r.got.Write(buf[:n])
				r.poke()
			}
			if err != nil {
				return
			}
		}
	}()
}

// host has the partner listen for the program.
func (r *run) host() error {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(r.port)})
	if err != nil {
		return err
	}
	r.listener = l
	return nil
}
