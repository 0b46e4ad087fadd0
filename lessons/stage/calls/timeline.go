package calls

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
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// A program may turn for ever in a few calls: each is written so many times in
// a row, then only counted.
const (
	repeatsShown = 10
	turnKeys     = 6                      // calls of one turn, at most
	worthALine   = 100 * time.Millisecond // a call that took longer is always written
)

// Timeline draws the chronological view: one line an event, as it comes.
// (« fil » in French: what is followed.) It may be used by several programs.
type Timeline struct {
	Palette paint.Palette
	Width   int  // 0: lines are not cut
	Explain bool // each call is explained the first time
	Names   bool // several programs: each line says which
	Narrow  bool // little room: what comes before a call is short

	mu    sync.Mutex
	w     io.Writer
	said  map[string]bool
	turns map[int]*turn // by tid
	err   error
}

// turn is the last few calls of a thread, and how often each came.
type turn struct {
	counts map[turnKey]int
	order  []turnKey
	hidden int // calls that were not written
	bytes  int64
	last   *syscalls.Event
}

type turnKey struct {
	name, err string
	fd        int
	place     syscalls.Place
}

// NewTimeline returns the view, writing to w.
func NewTimeline(w io.Writer) *Timeline {
	return &Timeline{w: w, said: map[string]bool{}, turns: map[int]*turn{}}
}

// Write shows an event of the program called name.
func (t *Timeline) Write(name string, e *syscalls.Event) {
	if e.Startup || e.Kind == syscalls.Enter || e.Kind == syscalls.Attached {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.Kind == syscalls.Return && t.again(name, e) {
		return
	}
	if e.Kind == syscalls.Ended {
		t.flushTurn(name, e.TID)
		delete(t.turns, e.TID)
		if e.TID != e.PID { // exit already told it
			return
		}
	}
	t.line(name, e, eventText(t.Palette, e))
	if t.Explain && e.Kind == syscalls.Return {
		t.explain(e)
	}
}

// again reports whether the thread turns in the same few calls, and this one
// came too often to be written again.
func (t *Timeline) again(name string, e *syscalls.Event) bool {
	u := t.turns[e.TID]
	if u == nil || e.Took > worthALine {
		t.flushTurn(name, e.TID)
		u = &turn{counts: map[turnKey]int{}}
		t.turns[e.TID] = u
	}
	key := turnKey{e.Call.Name, e.Call.Err, e.Call.FD, e.Place}
	if _, ok := u.counts[key]; !ok {
		if u.hidden > 0 {
			t.flushTurn(name, e.TID)
			u = &turn{counts: map[turnKey]int{}}
			t.turns[e.TID] = u
		}
		if len(u.order) == turnKeys {
			delete(u.counts, u.order[0])
			u.order = u.order[1:]
		}
		u.order = append(u.order, key)
	}
	u.counts[key]++
	if u.counts[key] <= repeatsShown {
		return false
	}
	u.hidden++
	u.bytes += max(0, e.Call.Ret)
	u.last = e
	return true
}

// flushTurn writes how often the calls came once they were no longer written.
func (t *Timeline) flushTurn(name string, tid int) {
	u := t.turns[tid]
	if u == nil || u.hidden == 0 {
		return
	}
	var names []string
	for _, k := range u.order {
		if u.counts[k] > repeatsShown && !slices.Contains(names, k.name) {
			names = append(names, k.name)
		}
	}
	s := fmt.Sprintf("… les mêmes appels (%s), encore %s", strings.Join(names, ", "), text.Plural(u.hidden, "fois"))
	t.line(name, u.last, t.Palette.Faint(text.French(s)))
	u.hidden = 0
}

// flush writes what is held back.
func (t *Timeline) flush(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for tid := range t.turns {
		t.flushTurn(name, tid)
	}
}

// Waiting writes that a thread is still inside a call.
func (t *Timeline) Waiting(name string, e *syscalls.Event, since time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	copied := *e
	copied.At = e.At + since
	t.flushTurn(name, e.TID)
	t.line(name, &copied, t.Palette.Waiting(waitingText(e, since)))
}

// waitingText says that a thread has been inside a call for some time.
func waitingText(e *syscalls.Event, since time.Duration) string {
	return text.French(fmt.Sprintf("… attend depuis %s dans %s", text.Duration(since.Truncate(100*time.Millisecond)), trace.CallText(e.Call)))
}

// prefix is what stands before a line: moment, program, thread, line of source.
func (t *Timeline) prefix(name string, e *syscalls.Event) string {
	if t.Narrow {
		return t.narrowPrefix(name, e)
	}
	b := text.PadLeft(clock(e.At), 10) + "  "
	if t.Names {
		b += text.PadRight(text.Truncate(name, 12), 12) + "  "
	}
	b += text.PadRight(text.Truncate(threadName(e), 14), 14) + "  "
	place := ""
	if e.Place.Known() {
		place = "l." + text.NBSP + strconv.Itoa(e.Place.Line)
	}
	return b + text.PadRight(place, 6) + "  "
}

// narrowPrefix is the moment, the line and, for several programs, the name.
func (t *Timeline) narrowPrefix(name string, e *syscalls.Event) string {
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

func (t *Timeline) line(name string, e *syscalls.Event, s string) {
	p := t.prefix(name, e)
	if t.Width > 0 {
		s = text.Truncate(s, max(t.Width-text.Width(p), 20))
	}
	t.print(t.Palette.Faint(p) + s + "\n")
}

func (t *Timeline) print(s string) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, s)
	}
}

// explain writes what a call is for, the first time it is met.
func (t *Timeline) explain(e *syscalls.Event) {
	key := trace.WordKey(e.Call.Name)
	if t.said[key] {
		return
	}
	t.said[key] = true
	w, ok := trace.Explain(e.Call.Name, e.Source)
	if !ok {
		return
	}
	margin := strings.Repeat(" ", 12)
	width := t.Width
	if width == 0 {
		width = 100
	}
	for _, line := range text.Paragraph(explainText(w), max(width-len(margin)-2, 20)) {
		t.print(margin + t.Palette.Kernel("│") + " " + t.Palette.Faint(line) + "\n")
	}
}

// explainText is an explanation, to be set by [text.Paragraph].
func explainText(w trace.Word) string {
	s := w.Says
	if w.Man != "" {
		s += " `man " + section(w.Man) + "`"
	}
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

// eventText says in one line what happened.
func eventText(p paint.Palette, e *syscalls.Event) string {
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
		return p.Kernel(statusText(e.Status))
	case syscalls.Signal:
		return p.Strong(text.French("! signal " + e.Signal))
	case syscalls.Stopped:
		return p.Strong(text.French("! suspendu par " + e.Signal))
	}
	return e.Kind.String()
}

// callLine is a call, its outcome, and its time in the kernel when it is long.
func callLine(p paint.Palette, e *syscalls.Event) string {
	s := trace.CallText(e.Call)
	if e.Call.Failed() && e.Call.Err != "ERESTART" {
		s = p.Bad(s)
	}
	if e.Took >= longWait {
		s += "  " + p.Strong(tookText(e.Source, e.Took))
	}
	if o := trace.Outcome(e.Call); o != "" {
		s += "  " + p.Faint(o)
	}
	return s
}

// statusText says how a process ended.
func statusText(s syscalls.Status) string {
	if s.Signal != 0 {
		return text.French("■ fin : arrêté par le signal " + text.Signal(s.Signal))
	}
	return text.French("■ fin, code " + text.ExitCode(s.Code))
}

// Chronology writes the events of several records in the order they ended.
// from says at which of so many events to begin.
func Chronology(reports []*trace.Report, from func(events int) int, t *Timeline) {
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
		t.flush(r.Name)
	}
}
