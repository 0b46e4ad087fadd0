package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"labo/lessons/atelier"
	"labo/lessons/emulator"
	"labo/lessons/notebook"
	"labo/probe"
	"labo/probe/probetest"
)

// The matrix: every command, ended in every way, at any moment. The screen is
// given back, nothing runs, listens or lies about, and what was learned is kept.
//
// Two dozen pairs by default, other ones each time; LABO_MATRIX=N plays every
// pair N times, and says how long the ends took. LABO_MATRIX_SEED plays again
// what a test has logged.

func TestMatrix(t *testing.T) {
	// A shim before Python is a shell that ignores Ctrl+\.
	python, err := exec.Command(probetest.Need(t, "python3"), "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(string(python))+string(os.PathListSeparator)+os.Getenv("PATH"))
	times, _ := strconv.Atoi(os.Getenv("LABO_MATRIX"))
	seed, err := strconv.ParseUint(os.Getenv("LABO_MATRIX_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("LABO_MATRIX_SEED=%d", seed)
	var pairs [][2]int
	for c := range matrixCommands {
		for e := range matrixEnds {
			pairs = append(pairs, [2]int{c, e})
		}
	}
	draw := rand.New(rand.NewPCG(seed, 0))
	draw.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	if times == 0 {
		pairs, times = pairs[:24], 1
	}
	const longest = 1500 * time.Millisecond
	var mu sync.Mutex
	var took []time.Duration
	const late = time.Second // a promise for a machine that has nothing else to do
	t.Run("all", func(t *testing.T) {
		for i, pair := range slices.Repeat(pairs, times) {
			c, e := matrixCommands[pair[0]], matrixEnds[pair[1]]
			t.Run(fmt.Sprintf("labo %s %c/%s", c.words, max(c.peer, '-'), e.name), func(t *testing.T) {
				t.Parallel()
				r := &matrixRun{t: t, command: c, how: e, random: rand.New(rand.NewPCG(seed, uint64(1+i)))}
				d := r.plays(longest)
				mu.Lock()
				took = append(took, d)
				mu.Unlock()
				if d > late {
					t.Logf("it took %s", d)
				}
				if len(r.wrong) > 0 {
					t.Errorf("%s\n%s", strings.Join(r.wrong, "\n"), r.v.screen.Text())
				}
			})
		}
	})
	slices.Sort(took)
	t.Logf("%d ends: half within %s, nine in ten within %s, the longest %s", len(took), took[len(took)/2], took[len(took)*9/10], took[len(took)-1])
}

// matrixCommand is a command that is ended. In its words, PORT and FILE stand
// for a free port and for a program of the workshop that uses it.
type matrixCommand struct {
	words   string
	keys    string // one of these is typed now and then, "" for none
	env     string
	natural []int // how it may end of itself
	peer    byte  // 'S' is a server it connects to, 'C' a client that connects to it
	program bool  // Ctrl+C and Ctrl+\ are for the program it runs
}

var matrixCommands = []matrixCommand{
	{words: "", natural: []int{0}},
	{words: "etape 1 --port PORT", keys: "\r|1|2|\r|s|?"},
	{words: "etape 2 --port PORT --scene partir-sans-exit", keys: "\r|1|\r"},
	{words: "etape 1 --port PORT --texte", keys: "\r|1\r|2\r"},
	{words: "etape 2 --port PORT --texte --auto=100ms", natural: []int{0}},
	{words: "etape 1 --port PORT --projection", keys: "\r|1|5\r"},
	{words: "etape 4 --texte --recommencer", natural: []int{0, 1}},
	{words: "etats", keys: "\r"},
	{words: "etats --texte --auto=50ms", natural: []int{0}},
	{words: "etats CLOSING --texte"},
	{words: "sonde PORT", natural: []int{0}},
	{words: "sonde PORT --suivre", keys: "?|j|k"},
	{words: "sonde PORT --suivre", env: "TERM=dumb"},
	{words: "notes", keys: "?|j"},
	{words: "serveur --port PORT"},
	{words: "serveur --port PORT", peer: 'C', keys: "bonjour\r"},
	{words: "client --port PORT", peer: 'S', keys: "bonjour\r"},
	{words: "serveur2 --port PORT"},
	{words: "serveur2 --port PORT", peer: 'C', keys: "bonjour\r|é|\x1b[D"},
	{words: "client2 --port PORT", peer: 'S', keys: "bonjour\r|é|\x1b[D"},
	{words: "verifier --port PORT serveur.py", natural: []int{0, 1}},
	{words: "verifier --port PORT serveur.py --suivre"},
	{words: "trace serveur.py"},
	{words: "trace --texte serveur.py", program: true},
	{words: "trace --texte --source python serveur.py", program: true},
	{words: "trace serveur.py client.py", natural: []int{0}},
	{words: "cahier", natural: []int{0}},
	{words: "cahier --effacer", natural: []int{0}},
	{words: "atelier --restaurer serveur.py", natural: []int{0}},
}

// matrixEnd is a way to end a command. want is the status then, as a shell says
// it.
type matrixEnd struct {
	name string
	want int
	end  func(r *matrixRun)
	hung bool // without a controlling terminal: it goes without a signal
	jobs bool // under a shell, which can suspend it
}

var matrixEnds = []matrixEnd{
	{name: "HUP", want: 129, end: func(r *matrixRun) { r.kill(unix.SIGHUP) }},
	{name: "TERM", want: 143, end: func(r *matrixRun) { r.kill(unix.SIGTERM) }},
	{name: "INT", want: 130, end: func(r *matrixRun) { r.keyboard(unix.SIGINT, "\x03") }},
	{name: "QUIT", want: 131, end: func(r *matrixRun) { r.keyboard(unix.SIGQUIT, "\x1c") }},
	{name: "TERM twice", want: 143, end: func(r *matrixRun) { r.kill(unix.SIGTERM); r.kill(unix.SIGTERM) }},
	{name: "the window is closed", want: 129, end: func(r *matrixRun) { r.closes() }},
	{name: "the terminal goes without a signal", want: 129, hung: true, end: func(r *matrixRun) { r.closes() }},
	{name: "TSTP, fg, TERM", want: 143, jobs: true, end: func(r *matrixRun) {
		r.suspended()
		r.v.cmd.Process.Signal(foreground)
		r.sleeps(200)
		r.kill(unix.SIGTERM)
	}},
	{name: "TSTP, kill %1", want: 143, jobs: true, end: func(r *matrixRun) { r.suspended(); r.kill(unix.SIGTERM); r.kill(unix.SIGCONT) }},
	{name: "unread, TERM", want: 143, end: func(r *matrixRun) { r.blocks(); r.kill(unix.SIGTERM) }},
	{name: "unread, INT", want: 130, end: func(r *matrixRun) { r.blocks(); r.keyboard(unix.SIGINT, "\x03") }},
	{name: "unread, closed", want: 129, end: func(r *matrixRun) { r.blocks(); r.closes() }},
}

// matrixRun is one command that is ended once.
type matrixRun struct {
	t       *testing.T
	command matrixCommand
	how     matrixEnd
	random  *rand.Rand
	v       *viewer
	slave   *os.File // the terminal, for what it is set to
	dir     string
	port    string
	unread  chan struct{} // closed: nobody reads the terminal any more
	closed  bool
	labo    int       // its process
	ended   time.Time // when it was told to end
	wrong   []string
}

func (r *matrixRun) says(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

func (r *matrixRun) kill(s syscall.Signal) {
	r.ended = time.Now()
	unix.Kill(r.labo, s) // over already: it ended of itself
}

// keyboard sends a signal, which the terminal gives to all where labo has lent
// it to a program.
func (r *matrixRun) keyboard(s syscall.Signal, key string) {
	if !r.command.program {
		r.kill(s)
		return
	}
	r.ended = time.Now()
	r.v.master.WriteString(key)
}

func (r *matrixRun) closes() {
	r.ended, r.closed = time.Now(), true
	r.slave.Close()
	r.v.master.Close()
}

func (r *matrixRun) sleeps(most int) {
	time.Sleep(time.Duration(r.random.IntN(most)) * time.Millisecond)
}

// suspended suspends the command, and holds that the shell has its screen then.
func (r *matrixRun) suspended() {
	r.kill(unix.SIGTSTP)
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		state := processField(r.labo, "State")
		if state == "" || strings.HasPrefix(state, "Z") {
			return
		}
		if strings.HasPrefix(state, "T") {
			break
		}
		if time.Now().After(limit) {
			r.says("TSTP does not suspend it (%s)", state)
			return
		}
	}
	r.givenBack("suspended")
}

// blocks lets nobody read the terminal any more, and fills it.
func (r *matrixRun) blocks() {
	close(r.unread)
	row := []byte(strings.Repeat("x", 1024))
	full, err := os.OpenFile(r.slave.Name(), os.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	defer full.Close()
	raw, _ := full.SyscallConn()
	raw.Control(func(fd uintptr) {
		for _, n := range []int{1024, 1} {
			for {
				if _, err := unix.Write(int(fd), row[:n]); err != nil {
					break
				}
			}
		}
	})
	for range 3 { // it has something to write
		r.v.control(func(fd int) error {
			return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(20 + r.random.IntN(40)), Col: uint16(60 + r.random.IntN(80))})
		})
		if r.command.keys != "" {
			r.types()
		}
		r.sleeps(100)
	}
}

// types types one of the keys.
func (r *matrixRun) types() {
	keys := strings.Split(r.command.keys, "|")
	r.v.control(func(fd int) error {
		unix.Write(fd, []byte(keys[r.random.IntN(len(keys))]))
		return nil
	})
}

// givenBack holds that the terminal is as it was. Nobody needs to have read it.
func (r *matrixRun) givenBack(when string) {
	after, err := term.GetState(int(r.slave.Fd()))
	if err != nil {
		r.says("%s: %v", when, err)
	} else if *after != *r.v.before {
		r.says("%s: the terminal's mode is not what it was", when)
	}
	limit := time.Now().Add(5 * time.Second)
	for r.v.screen.Full() || r.v.screen.CursorHidden() {
		if time.Now().After(limit) {
			r.says("%s: the screen is not given back (full %v, cursor hidden %v)", when, r.v.screen.Full(), r.v.screen.CursorHidden())
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

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

// plays lets the command run for a while, then ends it and looks at what is left.
func (r *matrixRun) plays(longest time.Duration) (took time.Duration) {
	r.start()
	if r.random.IntN(3) == 0 { // while it starts
		longest /= 15
	}
	for moment := time.Now().Add(time.Duration(r.random.Int64N(int64(longest)))); time.Now().Before(moment); {
		if r.command.keys != "" && r.random.IntN(3) == 0 {
			r.types()
		}
		time.Sleep(min(time.Until(moment), 100*time.Millisecond))
	}
	r.how.end(r)
	select {
	case err := <-r.v.ended:
		took = time.Since(r.ended)
		r.judges(err)
	case <-time.After(20 * time.Second):
		r.says("it does not end in 20 s")
		r.v.cmd.Process.Kill()
		<-r.v.ended
	}
	r.leaves()
	return took
}

// judges the status that it ended with.
func (r *matrixRun) judges(err error) {
	got := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		status := e.Sys().(syscall.WaitStatus)
		if got = status.ExitStatus(); status.Signaled() {
			got = 128 + int(status.Signal())
		}
	}
	if got != r.how.want && !slices.Contains(r.command.natural, got) {
		r.says("status %d, want %d", got, r.how.want)
	}
}

// leaves looks at what is left of it.
func (r *matrixRun) leaves() {
	if left := r.v.marked(); len(left) > 0 {
		for _, pid := range left {
			words, _ := os.ReadFile("/proc/" + pid + "/cmdline")
			r.says("a process is left: %q", words)
		}
	}
	if r.command.peer != 'S' {
		number, _ := parsePort(r.port)
		s, err := probe.Sockets(r.t.Context(), probe.Filter{Ports: []uint16{number}, States: probe.NewStateSet(probe.Listen, probe.Bound)})
		if err != nil || len(s.Sockets) > 0 {
			r.says("somebody has the port: %v %v", s, err)
		}
	}
	if !r.closed {
		<-time.After(20 * time.Millisecond)
		r.drains()
		r.givenBack("at the end")
	}
	for _, place := range []string{"tmp", "cache/labo/temp"} {
		if left, _ := os.ReadDir(filepath.Join(r.dir, place)); len(left) > 0 {
			r.says("files are left in %s: %v", place, left)
		}
	}
	book, err := notebook.Read(homeIs(filepath.Join(r.dir, "home")))
	if err != nil {
		r.says("the notebook: %v", err)
		return
	}
	r.v.mu.Lock()
	all := r.v.written.String()
	r.v.mu.Unlock()
	if strings.HasPrefix(r.command.words, "etape 1") && !strings.Contains(r.command.words, "projection") && strings.Contains(all, "aviez prédit") {
		if sc := book.Step(1).Scene("port-libre"); len(sc.Predictions) == 0 {
			r.says("the answer is lost: %+v", sc)
		}
	}
	for _, sentence := range []string{"goroutine 1 [", "trop ancien", "the helper", "did not start", "error", "EOF"} {
		if strings.Contains(all, sentence) {
			r.says("it says %q", sentence)
		}
	}
}

// drains reads what is left in the terminal after the end.
func (r *matrixRun) drains() {
	select {
	case <-r.unread:
	default:
		return
	}
	<-r.v.over
	buf := make([]byte, 4096)
	for {
		r.v.master.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		n, err := r.v.master.Read(buf)
		r.v.screen.Write(buf[:n])
		if err != nil {
			return
		}
	}
}

// begun makes the notebook of somebody who has begun another step.
func begun(t *testing.T, home string) {
	t.Helper()
	book, err := os.ReadFile(filepath.Join(begunHome(t), "cahier.json"))
	if err == nil {
		err = os.WriteFile(filepath.Join(home, "cahier.json"), book, 0o600)
	}
	if err != nil {
		t.Fatal(err)
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
