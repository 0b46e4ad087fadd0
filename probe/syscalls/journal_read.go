package syscalls

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"strings"
	"time"

	"labo/probe"
)

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

// maxJournalLine is longer than any line that journal.py writes.
const maxJournalLine = 64 << 10

// journalReader is what was told so far.
type journalReader struct {
	since   time.Time
	handle  func(*Event)          // may be nil
	entered map[int]time.Duration // by thread
	calls   int                   // that returned
	ran     map[string][]bool     // lines, by file; as many as the tracer knows of
}

// read handles the lines until the end that we wrote ourselves, or the end of
// the file.
func (j *journalReader) read(r io.Reader) {
	lines := bufio.NewReaderSize(r, maxJournalLine)
	for {
		line, err := lines.ReadSlice('\n')
		if string(line) == journalEnd || err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
		e := j.parse(line)
		if e == nil {
			continue
		}
		if e.Kind == Return {
			j.calls++
		}
		if j.handle != nil {
			j.handle(e)
		}
	}
}

// executed notes that a line of a file has run.
func (j *journalReader) executed(file string, line int) {
	lines := j.ran[file]
	if lines == nil {
		if file == "" || len(j.ran) >= tableFiles {
			return
		}
		if j.ran == nil {
			j.ran = map[string][]bool{}
		}
		lines = make([]bool, fileLines)
		j.ran[file] = lines
	}
	if line > 0 && line < len(lines) {
		lines[line] = true
	}
}

// parse turns a line into an event, nil when it is none.
func (j *journalReader) parse(line []byte) *Event {
	var l journalLine
	if json.Unmarshal(line, &l) != nil || l.At < 0 || l.At > 1e11 || l.Took < 0 || l.Took > 1e9 {
		return nil
	}
	e := &Event{Source: SourcePython, PID: l.PID, TID: l.TID, Thread: l.Thread, Place: Place{File: l.File, Line: l.Line}}
	if l.File == "" || l.Line <= 0 {
		e.Place = Place{}
	}
	if j.entered == nil {
		j.entered = map[int]time.Duration{}
	}
	moment := time.Unix(0, int64(l.At*1e9)).Sub(j.since.Round(0))
	switch l.Kind {
	case "line":
		j.executed(l.File, l.Line)
		return nil
	case "attached":
		e.Kind, e.At = Attached, moment
		return e
	case "enter":
		e.Kind, e.At = Enter, moment
		j.entered[l.TID] = moment
	case "return":
		e.Kind, e.At, e.Took = Return, j.entered[l.TID], time.Duration(l.Took*1e9)
		delete(j.entered, l.TID)
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
