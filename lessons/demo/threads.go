package demo

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"

	"labo/lessons/fault"
	"labo/probe"
)

// Tasks is how a child of [CountThreads] runs many things at once.
type Tasks string

const (
	GoNetwork Tasks = "reseau"  // goroutines in Conn.Read
	GoRawCall Tasks = "appel"   // goroutines in read(2) on a pipe
	PyThreads Tasks = "threads" // threading.Thread
	PyAsyncio Tasks = "asyncio" // asyncio tasks
)

// mostThreads bounds the OS threads that a demonstration asks for.
const mostThreads = 600

// Counted is a running program with n tasks that all wait, as the system sees
// it. Close it.
type Counted struct {
	Tasks   Tasks
	N       int
	PID     int
	Threads probe.Maybe[int] // OS threads of the whole program
	At      time.Time

	child *Child
}

// Close ends the program.
func (c *Counted) Close() {
	if c.child != nil {
		c.child.Kill()
	}
}

// CountThreads starts a program with n tasks, counts its OS threads once all
// tasks wait. command is what runs it: labo itself, or a Python.
func CountThreads(ctx context.Context, command []string, tasks Tasks, n int) (Counted, error) {
	if (tasks == GoRawCall || tasks == PyThreads) && n > mostThreads-20 {
		return Counted{}, fault.Failed(fmt.Sprintf("%d threads, c'est plus que labo n'en demande", n), "", nil)
	}
	var child *Child
	var err error
	switch tasks {
	case PyThreads:
		child, err = startPython(ctx, command, pyThreads, strconv.Itoa(n))
	case PyAsyncio:
		child, err = startPython(ctx, command, pyAsyncio, strconv.Itoa(n))
	default:
		child, err = StartChild(ctx, command, string(tasks), strconv.Itoa(n))
	}
	if err != nil {
		return Counted{}, err
	}
	info, err := examine(ctx, child.PID)
	if err != nil {
		child.Kill()
		return Counted{}, err
	}
	return Counted{Tasks: tasks, N: n, PID: child.PID, Threads: info.Threads, At: info.TakenAt, child: child}, nil
}

// startPython is [StartChild] for a script, which must say that it is ready
// and end with its standard input.
func startPython(ctx context.Context, python []string, script string, args ...string) (*Child, error) {
	if len(python) == 0 {
		return nil, fault.Failed("Python n'est pas disponible ici", "", nil)
	}
	words := append(append([]string{}, python[1:]...), "-c", script)
	return startChild(ctx, exec.CommandContext(ctx, python[0], append(words, args...)...))
}

const pyReady = `
def pret():
    sys.stdout.buffer.write("` + childReady + `\n".encode())
    sys.stdout.buffer.flush()
`

const pyThreads = `import sys, threading` + pyReady + `
fin = threading.Event()
for _ in range(int(sys.argv[1])):
    threading.Thread(target=fin.wait, daemon=True).start()
pret()
sys.stdin.read()
`

const pyAsyncio = `import asyncio, sys` + pyReady + `
async def principal():
    fin = asyncio.Event()
    taches = [asyncio.create_task(fin.wait()) for _ in range(int(sys.argv[1]))]
    await asyncio.sleep(0)
    pret()
    sys.stdin.read()
    fin.set()
asyncio.run(principal())
`

// Computed is what Python threads that compute did in a given time.
type Computed struct {
	Turns     [2]int           // of a loop, with one thread and with two
	Wall, CPU [2]time.Duration // of the process
	Lock      bool             // this Python has its lock (GIL), as it says itself
}

// Cores is how many cores the computation kept busy: 0 for one thread, 1 for
// two.
func (c *Computed) Cores(i int) float64 {
	if c.Wall[i] <= 0 {
		return 0
	}
	return float64(c.CPU[i]) / float64(c.Wall[i])
}

const pyCompute = `import sys, threading, time` + pyReady + `
DUREE = 0.3
def calcule(tours):
    n, fin = 0, time.perf_counter() + DUREE
    while time.perf_counter() < fin:
        for _ in range(1000):
            n += 1
    tours.append(n)
def mesure(combien):
    tours = []
    debut, cpu = time.perf_counter_ns(), time.process_time_ns()
    fils = [threading.Thread(target=calcule, args=(tours,), daemon=True) for _ in range(combien)]
    for f in fils: f.start()
    for f in fils: f.join()
    return sum(tours), time.perf_counter_ns() - debut, time.process_time_ns() - cpu
pret()
verrou = getattr(sys, "_is_gil_enabled", lambda: True)()
print(*mesure(1), *mesure(2), "true" if verrou else "false", flush=True)
sys.stdin.read()
`

// Compute has a Python compute with one thread, then with two, for the same
// time.
func Compute(ctx context.Context, python []string) (Computed, error) {
	var c Computed
	child, err := startPython(ctx, python, pyCompute)
	if err != nil {
		return c, err
	}
	defer child.Kill()
	line, err := child.says(ctx)
	if err != nil {
		return c, err
	}
	_, err = fmt.Sscan(line, &c.Turns[0], &c.Wall[0], &c.CPU[0], &c.Turns[1], &c.Wall[1], &c.CPU[1], &c.Lock)
	return c, err
}

// waitAsChild starts n goroutines that wait, says that it is ready once they
// all do, and stays there.
func waitAsChild(tasks Tasks, n int, stdout io.Writer) error {
	start := blockOnNetwork
	blocked := func(r probe.RuntimeInfo) probe.Maybe[int] { return r.Waiting }
	if tasks == GoRawCall {
		if n > mostThreads {
			return errChild
		}
		start = blockInCall
		blocked = func(r probe.RuntimeInfo) probe.Maybe[int] { return r.InCall }
	}
	if err := start(n); err != nil {
		return err
	}
	const bound, step = 5 * time.Second, time.Millisecond
	for deadline := time.Now().Add(bound); ; time.Sleep(step) {
		if b := blocked(probe.Runtime(context.Background())); !b.Known || b.Value >= n {
			break
		}
		if time.Now().After(deadline) {
			return fault.Failed("les goroutines n'attendent pas toutes après 5 s", "", nil)
		}
	}
	fmt.Fprintln(stdout, childReady)
	time.Sleep(time.Hour) // until labo ends us, or is gone
	return nil
}

// blockOnNetwork has n goroutines read from connections where nobody writes,
// one at each end.
func blockOnNetwork(n int) error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	for i := 0; i < n; i += 2 {
		near, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			return err
		}
		far, err := l.Accept()
		if err != nil {
			return err
		}
		for _, c := range []net.Conn{near, far} {
			c.(*net.TCPConn).SetLinger(0) // at our end the kernel keeps no TIME-WAIT
			go c.Read(make([]byte, 1))
		}
	}
	return nil
}

// blockInCall has n goroutines read(2) from a pipe where nobody writes.
func blockInCall(n int) error {
	read, err := rawPipe()
	if err != nil {
		return os.NewSyscallError("pipe", err)
	}
	for range n {
		go read(make([]byte, 1))
	}
	return nil
}
