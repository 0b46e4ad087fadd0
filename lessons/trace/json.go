package trace

import (
	"encoding/json"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"labo/lessons/record"
	"labo/probe"
	"labo/probe/syscalls"
)

// jsonVersion is the version of the format described in docs/json-trace.md.
const jsonVersion = 2

// JSON writes one event a line. It may be used by several programs at once.
type JSON struct {
	mu    sync.Mutex
	enc   *json.Encoder
	Since time.Time
}

// NewJSON returns a writer of events.
func NewJSON(w io.Writer) *JSON {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &JSON{enc: enc}
}

type jsonEvent struct {
	Kind    string      `json:"kind"`
	Program int         `json:"program"`
	At      float64     `json:"at"` // seconds
	PID     int         `json:"pid"`
	TID     int         `json:"tid"`
	Thread  string      `json:"thread,omitempty"`
	File    string      `json:"file,omitempty"`
	Line    int         `json:"line,omitempty"`
	Startup bool        `json:"startup,omitempty"`
	Call    string      `json:"call,omitempty"`
	FD      *int        `json:"fd,omitempty"`
	Args    []string    `json:"args,omitempty"`
	Took    *float64    `json:"took,omitempty"` // seconds
	Ret     *int64      `json:"ret,omitempty"`
	Errno   int         `json:"errno,omitempty"`
	Error   string      `json:"error,omitempty"`
	Restart bool        `json:"restart,omitempty"`
	Data    *jsonData   `json:"data,omitempty"`
	Address *record.End `json:"address,omitempty"`
	Socket  *Held       `json:"socket,omitempty"`
	Child   int         `json:"child,omitempty"`
	Signal  string      `json:"signal,omitempty"`
	Path    string      `json:"path,omitempty"`
	Code    *int        `json:"code,omitempty"`
}

// jsonData is a buffer: as text where it is UTF-8, always as bytes.
type jsonData struct {
	Text  *string `json:"text,omitempty"`
	Bytes []byte  `json:"bytes"` // base64
}

// Held is a [syscalls.Socket] in a document.
type Held struct {
	FD     int         `json:"fd"`
	Type   string      `json:"type,omitempty"`
	Local  *record.End `json:"local,omitempty"`
	Remote *record.End `json:"remote,omitempty"`
	State  string      `json:"state,omitempty"`
}

// Program writes the last line of a program: what it was, and its summary.
func (j *JSON) Program(i int, r *Running, result syscalls.Result, v View) {
	j.write(struct {
		Kind    string   `json:"kind"`
		Version int      `json:"version"`
		Program int      `json:"program"`
		Source  string   `json:"source"`
		Why     string   `json:"why,omitempty"`
		Command []string `json:"command"`
		Script  string   `json:"script,omitempty"`
		PID     int      `json:"pid"`
		Start   string   `json:"start"`
		Lines   bool     `json:"lines"`
		Calls   int      `json:"calls"`
		Startup int      `json:"startup_calls"`
		Wall    float64  `json:"wall"`
		CPU     float64  `json:"cpu"`
		Kernel  float64  `json:"kernel"`
		Code    int      `json:"code"`
		Signal  string   `json:"signal,omitempty"`
	}{"summary", jsonVersion, i, result.Source.String(), WhyText(r.Why), r.Command.Words, r.Command.Script, r.PID(),
		j.Since.Format(time.RFC3339Nano), result.Lines, v.Calls, v.Startup, result.Wall.Seconds(), result.CPU.Seconds(),
		v.Main.Seconds(), result.Status.Code, result.Status.Name})
}

func (j *JSON) write(v any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.enc.Encode(v) // who gave the writer knows of its error
}

// Event writes one event of program i. The entry of a call is not written: its
// return has both moments.
func (j *JSON) Event(i int, e *syscalls.Event) {
	if e.Kind == syscalls.Enter {
		return
	}
	out := jsonEvent{Kind: kindWord(e), Program: i, At: e.At.Seconds(), PID: e.PID, TID: e.TID, Thread: e.Thread,
		File: e.Place.File, Line: e.Place.Line, Startup: e.Startup, Child: e.Child, Signal: e.Signal, Path: e.Program}
	if e.Kind == syscalls.Ended {
		out.Signal = e.Status.Name
		if e.Status.Signal == 0 {
			code := e.Status.Code
			out.Code = &code
		}
	}
	if c := e.Call; c != nil {
		out.call(c)
		if !c.NoReturn {
			took := e.Took.Seconds()
			out.Took = &took
		}
	}
	j.write(out)
}

func kindWord(e *syscalls.Event) string {
	if e.Kind == syscalls.Return {
		return "call"
	}
	return e.Kind.String()
}

func (o *jsonEvent) call(c *syscalls.Call) {
	o.Call, o.Errno, o.Error, o.Restart = c.Name, c.Errno, c.Err, c.Restart
	if c.FD >= 0 {
		fd := c.FD
		o.FD = &fd
	}
	for _, a := range c.Args {
		o.Args = append(o.Args, plainArg(a))
	}
	if c.Done {
		ret := c.Ret
		o.Ret = &ret
	}
	if c.Data != nil {
		o.Data = &jsonData{Bytes: c.Data}
		if utf8.Valid(c.Data) {
			s := string(c.Data)
			o.Data.Text = &s
		}
	}
	o.Address, o.Socket = end(c.Addr), HeldOf(c.Socket)
}

// HeldOf returns the form of what the kernel holds on a descriptor, nil of nil.
func HeldOf(s *syscalls.Socket) *Held {
	if s == nil {
		return nil
	}
	h := &Held{FD: s.FD, Type: s.Type, Local: end(s.Local), Remote: end(s.Remote)}
	if s.State != probe.StateUnknown {
		h.State = s.State.String()
	}
	return h
}

// end is an address; one that is no address of the Internet (a path, a family
// that labo does not read) has no port.
func end(a syscalls.Addr) *record.End {
	if a.IP.IsValid() || !a.Valid() {
		return record.EndOf(a.IP)
	}
	return &record.End{Addr: a.String()}
}

// plainArg is an argument as a program reads it.
func plainArg(a syscalls.Arg) string {
	if a.Buf {
		if a.Bytes == nil {
			return ""
		}
		return string(a.Bytes)
	}
	return a.Text
}
