package syscalls

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"labo/probe/strict"
)

func TestMain(m *testing.M) {
	Helper()
	os.Exit(m.Run())
}

// seen is one call as both tracers tell it: name, descriptor, result.
type seen struct {
	Name, FD, Result string
}

// tree is a thread's calls, and the threads it made, in order.
type tree struct {
	Calls    []seen
	Children []*tree
}

// story is what one program does with the outside: it is given the streams of
// the program and waits for what it prints, never for time to pass.
type story struct {
	name    string
	program func(t *testing.T, port int) []string
	play    func(t *testing.T, port int, in io.Writer, out *bufio.Reader)
}

func expect(t *testing.T, out *bufio.Reader, want string) {
	t.Helper()
	var got strings.Builder
	for !strings.Contains(got.String(), want) {
		b, err := out.ReadByte()
		if err != nil {
			t.Errorf("waiting for %q: %v after %q", want, err, got.String())
			return
		}
		got.WriteByte(b)
	}
}

// sheet returns a program of the sheet on another port.
func sheet(name string) func(*testing.T, int) []string {
	return func(t *testing.T, port int) []string {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(b), "12345", strconv.Itoa(port))), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{realPython(t), "-u", file}
	}
}

func script(name string) func(*testing.T, int) []string {
	return func(t *testing.T, _ int) []string {
		abs, err := filepath.Abs(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return []string{realPython(t), abs}
	}
}

var pythonPath string

// realPython returns the interpreter itself, not a shim that looks for it.
func realPython(t testing.TB) string {
	if pythonPath == "" {
		out, err := exec.Command(strict.Need(t, "python3"), "-c", "import sys; print(sys.executable)").Output()
		if err != nil {
			t.Fatal(err)
		}
		pythonPath = strings.TrimSpace(string(out))
	}
	return pythonPath
}

func compileC(t *testing.T, _ int) []string {
	gcc := strict.Need(t, "gcc")
	out := filepath.Join(t.TempDir(), "fils")
	if b, err := exec.Command(gcc, "-pthread", "-w", "-o", out, "testdata/fils.c").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, b)
	}
	return []string{out}
}

func dial(t *testing.T, port int) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func listenOn(t *testing.T, port int) net.Listener {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

var stories = []story{
	{"serveur", sheet("serveur.py"), func(t *testing.T, port int, _ io.Writer, out *bufio.Reader) {
		expect(t, out, "En attente")
		c := dial(t, port)
		defer c.Close()
		expect(t, out, "Connexion de")
		io.WriteString(c, "bonjour")
		expect(t, out, "[Client] bonjour")
		io.WriteString(c, "exit")
		expect(t, out, "Fin de la")
	}},
	{"client", sheet("client.py"), func(t *testing.T, port int, in io.Writer, out *bufio.Reader) {
		expect(t, out, ">>> ")
		io.WriteString(in, "bonjour\n")
		expect(t, out, ">>> ")
		io.WriteString(in, "exit\n")
	}},
	{"serveur2", sheet("serveur2.py"), func(t *testing.T, port int, in io.Writer, out *bufio.Reader) {
		expect(t, out, "En attente")
		c := dial(t, port)
		defer c.Close()
		expect(t, out, ">>>]")
		io.WriteString(c, "un")
		expect(t, out, "[Client] un")
		expect(t, out, ">>>]")
		io.WriteString(in, "deux\n")
		io.ReadFull(c, make([]byte, 4))
		io.WriteString(c, "exit")
		expect(t, out, "quitté")
		io.WriteString(in, "exit\n")
		io.ReadFull(c, make([]byte, 4))
	}},
	{"client2", sheet("client2.py"), func(t *testing.T, port int, in io.Writer, out *bufio.Reader) {
		expect(t, out, ">>>]")
		io.WriteString(in, "exit\n")
	}},
	{"cent", script("cent.py"), nil},
	{"familles", script("familles.py"), func(t *testing.T, _ int, _ io.Writer, out *bufio.Reader) {
		line, err := out.ReadString('\n')
		pid, notNumber := strconv.Atoi(strings.TrimSpace(line))
		if err != nil || notNumber != nil {
			t.Errorf("the program said %q, not its pid: %v", line, err)
			return
		}
		awaitBlocked(t, pid, "recvfrom")
		if err := unix.Kill(pid, unix.SIGALRM); err != nil {
			t.Error(err)
		}
	}},
	{"fils en C", compileC, nil},
}

// awaitBlocked waits until the main thread of pid sleeps inside a call: not
// stopped by its tracer at the door of it (proc_pid_stat(5), proc_pid_syscall(5)).
func awaitBlocked(t *testing.T, pid int, name string) {
	t.Helper()
	want := strconv.Itoa(native.number(name)) + " "
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(time.Millisecond) {
		inside, err := os.ReadFile(fmt.Sprintf("/proc/%d/syscall", pid))
		if err != nil {
			t.Errorf("what process %d does: %v", pid, err)
			return
		}
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if strings.HasPrefix(string(inside), want) && strings.HasPrefix(statusField(string(status), "State"), "S") {
			return
		}
	}
	t.Errorf("process %d did not come to wait in %s", pid, name)
}

// peer answers the programs that connect: it says "exit" once they have.
func peer(l net.Listener) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	b := make([]byte, 64)
	for {
		n, err := c.Read(b)
		if err != nil {
			return
		}
		if strings.HasSuffix(string(b[:n]), "exit") {
			io.WriteString(c, "exit")
			return
		}
	}
}

// stage plays a story: start runs the program with the streams it is given and
// returns a function that waits for it.
func stage(t *testing.T, s story, start func(argv []string, files [3]*os.File) func()) {
	port := freePort(t)
	if s.name == "client" || s.name == "client2" {
		go peer(listenOn(t, port))
	}
	inR, inW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer inR.Close()
	defer outR.Close()
	wait := start(s.program(t, port), [3]*os.File{inR, outW, outW})
	outW.Close()
	out := bufio.NewReader(outR)
	outR.SetReadDeadline(time.Now().Add(time.Minute))
	if s.play != nil {
		s.play(t, port, inW, out)
	}
	io.Copy(io.Discard, out)
	inW.Close()
	wait()
}

// oracleRuns is how often each story is compared.
func oracleRuns() int {
	if strict.On() {
		return 100
	}
	return 3
}

func TestSameCallsAsStrace(t *testing.T) {
	strace := strict.Need(t, "strace")
	env, err := WithLines(os.Environ(), []string{"testdata", os.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			same, calls := 0, 0
			for range oracleRuns() {
				want, got := underStrace(t, strace, s, env), underUs(t, s, env, true)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("strace (-) and we (+) do not agree:\n%s", diff)
					if t.Failed() && testing.Short() {
						return
					}
				} else {
					same++
				}
				calls += got.count()
			}
			t.Logf("%d runs of %d the same, %d calls", same, oracleRuns(), calls)
		})
	}
}

func (n *tree) count() int {
	c := len(n.Calls)
	for _, child := range n.Children {
		c += child.count()
	}
	return c
}

// comparedCalls are those given to strace. Left out: what differs from run to
// run (which thread has to wait for a lock).
func comparedCalls() []string {
	var names []string
	for _, name := range native.Calls {
		if name != "futex" && name != "restart_syscall" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func underStrace(t *testing.T, strace string, s story, env []string) *tree {
	log := filepath.Join(t.TempDir(), "strace")
	stage(t, s, func(argv []string, files [3]*os.File) func() {
		cmd := exec.CommandContext(t.Context(), strace, append([]string{"-f", "-qq", "-s", "0", "-e", "signal=none", "-o", log,
			"-e", "trace=" + strings.Join(comparedCalls(), ",")}, argv...)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = files[0], files[1], files[2], env
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return func() { cmd.Wait() }
	})
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return parseStrace(t, f)
}

func underUs(t *testing.T, s story, env []string, all bool) *tree {
	b := newBuilder()
	stage(t, s, func(argv []string, files [3]*os.File) func() {
		trace, err := Start(Program{Path: argv[0], Args: argv, Env: env, Files: files},
			Options{All: all, Handle: func(e *Event) {
				if e.Kind == Return {
					c := e.Call
					if c.Name == "futex" || c.Name == "restart_syscall" {
						return
					}
					fd, result := "", strconv.FormatInt(c.Ret, 10)
					if c.FD >= 0 || decoders[c.Name].fd {
						fd = strconv.Itoa(c.FD)
					}
					if c.Failed() {
						result = c.Err
					}
					if c.Restart {
						result = "?"
					}
					if c.Name == "exit" || c.Name == "exit_group" {
						result = "?"
					}
					b.call(e.TID, seen{c.Name, fd, result})
				}
			}})
		if err != nil {
			t.Fatal(err)
		}
		return func() { trace.Wait(context.Background(), 0) }
	})
	return b.tree(false)
}

// builder puts calls into a tree: whose tid a call returned is its child.
type builder struct {
	order []int
	calls map[int][]seen
}

func newBuilder() *builder { return &builder{calls: map[int][]seen{}} }

func (b *builder) call(tid int, s seen) {
	if s.Name == "exit" {
		// The last call of a thread: when the process ends at the same moment,
		// either tracer may be told of the end of the thread alone.
		return
	}
	if _, ok := b.calls[tid]; !ok {
		b.order = append(b.order, tid)
	}
	b.calls[tid] = append(b.calls[tid], s)
}

func (b *builder) tree(dropExec bool) *tree {
	if len(b.order) == 0 {
		return &tree{}
	}
	root := b.order[0]
	if dropExec && len(b.calls[root]) > 0 && b.calls[root][0].Name == "execve" {
		b.calls[root] = b.calls[root][1:]
	}
	return b.node(root)
}

func (b *builder) node(tid int) *tree {
	n := &tree{}
	for _, c := range b.calls[tid] {
		switch c.Name {
		case "clone", "clone3", "fork", "vfork":
			if child, err := strconv.Atoi(c.Result); err == nil && child > 0 {
				n.Children = append(n.Children, b.node(child))
				c.Result = "child"
			}
		case "wait4":
			if child, err := strconv.Atoi(c.Result); err == nil && child > 0 {
				c.Result = "child"
			}
		}
		n.Calls = append(n.Calls, c)
	}
	return n
}

var (
	straceLine   = regexp.MustCompile(`^(\d+) +(.*)$`)
	straceResume = regexp.MustCompile(`^<\.\.\. (\w+) resumed>(.*)$`)
	straceCall   = regexp.MustCompile(`^(\w+)\((.*)$`)
	straceFirst  = regexp.MustCompile(`^\s*(-?\d+)`)
	straceResult = regexp.MustCompile(`\)\s+= (-?\d+|\?)(?: (E[A-Z0-9]+) \([^)]*\))?[^=]*$`)
)

// parseStrace reads what strace -f wrote, independently of our own decoding.
func parseStrace(t *testing.T, r io.Reader) *tree {
	b, inside := newBuilder(), map[int]string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		m := straceLine.FindStringSubmatch(lines.Text())
		if m == nil || strings.HasPrefix(m[2], "+++") || strings.HasPrefix(m[2], "---") {
			continue
		}
		tid, _ := strconv.Atoi(m[1])
		rest := m[2]
		if r := straceResume.FindStringSubmatch(rest); r != nil {
			begin := inside[tid]
			delete(inside, tid)
			if begin == "" {
				begin = r[1] + "("
			}
			rest = begin + r[2]
		} else if cut, ok := strings.CutSuffix(strings.TrimSpace(rest), "<unfinished ...>"); ok {
			if strings.HasPrefix(cut, "exit") {
				rest = cut + ") = ?"
			} else {
				inside[tid] = strings.TrimRight(cut, " ")
				continue
			}
		}
		if strings.HasPrefix(rest, "???(") {
			continue // the thread died before strace could ask which call it was
		}
		c := straceCall.FindStringSubmatch(rest)
		if c == nil {
			t.Fatalf("strace said %q", lines.Text())
		}
		n++
		s := seen{Name: c[1]}
		if decoders[s.Name].fd {
			s.FD = straceFirst.FindString(c[2])
		}
		res := straceResult.FindStringSubmatch(rest)
		switch {
		case res == nil:
			t.Fatalf("no result in %q", lines.Text())
		case res[2] != "":
			s.Result = res[2]
		default:
			s.Result = res[1]
		}
		if strings.HasPrefix(res[2], "ERESTART") {
			s.Result = "?"
		}
		if res[1] == "?" && res[2] == "" && !strings.HasPrefix(s.Name, "exit") {
			continue // the process was killed inside: it did not return
		}
		if s.Name == "write" && s.FD == "-1" { // the Python module's word to the tracer
			continue
		}
		if calls := b.calls[tid]; (s.Name == "exit" || s.Name == "exit_group") && len(calls) > 0 && calls[len(calls)-1].Name == s.Name {
			continue
		}
		b.call(tid, s)
	}
	if err := lines.Err(); err != nil || n == 0 {
		t.Fatalf("strace told %d calls: %v", n, err)
	}
	return b.tree(true)
}
