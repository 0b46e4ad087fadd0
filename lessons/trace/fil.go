package trace

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe/syscalls"
)

// repeatsShown is how many times the same call in a row is written before it
// is only counted: a program may loop on one for ever.
const repeatsShown = 3

// Thread draws the chronological view: one line an event, as it comes.
// (« fil » in French: what is followed.) It may be used by several programs.
type Thread struct {
	Palette paint.Palette
	Width   int  // 0: lines are not cut
	Explain bool // each call is explained the first time
	Names   bool // several programs: each line says which
	Narrow  bool // little room: what comes before a call is short

	mu      sync.Mutex
	w       io.Writer
	said    map[string]bool
	repeats map[int]*repeat // by tid
	err     error
}

// repeat is the last call of a thread, and how often it came in a row.
type repeat struct {
	key   string
	count int
	took  time.Duration
	bytes int64
	last  *syscalls.Event
}

// NewThread returns the view, writing to w.
func NewThread(w io.Writer) *Thread {
	return &Thread{w: w, said: map[string]bool{}, repeats: map[int]*repeat{}}
}

// Write shows an event of the program called name.
func (t *Thread) Write(name string, e *syscalls.Event) {
	if e.Startup || e.Kind == syscalls.Enter || e.Kind == syscalls.Attached {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.Kind == syscalls.Return && t.again(name, e) {
		return
	}
	if e.Kind == syscalls.Ended {
		t.flushRepeat(name, e.TID)
		delete(t.repeats, e.TID)
		if e.TID != e.PID { // exit already told it
			return
		}
	}
	t.line(name, e, EventText(t.Palette, e))
	if t.Explain && e.Kind == syscalls.Return {
		t.explain(e)
	}
}

// again reports whether the call is the same as the last of its thread, once
// too often to be written again.
func (t *Thread) again(name string, e *syscalls.Event) bool {
	key := fmt.Sprintf("%s/%d/%s/%d/%s", e.Call.Name, e.Call.FD, e.Place.File, e.Place.Line, e.Call.Err)
	r := t.repeats[e.TID]
	if r == nil || r.key != key {
		t.flushRepeat(name, e.TID)
		t.repeats[e.TID] = &repeat{key: key, count: 1}
		return false
	}
	if e.Took > 100*time.Millisecond { // each is worth a line
		t.flushRepeat(name, e.TID)
		t.repeats[e.TID] = &repeat{key: key, count: 1}
		return false
	}
	if r.count++; r.count <= repeatsShown {
		return false
	}
	r.took += e.Took
	r.bytes += max(0, e.Call.Ret)
	r.last = e
	return true
}

// flushRepeat writes how often the last call came once it was no longer written.
func (t *Thread) flushRepeat(name string, tid int) {
	r := t.repeats[tid]
	if r == nil || r.count <= repeatsShown {
		return
	}
	s := fmt.Sprintf("… le même appel (%s), encore %d fois", r.last.Call.Name, r.count-repeatsShown)
	if r.last.Call.Asked >= 0 {
		s += fmt.Sprintf(" : %d octets en tout", r.bytes)
	}
	t.line(name, r.last, t.Palette.Faint(text.French(s)))
}

// Flush writes what is held back.
func (t *Thread) Flush(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for tid, r := range t.repeats {
		t.flushRepeat(name, tid)
		r.count, r.key = 0, ""
	}
}

// Waiting writes that a thread is still inside a call.
func (t *Thread) Waiting(name string, e *syscalls.Event, since time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	copied := *e
	copied.At = e.At + since
	t.flushRepeat(name, e.TID)
	if r := t.repeats[e.TID]; r != nil {
		r.count = min(r.count, repeatsShown)
	}
	t.line(name, &copied, t.Palette.Waiting(WaitingText(e, since)))
}

// WaitingText says that a thread has been inside a call for some time.
func WaitingText(e *syscalls.Event, since time.Duration) string {
	return text.French(fmt.Sprintf("… attend depuis %s dans %s", text.Duration(since.Truncate(100*time.Millisecond)), CallText(e.Call)))
}

// prefix is what stands before a line: moment, program, thread, line of source.
func (t *Thread) prefix(name string, e *syscalls.Event) string {
	if t.Narrow {
		return t.narrowPrefix(name, e)
	}
	b := text.PadLeft(clock(e.At), 10) + "  "
	if t.Names {
		b += text.PadRight(text.Truncate(name, 12), 12) + "  "
	}
	b += text.PadRight(text.Truncate(ThreadName(e), 14), 14) + "  "
	place := ""
	if e.Place.Known() {
		place = "l." + text.NBSP + strconv.Itoa(e.Place.Line)
	}
	return b + text.PadRight(place, 6) + "  "
}

// narrowPrefix is the moment, the line and, for several programs, the name.
func (t *Thread) narrowPrefix(name string, e *syscalls.Event) string {
	b := text.PadLeft(clock(e.At), 9) + " "
	if t.Names {
		b += text.PadRight(text.Truncate(name, 8), 8) + " "
	}
	place := ""
	if e.Place.Known() {
		place = strconv.Itoa(e.Place.Line)
	}
	return b + text.PadLeft(place, 3) + " "
}

func (t *Thread) line(name string, e *syscalls.Event, s string) {
	p := t.prefix(name, e)
	if t.Width > 0 {
		s = text.Truncate(s, max(t.Width-text.Width(p), 20))
	}
	t.print(t.Palette.Faint(p) + s + "\n")
}

func (t *Thread) print(s string) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, s)
	}
}

// explain writes what a call is for, the first time it is met.
func (t *Thread) explain(e *syscalls.Event) {
	key := wordKey(e.Call.Name)
	if t.said[key] {
		return
	}
	t.said[key] = true
	w, ok := Explain(e.Call.Name, e.Source)
	if !ok {
		return
	}
	margin := strings.Repeat(" ", 12)
	width := t.Width
	if width == 0 {
		width = 100
	}
	for _, line := range text.Paragraph(ExplainText(w), max(width-len(margin)-2, 20)) {
		t.print(margin + t.Palette.Kernel("│") + " " + t.Palette.Faint(line) + "\n")
	}
}

// ExplainText is an explanation, to be set by [text.Paragraph].
func ExplainText(w Word) string {
	s := w.Says + " `man " + section(w.Man) + "`"
	if w.Go != "" {
		s += " En Go : " + w.Go + "."
	}
	return s
}

// section turns "accept(2)" into "2 accept", as one types it.
func section(man string) string {
	name, rest, ok := strings.Cut(man, "(")
	if !ok {
		return man
	}
	return strings.TrimSuffix(rest, ")") + " " + name
}

// EventText says in one line what happened.
func EventText(p paint.Palette, e *syscalls.Event) string {
	switch e.Kind {
	case syscalls.Return:
		return callLine(p, e)
	case syscalls.NewThread:
		return p.Kernel(fmt.Sprintf("+ nouveau fil d'exécution : %d", e.Child))
	case syscalls.NewProcess:
		return p.Kernel(fmt.Sprintf("+ nouveau processus : %d", e.Child))
	case syscalls.Exec:
		return p.Kernel("▶ " + text.Visible(filepath.Base(e.Program)) + " (" + text.Visible(e.Program) + ")")
	case syscalls.Ended:
		return p.Kernel(StatusText(e.Status))
	case syscalls.Signal:
		return p.Strong(text.French("! signal " + e.Signal))
	case syscalls.Stopped:
		return p.Strong(text.French("! suspendu par " + e.Signal))
	}
	return e.Kind.String()
}

// callLine is a call, its outcome, and its time in the kernel when it is long.
func callLine(p paint.Palette, e *syscalls.Event) string {
	s := CallText(e.Call)
	if e.Call.Failed() && e.Call.Err != "ERESTART" {
		s = p.Bad(s)
	}
	if e.Took >= longWait {
		s += "  " + p.Strong("bloqué "+text.Duration(e.Took))
	}
	if o := Outcome(e.Call); o != "" {
		s += "  " + p.Faint(o)
	}
	return s
}

// StatusText says how a process ended.
func StatusText(s syscalls.Status) string {
	if s.Signal != 0 {
		return text.French(fmt.Sprintf("■ fin : arrêté par le signal %s (%d)", s.Name, s.Signal))
	}
	return text.French(fmt.Sprintf("■ fin, code %d", s.Code))
}

// Chronology writes the events of several records in the order they ended.
// from says at which of so many events to begin.
func Chronology(reports []*Report, from func(events int) int, t *Thread) {
	type named struct {
		name string
		e    *syscalls.Event
	}
	var all []named
	for _, r := range reports {
		for _, e := range r.View.Events {
			all = append(all, named{r.Name, e})
		}
	}
	if len(reports) > 1 {
		slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(a.e.End(), b.e.End()) })
	}
	for _, n := range all[from(len(all)):] {
		t.Write(n.name, n.e)
	}
	for _, r := range reports {
		t.Flush(r.Name)
	}
}

// Err returns the first error of the writer.
func (t *Thread) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}
