package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/text"
	"labo/probe"
)

// Wait is what one thread of the program waits for, and where.
type Wait struct {
	probe.Wait
	Line  int    // of the program's file, 0 where that is not known
	File  string // as Python names it
	Code  string // that line, "" where it cannot be read
	Kind  string // the section of mots.md that speaks of it, "" for none
	Words string // completes "le programme": "attend le clavier, ligne 2"

	frames []frame
	asked  time.Duration // the length of a sleep by its line, 0 where that does not say it
	early  bool          // a join() of the program, and a line after it starts a thread
}

// The kinds of waits that have words of their own.
const (
	kindKeyboard = "clavier"
	kindClient   = "client"
	kindBytes    = "octets"
	kindUDP      = "udp"
	kindLock     = "verrou"
	kindThread   = "thread"
	kindSleep    = "sommeil"
	kindAnswer   = "reponse"

	// Those of no wait.
	kindSwarm = "essaim" // processes without end
	kindLeft  = "sorti"  // the program went out of its loop
)

// waits returns what the threads of the program wait for at this moment, none
// where the system does not tell. Of a program that rests, one thread may be on its
// way from one wait to the next, and on a busy machine stays there for long: it is
// looked at again.
func (t *trial) waits() []Wait {
	if t.asked {
		return t.waiting
	}
	t.asked = true
	over, stop := pace.After(settled)
	defer stop()
	for began := time.Now(); ; {
		t.waiting = t.measureWaits()
		t.stirred = t.stirred || t.moves()
		if t.stood != quiet || !t.moves() || time.Since(began) > heldBound {
			return t.waiting
		}
		select {
		case <-over:
			return t.waiting
		case <-t.proc.Done():
			return nil
		case <-t.ctx.Done():
			return t.waiting
		case <-time.After(pace.Step):
		}
	}
}

// settled is how long a thread may be between two waits, in time that counts.
const settled = 2 * time.Second

// moves reports whether a thread runs, or is about to.
func (t *trial) moves() bool {
	return slices.ContainsFunc(t.waiting, func(w Wait) bool { return w.For == probe.WaitNothing })
}

// measureWaits is one look at what the threads wait for.
func (t *trial) measureWaits() []Wait {
	t.waiting = nil
	pids := t.processes()
	if len(pids) == 0 {
		return nil
	}
	const most = 8 // of a program that starts many, those say enough
	pids = pids[:min(len(pids), most)]
	snap, err := probe.Sockets(t.ctx, probe.Filter{PIDs: pids})
	if err != nil {
		return nil
	}
	for _, pid := range pids {
		waits, err := probe.Waits(t.ctx, pid, snap.Sockets)
		if err != nil {
			continue
		}
		var tids []int
		for _, w := range waits {
			tids = append(tids, w.TID)
		}
		var stacks map[int][]frame
		if t.j.ledger != nil {
			stacks = t.j.ledger.ask(t.j.ledger, pid, tids)
		}
		for _, w := range waits {
			if w.For != probe.WaitEnded {
				t.waiting = append(t.waiting, t.place(w, stacks[w.TID]))
			}
		}
	}
	for i := range t.waiting {
		t.name(&t.waiting[i])
	}
	return t.waiting
}

// place adds the line of the program that a thread is at.
func (t *trial) place(w probe.Wait, frames []frame) Wait {
	wait := Wait{Wait: w, frames: frames}
	for _, f := range frames {
		if t.j.own(f.File) {
			wait.Line, wait.File = f.Line, f.File
			wait.Code = t.j.line(f.File, f.Line)
			break
		}
	}
	return wait
}

// own reports whether a file that Python names is of the program's folder.
func (j *judge) own(file string) bool {
	if strings.HasPrefix(file, "<") || strings.Contains(file, "-packages") {
		return false
	}
	if !filepath.IsAbs(file) {
		return true
	}
	dir, err := filepath.Abs(j.command.Dir)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}

// source returns the lines of a file that Python names.
func (j *judge) source(file string) []string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(j.command.Dir, file)
	}
	if lines, ok := j.sources[file]; ok {
		return lines
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	if j.sources == nil {
		j.sources = make(map[string][]string)
	}
	j.sources[file] = strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
	return j.sources[file]
}

// line returns one line of a file without the spaces around it, "" when there
// is none.
func (j *judge) line(file string, n int) string {
	if lines := j.source(file); n > 0 && n <= len(lines) {
		return strings.TrimSpace(lines[n-1])
	}
	return ""
}

// waitsFor says in French what the program waits for: what all its threads
// do, but for those that only await the end of the others. It is "" where
// nothing tells.
func (t *trial) waitsFor() string {
	all := t.waits()
	all = placed(all)
	locked := slices.ContainsFunc(all, func(w Wait) bool { return w.Kind == kindLock })
	busy := slices.DeleteFunc(slices.Clone(all), func(w Wait) bool {
		return w.Kind == kindThread && !w.early || locked && w.Kind != kindLock // its words name the holder's wait
	})
	if len(busy) == 0 {
		busy = all
	}
	if len(busy) == 0 {
		return ""
	}
	if len(busy) == 1 {
		return busy[0].Words
	}
	const most = 3
	words := make([]string, 0, most)
	for i := range busy[:min(len(busy), most)] {
		words = append(words, "un thread "+busy[i].Words)
	}
	return "a " + text.Plural(len(busy), "thread") + " en attente : " + strings.Join(words, " ; ")
}

// placed leaves out the threads that are at no line of the program, where others
// are: they are Python's own.
func placed(all []Wait) []Wait {
	if !slices.ContainsFunc(all, func(w Wait) bool { return w.Line > 0 }) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(w Wait) bool { return w.Line == 0 && w.Kind != kindThread })
}

// waitKind names the wait that keeps the program from doing what was asked of
// it: want is the wait that it would be in, had it gone as far as it should.
func (t *trial) waitKind(want string) string {
	kinds, early := map[string]bool{}, false
	for _, w := range placed(t.waits()) {
		kinds[w.Kind] = true
		early = early || w.early
	}
	for _, kind := range []string{kindLock, kindSleep, kindUDP, kindAnswer} {
		if kinds[kind] {
			return kind
		}
	}
	if kinds[want] || kinds[""] {
		return ""
	}
	if early {
		return kindThread
	}
	for _, kind := range []string{kindClient, kindKeyboard, kindBytes, kindThread} {
		if kinds[kind] {
			return kind
		}
	}
	return ""
}

// timed reports whether a thread's wait ends by itself, and after how long where
// that is told: it may only be slow. Known is false where waits are not told.
func (t *trial) timed() (longest time.Duration, any, known bool) {
	for _, w := range t.waits() {
		known = true
		if w.Timed {
			any = true
			longest = max(longest, w.Within)
		}
	}
	return longest, any, known
}
