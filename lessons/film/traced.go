package film

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// Bounds of a program that is traced.
const (
	maxPrograms = 16
	maxSource   = 2000 // lines

	// MaxCalls is how many calls a film tells: a program that loops would fill a disk.
	MaxCalls = 10_000
)

// OfLimit tells that no call is told any more.
func OfLimit() Record {
	return Record{Kind: Limit, Title: "Le film s'arrête à " + text.Number(MaxCalls) + " appels : ce que les programmes ont fait ensuite n'y est pas."}
}

// Program is a program that is followed call by call.
type Program struct {
	Index  int      `json:"index"`
	Name   string   `json:"name"`            // of its script, without its folder
	Source string   `json:"source"`          // who tells its calls: "ptrace", or "python" for its methods
	Why    string   `json:"why,omitempty"`   // in French, why that is not the kernel
	Lines  []string `json:"lines,omitempty"` // of its script, as it was when it began

	role evidence.Actor // by the calls read so far
}

// Call is one thing that a thread of a program does.
type Call struct {
	Program int         `json:"program"`
	What    string      `json:"what"` // "enter", "return", "thread", "process", "exec", "end", "signal", "stop"
	TID     int         `json:"tid"`
	Thread  string      `json:"thread,omitempty"`
	Line    int         `json:"line,omitempty"` // that made it, from 1
	File    string      `json:"file,omitempty"` // of the line, without its folder, where it is not the script
	Name    string      `json:"call,omitempty"`
	Says    string      `json:"says,omitempty"`    // as a manual writes it: "accept4(3) = 4"
	Outcome string      `json:"outcome,omitempty"` // in French, what came of it
	Failed  bool        `json:"failed,omitempty"`
	FD      *int        `json:"fd,omitempty"`
	TookUS  *int64      `json:"took_us,omitempty"` // microseconds in the kernel
	Held    *trace.Held `json:"held,omitempty"`    // on the descriptor, then
	Child   int         `json:"child,omitempty"`   // "thread", "process": the new one
}

// OfProgram tells that a program is followed.
func OfProgram(i int, r *trace.Running) Record {
	p := &Program{Index: i, Name: record.Clean(r.Command.Name()), Source: syscalls.SourceKernel.String(), Why: trace.WhyText(r.Why)}
	if r.Journal() {
		p.Source = syscalls.SourcePython.String()
	}
	if s := trace.ReadSource(r.Command.Script); s != nil {
		p.Lines = s.Lines[:min(len(s.Lines), maxSource)]
	}
	return Record{Kind: Traced, Program: p}
}

// OfCall tells what a thread of program i, whose script is at a path, does; ok
// is false for what happens before its own code.
func OfCall(i int, script string, e *syscalls.Event) (r Record, ok bool) {
	if e.Startup || e.Kind == syscalls.Attached {
		return r, false
	}
	c := &Call{Program: i, What: e.Kind.String(), TID: e.TID, Thread: record.Clean(e.Thread), Line: e.Place.Line, Child: e.Child}
	if e.Place.Known() && e.Place.File != script {
		c.File = record.Clean(filepath.Base(e.Place.File))
	}
	switch {
	case e.Call != nil:
		c.Name, c.Says, c.Held, c.Failed = e.Call.Name, trace.CallText(e.Call), trace.HeldOf(e.Call.Socket), e.Call.Failed()
		if e.Call.FD >= 0 {
			c.FD = &e.Call.FD
		}
		if e.Kind == syscalls.Return {
			took := e.Took.Microseconds()
			c.Outcome = trace.Outcome(e.Call)
			if !e.Call.NoReturn {
				c.TookUS = &took
			}
		}
	case e.Kind == syscalls.Ended && e.Status.Signal != 0:
		c.Says = "terminé par " + e.Status.Name
	case e.Kind == syscalls.Ended && e.TID == e.PID:
		c.Says = "terminé, code " + strconv.Itoa(e.Status.Code)
	case e.Kind == syscalls.Ended:
		c.Says = "fil terminé"
	case e.Kind == syscalls.Signal || e.Kind == syscalls.Stopped:
		c.Says = e.Signal
	case e.Kind == syscalls.Exec:
		c.Says = "devient " + record.Clean(filepath.Base(e.Program))
	case e.Child != 0:
		c.Says = map[syscalls.Kind]string{syscalls.NewThread: "nouveau fil ", syscalls.NewProcess: "nouveau processus "}[e.Kind] + strconv.Itoa(e.Child)
	}
	return Record{Kind: Called, Call: c}, true
}

// program takes a program that is read.
func (d *Decoder) program(p *Program) bool {
	if p == nil || p.Index < 0 || p.Index >= maxPrograms {
		return false
	}
	p.Name, p.Source, p.Why = record.Clean(p.Name), record.Clean(p.Source), record.Clean(p.Why)
	p.Lines = p.Lines[:min(len(p.Lines), maxSource)]
	for i, line := range p.Lines {
		p.Lines[i] = record.Clean(line)
	}
	if d.programs == nil {
		d.programs = map[int]*Program{}
	}
	kept := *p // its role is learnt as it is read
	d.programs[p.Index] = &kept
	return true
}

// call takes a call that is read, of a program that was.
func (d *Decoder) call(r *Record) bool {
	c := r.Call
	if c == nil || d.programs[c.Program] == nil {
		return false
	}
	p := d.programs[c.Program]
	c.What, c.Thread, c.File, c.Name = record.Clean(c.What), record.Clean(c.Thread), record.Clean(c.File), record.Clean(c.Name)
	c.Says, c.Outcome = record.Clean(c.Says), record.Clean(c.Outcome)
	if c.Line < 0 || c.File == "" && c.Line > len(p.Lines) {
		c.Line = 0
	}
	if h := c.Held; h != nil {
		h.Type, h.State = record.Clean(h.Type), record.Clean(h.State)
		for _, end := range []*record.End{h.Local, h.Remote} {
			if end != nil {
				end.Addr = record.Clean(end.Addr)
			}
		}
	}
	if c.What == syscalls.Return.String() && !c.Failed {
		switch trace.WordKey(c.Name) {
		case "listen":
			p.role = evidence.Server
		case "connect":
			if h := c.Held; h == nil || h.Remote != nil && h.Remote.Port != 0 { // a path is none of the network
				p.role = evidence.Client
			}
		}
	}
	now := *p // what is known of it at this moment
	r.of = &now
	return true
}

// Blocks are what is read of a program: who tells its calls, and its lines.
func (p *Program) Blocks() []prose.Block {
	said := p.Name + " : ses appels système, dits par le noyau (ptrace)."
	if p.Source != syscalls.SourceKernel.String() {
		said = p.Name + " : ses appels, dits par Python. " + p.Why
	}
	blocks := []prose.Block{{Kind: prose.Paragraph, Spans: []prose.Span{{Text: said}}}}
	if len(p.Lines) > 0 {
		code := prose.Block{Kind: prose.Code}
		for i, line := range p.Lines {
			code.Lines = append(code.Lines, fmt.Sprintf("%3d  %s", i+1, line))
		}
		blocks = append(blocks, code)
	}
	return blocks
}

// Happened is a call as it is read among what happened: the line, and what it
// asked of the kernel; ok is false for what is only drawn.
func (r *Record) Happened() (e evidence.Event, ok bool) {
	c := r.Call
	if c == nil || r.of == nil || c.What == syscalls.Enter.String() || c.Says == "" {
		return e, false
	}
	e = evidence.Event{From: r.of.role, What: r.of.Name, Detail: c.Says, Source: r.of.Source}
	if c.File != "" {
		e.What = c.File
	}
	if c.Thread != "" && c.Thread != "MainThread" {
		e.What += " (" + c.Thread + ")"
	}
	if c.Line > 0 {
		e.What += ", l. " + strconv.Itoa(c.Line)
	}
	if c.File == "" && c.Line > 0 {
		e.What += " : " + strings.TrimSpace(r.of.Lines[c.Line-1])
	}
	if c.Failed {
		e.Outcome = evidence.Failed
	}
	if c.Outcome != "" {
		e.Detail += " · " + c.Outcome
	}
	if c.TookUS != nil {
		if took := time.Duration(*c.TookUS) * time.Microsecond; took >= time.Millisecond {
			e.Detail += " · " + text.Duration(took) + " dans le noyau"
		}
	}
	return e, true
}
