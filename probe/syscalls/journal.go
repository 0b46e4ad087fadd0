package syscalls

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"labo/probe"
)

// Journal is a Python program that tells what its methods ask of the system.
type Journal struct {
	cmd    *exec.Cmd
	since  time.Time
	begun  time.Time
	ended  chan struct{}
	result Result
}

// journalCount numbers the journals of this process.
var journalCount atomic.Int64

// maxJournalLine is longer than any line that journal.py writes.
const maxJournalLine = 64 << 10

// journalEnd is what we write ourselves when the program has ended: what the
// program wrote stands before it.
const journalEnd = "end\n"

// StartJournal runs a Python program that tells its calls: those made by the
// files below roots. It works on every system and shows methods of Python, not
// system calls. Errors: a [*StartError] when the program cannot be run.
func StartJournal(p Program, roots []string, o Options) (*Journal, error) {
	if o.Since.IsZero() {
		o.Since = time.Now()
	}
	env, err := withModule(p.Env, roots, journalModule)
	if err != nil {
		return nil, err
	}
	words, err := newJournalFile()
	if err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{Path: p.Path, Args: p.Args, Dir: p.Dir,
		Env: append(without(env, envJournal), envJournal+"="+words.path), SysProcAttr: terminalAttr(p.Terminal)}
	for i, f := range p.Files {
		if f != nil {
			switch i {
			case 0:
				cmd.Stdin = f
			case 1:
				cmd.Stdout = f
			case 2:
				cmd.Stderr = f
			}
		}
	}
	j := &Journal{cmd: cmd, since: o.Since, begun: time.Now(), ended: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		words.close()
		return nil, &StartError{Path: p.Path, Err: err}
	}
	heard := make(chan struct{})
	calls := 0
	go func() {
		defer close(heard)
		readJournal(words, o.Since, func(e *Event) {
			if e.Kind == Return {
				calls++
			}
			if o.Handle != nil {
				o.Handle(e)
			}
		})
	}()
	go func() {
		defer close(j.ended)
		err := cmd.Wait()
		words.end()
		<-heard
		words.close()
		j.finish(err, calls)
		if o.Handle != nil {
			pid := cmd.Process.Pid
			o.Handle(&Event{Kind: Ended, Source: SourcePython, At: time.Since(o.Since), PID: pid, TID: pid, Status: j.result.Status})
		}
	}()
	return j, nil
}

func (j *Journal) finish(err error, calls int) {
	state := j.cmd.ProcessState
	j.result = Result{Source: SourcePython, Wall: time.Since(j.begun), Calls: calls, Lines: calls > 0}
	if state == nil {
		return
	}
	j.result.CPU = state.UserTime() + state.SystemTime()
	j.result.Status = Status{Code: max(state.ExitCode(), 0)}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		j.result.Status = Status{Signal: int(ws.Signal()), Name: signalName(ws.Signal())}
	}
}

// PID returns the process id of the program.
func (j *Journal) PID() int { return j.cmd.Process.Pid }

// Done is closed when the program has ended and all it told was handled.
func (j *Journal) Done() <-chan struct{} { return j.ended }

// Signal sends a signal to the program.
func (j *Journal) Signal(sig os.Signal) error {
	select {
	case <-j.ended:
		return os.ErrProcessDone
	default:
		return j.cmd.Process.Signal(sig)
	}
}

// Wait waits for the program, as [Trace.Wait] does. What the program itself
// started is not waited for.
func (j *Journal) Wait(ctx context.Context, grace time.Duration) (Result, error) {
	select {
	case <-j.ended:
		return j.result, nil
	case <-ctx.Done():
	}
	if err := j.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		j.cmd.Process.Kill() // Windows has no SIGTERM
	}
	limit := time.NewTimer(grace)
	defer limit.Stop()
	select {
	case <-j.ended:
	case <-limit.C:
		j.cmd.Process.Kill()
		<-j.ended
	}
	return j.result, ctx.Err()
}

// journalLine is one line of journal.py.
type journalLine struct {
	Kind   string  `json:"kind"`
	Call   string  `json:"call"`
	FD     int     `json:"fd"`
	Args   []value `json:"args"`
	File   string  `json:"file"`
	Line   int     `json:"line"`
	At     float64 `json:"at"` // seconds since 1970
	Took   float64 `json:"took"`
	Ret    int64   `json:"ret"`
	Errno  int     `json:"errno"`
	Err    string  `json:"err"`
	Data   *value  `json:"data"`
	Socket *ends   `json:"socket"`
	PID    int     `json:"pid"`
	TID    int     `json:"tid"`
	Thread string  `json:"thread"`
}

// value is an argument or a result: text, or bytes in hexadecimal.
type value struct {
	Text string `json:"text"`
	Data string `json:"data"`
	Size int64  `json:"size"`
}

func (v value) bytes() []byte {
	b, err := hex.DecodeString(v.Data)
	if err != nil {
		return nil
	}
	if b == nil {
		b = []byte{}
	}
	return b[:min(len(b), MaxData)]
}

func (v value) arg() Arg {
	if v.Text != "" {
		return Arg{Text: v.Text}
	}
	return argBytes(v.bytes(), v.Size)
}

// ends is a socket as Python tells it: "address|port".
type ends struct {
	FD     int    `json:"fd"`
	Local  string `json:"local"`
	Remote string `json:"remote"`
}

func parseEnd(s string) Addr {
	host, port, ok := strings.Cut(s, "|")
	if !ok {
		if s == "" {
			return Addr{}
		}
		return Addr{Family: "AF_UNIX", Path: s}
	}
	ip, err := netip.ParseAddrPort(netJoin(host, port))
	if err != nil {
		return Addr{}
	}
	family := "AF_INET"
	if ip.Addr().Is6() {
		family = "AF_INET6"
	}
	return Addr{Family: family, IP: ip}
}

func netJoin(host, port string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]:" + port
	}
	return host + ":" + port
}

// readJournal handles the lines until the end that we wrote ourselves, or the
// end of the file.
func readJournal(r io.Reader, since time.Time, handle func(*Event)) {
	entered := map[int]time.Duration{} // by thread
	lines := bufio.NewReaderSize(r, maxJournalLine)
	for {
		line, err := lines.ReadSlice('\n')
		if string(line) == journalEnd || err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
		if e := parseJournal(line, since, entered); e != nil {
			handle(e)
		}
	}
}

// parseJournal turns a line into an event, nil when it is none.
func parseJournal(line []byte, since time.Time, entered map[int]time.Duration) *Event {
	var l journalLine
	if json.Unmarshal(line, &l) != nil || l.At < 0 || l.At > 1e11 || l.Took < 0 || l.Took > 1e9 {
		return nil
	}
	e := &Event{Source: SourcePython, PID: l.PID, TID: l.TID, Thread: l.Thread, Place: Place{File: l.File, Line: l.Line}}
	if l.File == "" || l.Line <= 0 {
		e.Place = Place{}
	}
	moment := time.Unix(0, int64(l.At*1e9)).Sub(since.Round(0))
	switch l.Kind {
	case "attached":
		e.Kind, e.At = Attached, moment
		return e
	case "enter":
		e.Kind, e.At = Enter, moment
		entered[l.TID] = moment
	case "return":
		e.Kind, e.At, e.Took = Return, entered[l.TID], time.Duration(l.Took*1e9)
		delete(entered, l.TID)
	default:
		return nil
	}
	e.Call = l.call(e.Kind == Return)
	return e
}

// call returns what Python told of a method.
func (l *journalLine) call(done bool) *Call {
	c := &Call{Name: l.Call, FD: l.FD, Asked: -1, Done: done, Ret: l.Ret, Errno: l.Errno, Err: l.Err}
	if l.FD >= 0 {
		c.Args = append(c.Args, argInt(int64(l.FD)))
	}
	for _, v := range l.Args {
		c.Args = append(c.Args, v.arg())
		if v.Text == "" && c.Data == nil {
			c.Data, c.Asked = v.bytes(), v.Size
		}
	}
	switch l.Call {
	case "recv", "recvfrom", "recv_into", "input":
		c.Asked = 0
	}
	if l.Data != nil {
		c.Data = l.Data.bytes()
		c.Args = append(c.Args, Arg{Text: "→"}, argBytes(c.Data, l.Data.Size))
	}
	if c.Err != "" {
		c.Ret = -1
	}
	if s := l.Socket; s != nil {
		c.Socket = &Socket{FD: s.FD, Local: parseEnd(s.Local), Remote: parseEnd(s.Remote), State: probe.StateUnknown}
		if l.Call == "accept" {
			c.Addr = c.Socket.Remote
		}
	}
	return c
}
