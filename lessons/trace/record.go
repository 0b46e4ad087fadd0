package trace

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"labo/probe"
	"labo/probe/syscalls"
)

// Limits of what a record keeps: a program may call without end.
const (
	keptEvents  = 4000 // the last ones
	keptShapes  = 16   // kinds of calls of one line
	keptLines   = 4096
	keptThreads = 256
)

// Shape is a kind of call: the same name with the same outcome.
type Shape struct {
	Name  string
	Err   string
	Count int
	Took  time.Duration
	Bytes int64
	Last  *syscalls.Event
}

// LineStat is what one line asked of the kernel. The zero Place gathers the
// calls made by no known line.
type LineStat struct {
	Place  syscalls.Place
	Calls  int
	Took   time.Duration
	Shapes []*Shape         // in the order they came
	Held   *syscalls.Socket // the last thing known of its descriptor
}

// ThreadStat is one thread.
type ThreadStat struct {
	TID   int
	PID   int
	Name  string
	Calls int
	Took  time.Duration
	Ended bool
	// Current is the call it is inside, nil when it is in none.
	Current *syscalls.Event
	cut     *syscalls.Event // its last call, where a signal has interrupted that
}

// Record gathers the events of one program, in bounded memory. It may be
// written by the tracer and read by a view at once.
type Record struct {
	mu      sync.Mutex
	events  []*syscalls.Event // a ring once it is full
	next    int
	total   int
	startup int // calls of the interpreter's start
	calls   int
	took    time.Duration
	main    time.Duration // in the kernel, first thread of the program
	lines   map[syscalls.Place]*LineStat
	threads map[int]*ThreadStat
	order   []int // tids, oldest first
	ready   chan struct{}
	isReady bool
	root    int
	born    int // threads and processes created
	last    time.Duration
}

// NewRecord returns an empty record.
func NewRecord() *Record {
	return &Record{lines: map[syscalls.Place]*LineStat{}, threads: map[int]*ThreadStat{}, ready: make(chan struct{})}
}

// Add takes an event.
func (r *Record) Add(e *syscalls.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.root == 0 {
		r.root = e.PID
	}
	r.last = max(r.last, e.End())
	th := r.thread(e)
	switch e.Kind {
	case syscalls.Enter:
		r.resume(th, e)
		th.Current = e
		if WordKey(e.Call.Name) == "accept" || e.Call.FD == 0 && !e.Startup {
			r.setReady()
		}
		return
	case syscalls.Return:
		th.Current = nil
		if e.Call.Restart {
			th.cut = e
		}
		if e.Startup {
			r.startup++
			return
		}
		r.count(th, e)
	case syscalls.NewThread, syscalls.NewProcess:
		if !e.Startup {
			r.born++
		}
	case syscalls.Ended:
		th.Ended, th.Current = true, nil
		if e.TID == r.root {
			r.setReady()
		}
	}
	if !e.Startup {
		r.keep(e)
	}
}

func (r *Record) setReady() {
	if !r.isReady {
		r.isReady = true
		close(r.ready)
	}
}

// Ready is closed when the program has come to wait for someone, or ended:
// another that depends on it may start.
func (r *Record) Ready() <-chan struct{} { return r.ready }

func (r *Record) thread(e *syscalls.Event) *ThreadStat {
	th := r.threads[e.TID]
	if th == nil {
		r.forget()
		th = &ThreadStat{TID: e.TID, PID: e.PID}
		r.threads[e.TID] = th
		r.order = append(r.order, e.TID)
	}
	if e.Thread != "" {
		th.Name = e.Thread
	}
	return th
}

// resume says of a call that a signal interrupted whether the kernel has made it
// again: the next call of the thread tells, but for the end of the handler.
func (r *Record) resume(th *ThreadStat, next *syscalls.Event) {
	cut := th.cut
	if cut == nil || strings.HasSuffix(next.Call.Name, "sigreturn") {
		return
	}
	th.cut = nil
	told, call := *cut, *cut.Call // views hold the one that did not know
	call.Again = probe.Known(next.Call.Name == "restart_syscall" || next.Call.Name == call.Name && next.Call.FD == call.FD && next.Place == cut.Place)
	told.Call = &call
	if i := slices.Index(r.events, cut); i >= 0 {
		r.events[i] = &told
	}
	if l := r.lines[cut.Place]; l != nil {
		for _, s := range l.Shapes {
			if s.Last == cut {
				s.Last = &told
			}
		}
	}
}

// forget drops the oldest thread that has ended when there are too many.
func (r *Record) forget() {
	if len(r.order) < keptThreads {
		return
	}
	for i, tid := range r.order {
		if r.threads[tid].Ended && tid != r.root {
			delete(r.threads, tid)
			r.order = slices.Delete(r.order, i, i+1)
			return
		}
	}
}

func (r *Record) keep(e *syscalls.Event) {
	r.total++
	if len(r.events) < keptEvents {
		r.events = append(r.events, e)
		return
	}
	r.events[r.next] = e
	r.next = (r.next + 1) % keptEvents
}

func (r *Record) count(th *ThreadStat, e *syscalls.Event) {
	r.calls++
	r.took += e.Took
	th.Calls++
	th.Took += e.Took
	if e.TID == r.root {
		r.main += e.Took
	}
	l := r.lines[e.Place]
	if l == nil {
		if len(r.lines) >= keptLines {
			return
		}
		l = &LineStat{Place: e.Place}
		r.lines[e.Place] = l
	}
	l.Calls++
	l.Took += e.Took
	if e.Call.Socket != nil {
		l.Held = e.Call.Socket
	}
	for _, s := range l.Shapes {
		if s.Name == e.Call.Name && s.Err == e.Call.Err {
			s.add(e)
			return
		}
	}
	if len(l.Shapes) < keptShapes {
		s := &Shape{Name: e.Call.Name, Err: e.Call.Err}
		s.add(e)
		l.Shapes = append(l.Shapes, s)
	}
}

func (s *Shape) add(e *syscalls.Event) {
	s.Count++
	s.Took += e.Took
	if e.Call.Asked >= 0 && e.Call.Ret > 0 {
		s.Bytes += e.Call.Ret
	}
	s.Last = e
}

// View is a record at one moment. What it points to does not change.
type View struct {
	Events  []*syscalls.Event // the last ones, oldest first
	Dropped int               // events before those
	Startup int
	Calls   int
	Took    time.Duration // in the kernel, all threads
	Main    time.Duration // in the kernel, the first thread
	Born    int
	Lines   map[syscalls.Place]LineStat
	Threads []ThreadStat // in the order they came
	Last    time.Duration
	Root    int
}

// View returns a copy of what is recorded.
func (r *Record) View() View {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := View{Dropped: r.total - len(r.events), Startup: r.startup, Calls: r.calls, Took: r.took, Main: r.main,
		Born: r.born, Last: r.last, Root: r.root, Lines: make(map[syscalls.Place]LineStat, len(r.lines))}
	v.Events = append(append(v.Events, r.events[r.next:]...), r.events[:r.next]...)
	for place, l := range r.lines {
		line := *l
		line.Shapes = nil
		for _, s := range l.Shapes {
			shape := *s
			line.Shapes = append(line.Shapes, &shape)
		}
		v.Lines[place] = line
	}
	for _, tid := range r.order {
		v.Threads = append(v.Threads, *r.threads[tid])
	}
	return v
}

// Waiting returns the calls that threads are inside now, the oldest first.
func (r *Record) Waiting() []*syscalls.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var inside []*syscalls.Event
	for _, th := range r.threads {
		if th.Current != nil && !th.Current.Startup {
			inside = append(inside, th.Current)
		}
	}
	slices.SortFunc(inside, func(a, b *syscalls.Event) int { return int(a.At - b.At) })
	return inside
}

// files returns the source files that made calls or ran, sorted.
func (v *View) files(executed map[string][]bool) []string {
	seen := map[string]bool{}
	for place := range v.Lines {
		if place.Known() {
			seen[place.File] = true
		}
	}
	for file := range executed {
		seen[file] = true
	}
	return slices.Sorted(maps.Keys(seen))
}
