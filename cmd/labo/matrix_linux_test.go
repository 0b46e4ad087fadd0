package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

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
	for limit := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
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
	case <-time.After(time.Minute):
		r.says("it does not end within a minute")
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
	for limit := time.Now().Add(2 * time.Second); got == 2 && r.how.want == 131 && time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		if r.unborn() { // once it is read
			return
		}
	}
	if got == 1 && r.command.program && r.how.want == 130 {
		return // Ctrl+C while Python starts makes its start fail
	}
	if got != r.how.want && !slices.Contains(r.command.natural, got) {
		r.says("status %d, want %d", got, r.how.want)
	}
}

// unborn reports whether SIGQUIT came before labo could hear it: Go then shows
// what it was doing.
func (r *matrixRun) unborn() bool {
	all := r.v.all()
	return strings.Contains(all, "SIGQUIT: quit") && !strings.Contains(all, "main.run(")
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
	all := r.v.all()
	if strings.HasPrefix(r.command.words, "etape 1") && !strings.Contains(r.command.words, "projection") && strings.Contains(all, "aviez prédit") {
		if sc := book.Step(1).Scene("port-libre"); len(sc.Predictions) == 0 {
			r.says("the answer is lost: %+v", sc)
		}
	}
	if r.unborn() || r.command.program && strings.Contains(all, "Fatal Python error: init_import_site") {
		return // theirs, not labo's
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
