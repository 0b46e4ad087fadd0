package check

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// The words for what a thread waits for.

// name says what a thread waits for, from what the kernel and Python told.
func (t *trial) name(w *Wait) {
	on := probe.Descriptor{FD: -1}
	if len(w.On) == 1 {
		on = w.On[0]
	}
	what := ""
	switch {
	case w.Keyboard() || on.FD == 0 && (w.For == probe.WaitRead || w.For == probe.WaitAny):
		w.Kind, what = kindKeyboard, "attend le clavier"
	case strings.HasPrefix(on.Name, "UDP"):
		w.Kind, what = kindUDP, "attend dans "+call(w.Code, "recvfrom()", "recv()")+" sur un socket UDP"
	case w.For == probe.WaitAccept || w.For == probe.WaitAny && on.Socket != nil && on.Socket.State == probe.Listen:
		w.Kind, what = kindClient, "attend "+t.whichClient()+" : "+call(w.Code, "accept()", "select()", "poll()")
	case w.For == probe.WaitReceive || w.For == probe.WaitAny && on.Socket != nil && on.Socket.State != probe.SynSent:
		w.Kind, what = kindBytes, "attend des octets : "+call(w.Code, "recv()", "recvfrom()", "recv_into()", "readline()", "read()", "makefile()", "select()", "poll()")
	case w.For == probe.WaitConnect || on.Socket != nil && on.Socket.State == probe.SynSent:
		w.Kind, what = kindAnswer, "attend une réponse : connect()"
		if on.Socket != nil && on.Socket.Remote.IsValid() {
			what = "attend la réponse de " + on.Socket.Remote.String() + " : connect()"
		}
	case w.For == probe.WaitSleep:
		w.Kind, what = kindSleep, "dort"
		if m := sleepCall().FindStringSubmatch(w.Code); m != nil {
			what = "dort " + strings.Replace(m[1], ".", ",", 1) + " s"
			w.asked, _ = time.ParseDuration(m[1] + "s")
		}
	case w.For == probe.WaitJoin || w.For == probe.WaitThread:
		t.nameThread(w)
		return
	default:
		what = measured.Waiting(&w.Wait)
	}
	w.Words = what + where(w)
}

// call returns the first of some calls that a line makes, the first of all
// where it makes none.
func call(code string, calls ...string) string {
	for _, c := range calls {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(strings.TrimSuffix(c, ")"))).MatchString(code) {
			return c
		}
	}
	return calls[0]
}

var (
	sleepCall   = expression(`\bsleep\(\s*([0-9]+(?:\.[0-9]+)?)\s*\)`)
	threadStart = expression(`^\s*(?:\w+|.*Thread\(.*\))\.start\(\)`)
	lockUse     = expression(`^(?:with\s+([\w.]+)\s*:|.*?([\w.]+)\.acquire\()`)
)

// whichClient says whom accept() waits for.
func (t *trial) whichClient() string {
	switch {
	case t.partner == nil:
		return "un client"
	case t.allLeft():
		return "le client suivant"
	}
	return "un second client"
}

// nameThread names a wait for another thread: the end of one, which Python's
// own join says, or a lock, which the program's line names.
func (t *trial) nameThread(w *Wait) {
	var library frame // the function of Python's that the program called
	for _, f := range w.frames {
		if t.j.own(f.File) {
			break
		}
		library = f
	}
	switch file := filepath.Base(library.File); {
	case file == "threading.py" && library.Func == "join":
		w.Kind, w.Words = kindThread, "attend la fin d'un thread : join()"+where(w)
		lines := t.j.source(w.File)
		w.early = w.Line > 0 && w.Line < len(lines) && slices.ContainsFunc(lines[w.Line:], func(l string) bool { return threadStart().MatchString(l) })
		return
	case file == "threading.py" && library.Func == "_shutdown":
		w.Kind, w.Words = kindThread, "attend la fin d'un thread"
		return
	case file == "threading.py" && library.Func == "wait":
		w.Words = "attend le signal d'un autre thread : wait()" + where(w)
		return
	case file == "queue.py":
		w.Words = "attend un autre thread, devant une file : " + library.Func + "()" + where(w)
		return
	}
	m := lockUse().FindStringSubmatch(w.Code)
	if m == nil {
		w.Words = measured.Waiting(&w.Wait) + where(w)
		return
	}
	lock := m[1] + m[2]
	w.Kind, w.Words = kindLock, "attend le verrou « "+text.Visible(lock)+" »"+where(w)
	for i := range t.waiting {
		if other := &t.waiting[i]; other.TID != w.TID && t.j.holds(other, lock) {
			if other.Words == "" {
				t.name(other)
			}
			w.Words += ", que tient le thread qui " + other.Words
			return
		}
	}
}

// holds reports whether a thread is inside a block "with LOCK:" of the program.
func (j *judge) holds(w *Wait, lock string) bool {
	for _, f := range w.frames {
		if !j.own(f.File) {
			continue
		}
		lines := j.source(f.File)
		if f.Line > len(lines) || f.Line == 0 {
			continue
		}
		indent := indentOf(lines[f.Line-1])
		for n := f.Line - 1; n > 0 && indent > 0; n-- {
			above := lines[n-1]
			if strings.TrimSpace(above) == "" || indentOf(above) >= indent {
				continue
			}
			indent = indentOf(above)
			if m := lockUse().FindStringSubmatch(strings.TrimSpace(above)); m != nil && m[1] == lock {
				return true
			}
		}
	}
	return false
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// where says at which line of the program, "" where that is not known.
func where(w *Wait) string {
	if w.Line == 0 {
		return ""
	}
	return ", ligne " + strconv.Itoa(w.Line)
}
