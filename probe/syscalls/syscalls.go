// Package syscalls watches the system calls of a program: which thread made
// them, on which line of its Python source, what they asked, what the kernel
// answered and how long it took.
//
// On Linux the kernel itself tells, through ptrace(2) and a seccomp(2) filter
// that stops the program at the calls of interest only. Elsewhere, and where
// the kernel refuses, the program's own Python tells ([SourcePython]): methods
// called, never system calls.
//
// The package knows no screen and no French.
package syscalls

import (
	"net/netip"
	"strconv"
	"time"

	"labo/probe"
)

// Source is who observed an event.
type Source uint8

const (
	SourceKernel Source = iota // ptrace(2): system calls
	SourcePython               // the interpreter: methods of Python objects
)

// String returns "ptrace" or "python".
func (s Source) String() string { return [...]string{"ptrace", "python"}[s] }

// Kind is what an [Event] tells.
type Kind uint8

const (
	Enter      Kind = iota // a call began
	Return                 // a call returned, or never will (exit)
	NewThread              // Child is a new thread of the same process
	NewProcess             // Child is a new process
	Exec                   // the process became another program
	Ended                  // the thread, or with PID == TID the process, ended
	Signal                 // a signal is delivered
	Stopped                // the process is suspended (Ctrl+Z)
	Attached               // Python said which line it is on: the student's code begins
)

var kindNames = [...]string{"enter", "return", "thread", "process", "exec", "end", "signal", "stop", "python"}

// String returns a short English word.
func (k Kind) String() string { return kindNames[k] }

// Event is one thing that happened to a program. It never changes: a handler
// may keep it.
type Event struct {
	Kind    Kind
	Source  Source
	At      time.Duration // since the start of the trace; for a call, its entry
	Took    time.Duration // Return: between entry and exit, as seen by the tracer
	PID     int
	TID     int
	Thread  string // name in Python: hostile text
	Place   Place  // line that made the call, zero where unknown
	Startup bool   // before the student's code: the interpreter starts
	Call    *Call  // Enter and Return
	Child   int    // NewThread, NewProcess
	Status  Status // Ended
	Signal  string // Signal and Stopped: "SIGINT"
	Program string // Exec: path of the new program
}

// End returns the moment a call returned, At for every other event.
func (e *Event) End() time.Duration { return e.At + e.Took }

// Place is a line of source. The zero Place is unknown.
type Place struct {
	File string // absolute path
	Line int    // from 1
}

// Known reports whether the place is one.
func (p Place) Known() bool { return p.Line > 0 }

// Status is how a process ended.
type Status struct {
	Code   int    // exit status, when Signal is 0
	Signal int    // number of the signal that ended it
	Name   string // "SIGKILL"
}

// Exit returns the status a shell gives: the code, or 128 and the signal.
func (s Status) Exit() int {
	if s.Signal != 0 {
		return 128 + s.Signal
	}
	return s.Code
}

// MaxData is how many bytes of a buffer are kept.
const MaxData = 96

// Call is one system call, or one Python method with [SourcePython].
type Call struct {
	Name string // "accept4"; Python: "accept"
	FD   int    // the descriptor it works on, -1: none
	Args []Arg  // as written in the manual page, in order
	Addr Addr   // the address it was given or gave back

	Asked int64  // bytes asked for (the buffer's size), -1: not about bytes
	Data  []byte // first bytes moved, at most MaxData

	Done     bool              // it returned
	NoReturn bool              // exit and exit_group never return; execve when it works
	Ret      int64             // result, -1 on error
	Errno    int               // 0: no error
	Err      string            // name of Errno: "EADDRINUSE"
	Restart  bool              // interrupted by a signal; the kernel makes it again, unless the program wants EINTR
	Again    probe.Maybe[bool] // whether it was then made again, told by the next call of its thread

	Socket *Socket // what the kernel holds on the descriptor concerned; nil: not asked or no socket
}

// Failed reports whether the call returned an error.
func (c *Call) Failed() bool { return c.Done && c.Err != "" }

// Arg is one argument, decoded.
type Arg struct {
	Text  string // "AF_INET", "{127.0.0.1:12345}", "…": ready to be shown, but see Bytes
	Bytes []byte // a buffer: hostile, shown instead of Text
	Cut   bool   // Bytes is the beginning only
	Buf   bool   // the argument is a buffer
}

// Addr is a socket address of any family.
type Addr struct {
	IP     netip.AddrPort // IPv4 and IPv6
	Path   string         // AF_UNIX: hostile text; an abstract name begins with "@"
	Family string         // "AF_INET"; "" when there is no address
}

// Valid reports whether there is an address.
func (a Addr) Valid() bool { return a.Family != "" }

// String returns "127.0.0.1:12345", the path, or the family.
func (a Addr) String() string {
	switch {
	case a.IP.IsValid():
		return a.IP.String()
	case a.Path != "":
		return a.Path
	}
	return a.Family
}

// Socket is what the kernel held on one descriptor at one moment, read from
// the descriptor itself: getsockname(2), getpeername(2), TCP_INFO of tcp(7).
type Socket struct {
	FD     int
	Type   string // "SOCK_STREAM"
	Local  Addr
	Remote Addr
	State  probe.State // StateUnknown when it is not TCP
}

// argInt is a number as an argument.
func argInt(n int64) Arg { return Arg{Text: strconv.FormatInt(n, 10)} }
