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
	"labo/lessons/check/pace"
	"labo/lessons/check/runner"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

const (
	// rest is how long a program must wait, and ask for nothing more, before labo
	// says that nothing more comes.
	rest = time.Second
	// spin is how long it must compute, and ask for nothing, before labo says that
	// it loops; of processor time.
	spin = 700 * time.Millisecond
	// most bounds a run. Whoever has shown nothing by then is not judged.
	most = time.Minute
	// flood is more than any program prints here, in bytes.
	flood = 64 << 10
	// calls is more than any program asks for here.
	calls = 20000
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

// until waits until cond holds; it reports false once the program waits for
// something else, loops, has ended, or prints without end.
func (r *run) until(cond func() bool) bool {
	tick := time.NewTicker(pace.Step)
	defer tick.Stop()
	calm := calm{activity: r.activity(), at: time.Now()}
	for {
		ended := r.ended()
		if cond() {
			return true
		}
		if ended || time.Since(r.began) > most || r.out.Total() > flood || r.activity() > flood+calls || r.ctx.Err() != nil {
			return false
		}
		select {
		case <-r.wake:
			continue
		case <-r.running.Done():
		case <-r.ctx.Done():
		case <-tick.C:
		}
		if calm.look(r); calm.idle >= rest || calm.busy >= spin {
			r.spun = calm.busy >= spin
			return false
		}
	}
}

// calm tells for how long a program has done nothing, or only computed.
type calm struct {
	activity   int64
	at         time.Time
	cpu        probe.Maybe[time.Duration]
	idle, busy time.Duration
}

// look compares the program with what it was. One that waits in no call has not
// begun, computes, or is not let run by a busy machine: only the time that it had
// a processor counts then, once its own code runs.
func (c *calm) look(r *run) {
	now, n := time.Now(), r.activity()
	elapsed := min(now.Sub(c.at), pace.Most)
	c.at = now
	waits := len(r.running.Record.Waiting()) > 0
	if n != c.activity || waits {
		c.busy, c.cpu = 0, probe.Maybe[time.Duration]{}
	}
	switch {
	case n != c.activity:
		c.activity, c.idle = n, 0
	case waits:
		c.idle += elapsed
	case r.begun():
		info, err := probe.Process(r.ctx, r.running.PID())
		if err != nil || !info.CPUTime.Known {
			return
		}
		if c.cpu.Known {
			c.busy += info.CPUTime.Value - c.cpu.Value
		}
		c.cpu = info.CPUTime
	}
}

// begun reports whether the student's own code runs.
func (r *run) begun() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen > 0
}

// activity counts what the program has done.
func (r *run) activity() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int64(r.seen) + r.out.Total() + r.errs.Total() + r.got.Total()
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
		r.doubts("le noyau refuse l'appel de labo au port "+strconv.Itoa(int(r.port)), 0)
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
