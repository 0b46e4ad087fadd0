package holes

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/syscalls"
)

// missing says, of what is asked, that it was not seen.
var missing = map[string]string{
	"socket":  "labo n'a vu aucun appel à socket()",
	"bind":    "labo n'a vu aucun appel à bind()",
	"listen":  "labo n'a vu aucun appel à listen()",
	"accept":  "labo a appelé, et aucun accept() n'a pris l'appel dans la file",
	"recv":    "labo a appelé, et aucun recv() n'attend ses octets",
	"boucle":  "labo n'a vu partir ou arriver que le premier message",
	"exit":    "« Exit » ne fait pas sortir de la boucle",
	"close":   "labo n'a vu aucun close() avant la fin",
	"connect": "labo n'a vu aucun appel à connect()",
	"envoi":   "labo a tapé une ligne, et rien n'est parti",
	"thread":  "labo n'a vu aucun thread de plus",
	"second":  "labo n'a vu qu'un thread de plus",
	"join":    "labo n'a pas vu le thread principal attendre, par join(), la fin des deux autres",
}

// why says why what is asked was not seen, from what was: an error of Python,
// what the partner saw, a refusal of the kernel, or what the program does now.
func (r *run) why(ctx context.Context, id string, hole int) (cause string, line int, empty bool) {
	if words, line := r.wrongSide(); line > 0 {
		return words, line, false
	}
	if tb, means := check.ReadError(ctx, r.python, r.path, r.errs.String()); tb != nil {
		if filepath.Base(tb.File) != r.name() {
			tb.Line = r.threadLine() // it is in Python's own files
		}
		return read(tb, means), tb.Line, false
	}
	r.mu.Lock()
	doubt, where := r.doubt, r.where
	r.mu.Unlock()
	if doubt != "" {
		return doubt, where, false
	}
	if line, code := r.uncalled(id); line > 0 {
		return "« " + text.Visible(code) + " » nomme la fonction sans l'appeler : il manque les parenthèses, ( )", line, false
	}
	said := missing[id]
	if id == "thread" || id == "second" {
		if words, line := r.unstarted(); line > 0 {
			return said + " : " + words, line, false
		}
	}
	now, at := r.doing()
	if left, line := r.leftBy(); line > 0 && exitLine().MatchString(r.code(line)) { // whatever is written below
		return said + " ; " + left, line, false
	}
	if !r.written(hole) {
		return said, 0, true
	}
	if call := callOf(id); !slices.ContainsFunc(r.lines(), regexp.MustCompile(`^[^#]*\b`+call+`\(`).MatchString) {
		return said + " : aucune ligne n'appelle " + call + "()", at, false
	}
	return said + " ; " + now, at, false
}

// callOf names the call that shows what is asked.
func callOf(id string) string {
	return cmp.Or(map[string]string{"thread": "start", "second": "start", "boucle": "recv", "envoi": "sendall"}[id], id)
}

// read says what Python wrote, in French where labo has words for it: then its own
// are left out, but for the name to look for.
func read(tb *check.Traceback, means string) string {
	kind, _, _ := strings.Cut(tb.Error, ":")
	switch errno := strings.Index(tb.Error, "]"); {
	case means != "":
		return means + " (Python dit : " + text.Visible(kind) + ")"
	case strings.Contains(tb.Error, ": [Errno ") && errno > 0:
		return "Python dit : " + text.Visible(tb.Error[:errno+1])
	}
	return "Python dit : " + text.Visible(text.Truncate(tb.Error, 120))
}

// name is that of the program.
func (r *run) name() string { return filepath.Base(r.path) }

// refused returns the line of a call that the kernel refused.
func (r *run) refused(name string) (line int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.failed {
		if trace.WordKey(e.Call.Name) == name {
			return e.Place.Line, true
		}
	}
	return 0, false
}

// looped are the holes whose lines the next one takes into its loop.
var looped = map[string]int{"serveur.py": 5, "client.py": 3}

// written reports whether something stands under the comment of a hole, or under
// that of the one that takes its lines. Where the comment is gone, something does.
func (r *run) written(n int) bool {
	b, err := os.ReadFile(r.path)
	if err != nil {
		return true
	}
	empty := atelier.Empty(b)
	return !slices.Contains(empty, n) || looped[r.name()] == n && !slices.Contains(empty, n+1)
}

// lines returns those of the program.
func (r *run) lines() []string {
	b, err := os.ReadFile(r.path)
	if err != nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
}

// code returns a line of the program.
func (r *run) code(n int) string {
	if lines := r.lines(); n > 0 && n <= len(lines) {
		return lines[n-1]
	}
	return ""
}

// waiting says what a call waits for.
var waiting = map[string]string{
	"accept": "un client : accept()", "recv": "des octets : recv()", "recvfrom": "des octets : recv()",
	"read": "le clavier : input()", "input": "le clavier : input()", "futex": "la fin d'un thread, ou un verrou",
	"join": "la fin d'un thread : join()", "nanosleep": "la fin d'un sleep()", "sleep": "la fin d'un sleep()",
	"connect": "la réponse du serveur : connect()", "poll": "une réponse", "select": "une réponse",
}

// since says after which line, where one is known.
func since(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf(" depuis la ligne %d", line)
}

// doing says what the program does now, or how it ended.
func (r *run) doing() (words string, line int) {
	if r.ended() {
		if words, line := r.leftBy(); line > 0 {
			return words, line
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.status == nil {
			return "le programme a fini", 0
		}
		if r.status.Signal != 0 {
			return "le programme a été " + text.SignalEnd(r.status.Signal), 0
		}
		return fmt.Sprintf("le programme a fini, avec le code %d", r.status.Code), 0
	}
	r.mu.Lock()
	last, empty := r.last, r.empty
	r.mu.Unlock()
	if r.out.Total() > flood || empty > unread {
		if empty > unread {
			return "il boucle sans fin : l'autre côté est parti, et recv() rend 0 octet à chaque tour", last.Place.Line
		}
		return "il affiche sans fin", last.Place.Line
	}
	var all []string
	for _, e := range r.running.Record.Waiting() {
		what, known := waiting[trace.WordKey(e.Call.Name)]
		if r.has("accept")() && trace.WordKey(e.Call.Name) == "accept" {
			what = "un second client : accept()"
		}
		switch futex := trace.WordKey(e.Call.Name) == "futex"; {
		case futex && strings.Contains(r.code(e.Place.Line), "join("):
			what = waiting["join"]
		case futex && e.TID == r.root && !e.Place.Known():
			what = "la fin de ses threads"
		}
		if !known {
			what = "dans " + text.Visible(e.Call.Name) + "()"
		}
		if e.Place.Known() {
			what += fmt.Sprintf(", ligne %d", e.Place.Line)
			if line == 0 || !strings.Contains(what, "join()") { // which ends once the others do
				line = e.Place.Line
			}
		}
		all = append(all, what)
	}
	if len(all) > 0 && !slices.ContainsFunc(r.running.Record.Waiting(), func(e *syscalls.Event) bool { return e.TID == r.root }) {
		all[0] = "dans ses autres threads " + all[0]
		return "le thread principal n'attend dans aucun appel ; le programme attend " + strings.Join(all, ", et "), 0
	}
	if len(all) == 0 && !r.spun {
		return "labo ne sait pas ce que fait le programme, dont plus rien n'a été vu" + since(last.Place.Line), last.Place.Line
	}
	if len(all) == 0 {
		return "le programme tourne sans rien demander au noyau" + since(last.Place.Line) + " : une boucle ne finit pas", last.Place.Line
	}
	return "le programme attend " + strings.Join(all, ", et "), line
}
