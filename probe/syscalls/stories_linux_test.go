package syscalls

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// story is what one program does with the outside.
type story struct {
	name    string
	program func(t *testing.T) (argv func(port uint16) []string) // prepared once
	// play is given the streams of the program and waits for what it prints,
	// never for time to pass.
	play func(t *testing.T, port uint16, in io.Writer, out *bufio.Reader)
	// unawaited is how many threads the program may end before they come to
	// their exit: it does not wait for them, or waits for Python's word alone
	// that they are done (Thread.join before Python 3.13).
	unawaited int
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

// sheet is a program of the sheet on another port.
func sheet(name string) func(*testing.T) func(uint16) []string {
	return func(t *testing.T) func(uint16) []string {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		python, file := realPython(t), filepath.Join(t.TempDir(), name)
		return func(port uint16) []string {
			text := strings.ReplaceAll(string(b), "12345", fmt.Sprint(port))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return []string{python, "-u", file}
		}
	}
}

func script(name string) func(*testing.T) func(uint16) []string {
	return func(t *testing.T) func(uint16) []string {
		abs, err := filepath.Abs(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		python := realPython(t)
		return func(uint16) []string { return []string{python, abs} }
	}
}

func compiled(name string) func(*testing.T) func(uint16) []string {
	return func(t *testing.T) func(uint16) []string {
		path := compileC(t, name)
		return func(uint16) []string { return []string{path} }
	}
}

// realPython returns the interpreter itself, not a shim that looks for it.
func realPython(t testing.TB) string {
	t.Helper()
	probetest.Need(t, "python3")
	path, err := pythonPath()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var pythonPath = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

// compileC compiles a program of testdata.
func compileC(t testing.TB, name string, options ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), strings.TrimSuffix(name, ".c"))
	args := append([]string{"-pthread", "-w", "-o", out, filepath.Join("testdata", name)}, options...)
	if b, err := exec.Command(probetest.Need(t, "gcc"), args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, b)
	}
	return out
}

func dial(t *testing.T, port uint16) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func listenOn(t *testing.T, port uint16) net.Listener {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

var stories = []story{
	{name: "serveur", program: sheet("serveur.py"), play: func(t *testing.T, port uint16, _ io.Writer, out *bufio.Reader) {
		expect(t, out, "En attente")
		c := dial(t, port)
		defer c.Close()
		expect(t, out, "Connexion de")
		io.WriteString(c, "bonjour")
		expect(t, out, "[Client] bonjour")
		io.WriteString(c, "exit")
		expect(t, out, "Fin de la")
	}},
	{name: "client", program: sheet("client.py"), play: func(t *testing.T, port uint16, in io.Writer, out *bufio.Reader) {
		expect(t, out, ">>> ")
		io.WriteString(in, "bonjour\n")
		expect(t, out, ">>> ")
		io.WriteString(in, "exit\n")
	}},
	{name: "serveur2", program: sheet("serveur2.py"), unawaited: 2, play: func(t *testing.T, port uint16, in io.Writer, out *bufio.Reader) {
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
	{name: "client2", program: sheet("client2.py"), unawaited: 2, play: func(t *testing.T, port uint16, in io.Writer, out *bufio.Reader) {
		expect(t, out, ">>>]")
		io.WriteString(in, "exit\n")
	}},
	{name: "cent", program: script("cent.py")},
	{name: "familles", program: script("familles.py"), play: func(t *testing.T, _ uint16, _ io.Writer, out *bufio.Reader) {
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
	{name: "fils en C", program: compiled("fils.c")},
	{name: "fins en C", program: compiled("fins.c"), unawaited: 4},
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

// staging plays a story: start runs the program with the environment and the
// streams it is given, and returns a function that waits for it.
type staging func(t *testing.T, start func(argv, env []string, files [3]*os.File) (wait func()))

func prepare(t *testing.T, s story, env []string) staging {
	argv := s.program(t)
	return func(t *testing.T, start func(argv, env []string, files [3]*os.File) func()) {
		port := freeport.Get(t)
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
		wait := start(argv(port), env, [3]*os.File{inR, outW, outW})
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
}
