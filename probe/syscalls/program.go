package syscalls

import (
	"os"
	"time"
)

// Program is what to run, and with what.
type Program struct {
	Path  string   // of the executable, as [Find] gives it
	Args  []string // with the program's name first
	Env   []string // nil: the environment of this process
	Dir   string   // "": the current directory
	Files [3]*os.File
	// Terminal gives the program a session of its own, whose terminal is its
	// standard input.
	Terminal bool
	// Python is whether the program is known to be, or to become, Python: what
	// comes before its first line of source is then its start-up.
	Python bool
}

// Options are how to watch.
type Options struct {
	// Handle is given every event, in order, on the goroutine that traces: what
	// it takes, the program waits. It must not call the Trace.
	Handle func(*Event)
	// All keeps what is left out otherwise: read, write and close on anything
	// but a terminal, a socket or the three standard descriptors.
	All bool
	// Since is the zero of Event.At; now when it is zero.
	Since time.Time
}

// Result is what is known when a program has ended.
type Result struct {
	Source   Source
	Status   Status
	Wall     time.Duration
	CPU      time.Duration // of the program and its children, tracing aside
	Calls    int           // calls that returned, those left out included
	Executed map[string][]bool
	Lines    bool // Python told its lines
}
