package trace

import (
	"time"

	"labo/probe/syscalls"
)

// Report is one program, at its end or while it runs, ready to be drawn.
type Report struct {
	Name     string
	View     View
	Source   syscalls.Source
	Why      *syscalls.UnavailableError // why it is not the kernel's word
	Unlined  error                      // why Python could not be made to tell its lines; nil when it could
	Executed map[string][]bool          // lines that ran; nil when unknown
	Status   *syscalls.Status           // nil while it runs
	Wall     time.Duration
	CPU      time.Duration // 0: unknown, or still running
	Lines    bool          // its lines are known
	Python   bool
	Waiting  []*syscalls.Event // calls that threads are inside now

	sources map[string]*Source
}

// File returns a source of the report, nil when it cannot be read.
func (r *Report) File(path string) *Source {
	if r.sources == nil {
		r.sources = map[string]*Source{}
	}
	s, ok := r.sources[path]
	if !ok {
		s = ReadSource(path)
		r.sources[path] = s
	}
	return s
}

// Files returns the source files that made calls or ran, sorted.
func (r *Report) Files() []string { return r.View.files(r.Executed) }

// Ran reports whether a line is known to have run; known is false when nothing
// is known of its file.
func (r *Report) Ran(file string, n int) (ran, known bool) {
	lines, ok := r.Executed[file]
	if !ok || n >= len(lines) {
		return false, false
	}
	return lines[n], true
}
