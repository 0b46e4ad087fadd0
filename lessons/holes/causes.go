package holes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/text"
	"labo/lessons/trace"
)

// Causes that lie in a line: one that was run, refused, or is not written as it
// must be.

// wrongSide says that a call is the other program's to make.
func (r *run) wrongSide() (words string, line int) {
	if !strings.HasPrefix(r.name(), "client") {
		if line, refused := r.refused("connect"); refused {
			return "connect() appelle un autre programme : un serveur réserve son port, avec bind(), et attend", line
		}
		return "", 0
	}
	for _, call := range []string{"bind", "accept"} {
		if line, refused := r.refused(call); refused {
			return call + "() est pour un serveur, qui attend des appels : un client appelle, avec connect()", line
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.made {
		if trace.WordKey(e.Call.Name) == "listen" {
			return "listen() est pour un serveur, qui attend des appels : un client appelle, avec connect()", e.Place.Line
		}
	}
	for _, e := range r.failed {
		if a := address(e.Call); trace.WordKey(e.Call.Name) == "connect" && a.IP.IsValid() && a.IP.Port() != r.port {
			return fmt.Sprintf("votre programme appelle le port %d, et le serveur est sur le %d", a.IP.Port(), r.port), e.Place.Line
		}
	}
	return "", 0
}

// threadLine returns the line that makes the thread in which an error came, 0 where
// that is not known: Python names its function, "Exception in thread Thread-1 (recevoir):".
func (r *run) threadLine() (line int) {
	m := threadNamed().FindStringSubmatch(r.errs.String())
	if m == nil {
		return 0
	}
	for n, l := range r.lines() {
		code, _, _ := strings.Cut(l, "#")
		if strings.Contains(code, "Thread(") && (m[1] == "" || strings.Contains(code, m[1])) {
			if line > 0 {
				return 0
			}
			line = n + 1
		}
	}
	return line
}

var threadNamed = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`Exception in thread Thread-\d+(?: \((\w+)\))?:`) })

// unstarted says why no thread more was seen.
func (r *run) unstarted() (words string, line int) {
	for _, e := range r.running.Record.Waiting() {
		if at := e.Place.Line; e.TID == r.root && at > 0 && strings.Contains(r.code(at), "join(") {
			if n := slices.IndexFunc(r.lines()[at:], started().MatchString); n >= 0 {
				return fmt.Sprintf("le thread principal y attend déjà la fin du premier, par join(), et n'arrive pas à la ligne %d, qui lance l'autre", at+n+1), at
			}
		}
		if what, known := waiting[trace.WordKey(e.Call.Name)]; known && e.TID == r.root && !r.ended() && e.Place.Known() && !strings.Contains(r.code(e.Place.Line), "join(") && !strings.Contains(r.code(e.Place.Line), "accept(") {
			return fmt.Sprintf("c'est le thread principal qui attend %s, ligne %d. target= veut le nom de la fonction, sans parenthèses, et c'est start() qui lance", what, e.Place.Line), e.Place.Line
		}
	}
	for n, l := range r.lines() {
		if m := ranHere().FindStringSubmatch(l); m != nil {
			return "run() exécute la fonction dans le thread qui l'appelle ; c'est start() qui en lance un autre", n + 1
		}
	}
	return "", 0
}

var started = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^#]*\.start\(`) })

var ranHere = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^#]*\w\.run\(`) })

// uncalled returns a line that names what is asked, and does not call it.
func (r *run) uncalled(id string) (line int, code string) {
	bare := regexp.MustCompile(`^\s*(?:[\w, ]+=\s*)?\w+\.` + callOf(id) + `\s*(?:#.*)?$`)
	b, err := os.ReadFile(r.path)
	if err != nil {
		return 0, ""
	}
	for n, l := range strings.Split(string(b), "\n") {
		if l = strings.TrimRight(l, "\r"); bare.MatchString(l) {
			return n + 1, strings.TrimSpace(l)
		}
	}
	return 0, ""
}

// broken returns the hole under which an error of Python stopped the program, 0
// for none.
func (r *run) broken(ctx context.Context) int {
	tb, _ := check.ReadError(ctx, r.python, r.path, r.errs.String())
	b, err := os.ReadFile(r.path)
	if tb == nil || filepath.Base(tb.File) != r.name() || err != nil {
		return 0
	}
	return atelier.HoleAt(b, tb.Line)
}

// ran returns the last line of the program that has run and is written so, 0 for
// none, and what stands there. It is known once the program has ended.
func (r *run) ran(written *regexp.Regexp) (line int, code string) {
	if !r.ended() {
		return 0, ""
	}
	result, err := r.running.Wait(r.ctx)
	if err != nil {
		return 0, ""
	}
	for file, lines := range result.Executed {
		for n, ran := range lines {
			if l := r.code(n); ran && filepath.Base(file) == r.name() && written.MatchString(l) {
				line, code = n, text.Visible(strings.TrimSpace(l))
			}
		}
	}
	return line, code
}

var (
	exitLine  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*(?:sys\.exit|exit|quit|os\._exit)\(`) })
	breakLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*break\b`) })
)

// leftBy says which line ended the program, or its loop, where one is known to.
func (r *run) leftBy() (words string, line int) {
	if line, code := r.ran(exitLine()); line > 0 {
		return fmt.Sprintf("la ligne %d, « %s », a arrêté le programme : rien de ce qui la suit n'a lieu", line, code), line
	}
	if line, code := r.ran(breakLine()); line > 0 {
		return fmt.Sprintf("la ligne %d, « %s », a fait sortir de la boucle", line, code), line
	}
	return "", 0
}
