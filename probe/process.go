package probe

import (
	"time"
)

// Thread is one OS thread of a process.
type Thread struct {
	TID   int
	Name  string        // as the program named it: hostile text
	State string        // the letter of proc_pid_stat(5): R running, S sleeping, D disk…
	Wait  Maybe[string] // kernel function it sleeps in (/proc/PID/task/TID/wchan)
}

// ProcessInfo is what the system says of a process at one moment.
type ProcessInfo struct {
	TakenAt   time.Time
	PID       int
	Name      string
	Command   string
	Parent    Maybe[int]
	User      Maybe[string]
	Threads   Maybe[int] // OS threads
	Tasks     []Thread   // the threads one by one, where the system shows them
	FDs       Maybe[int] // open descriptors
	StartedAt Maybe[time.Time]
	CPUTime   Maybe[time.Duration] // user + system time used since it started
	CPUShare  Maybe[float64]       // mean share of one core since it started: 0.5 is half a core
}
