package holes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"labo/lessons/check"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe/files"
	"labo/probe/syscalls"
)

// Lines are the lines of a small server, in an order that works.
var Lines = []string{
	"serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
	"serveur.bind((HOTE, PORT))",
	"serveur.listen(1)",
	"connexion, adresse = serveur.accept()",
	"message = connexion.recv(1024).decode()",
	"connexion.close()",
	"serveur.close()",
}

// Step is one call of a program that was run.
type Step struct {
	Code   string // its line
	Failed bool
	Answer string // of the kernel: "réussi", "EINVAL (argument invalide)"
}

// Ordered is what became of some lines in some order.
type Ordered struct {
	Steps  []Step // the calls, as they came
	Works  bool   // a message was read, all was given back, and no line failed
	End    string // how it ended, or what it waits for: a French sentence
	Source string // by what means the calls were seen
}

// Order runs lines in an order, calls whoever listens on port, and says what the
// kernel answered. Errors: those that keep it from being run, and the context's.
func Order(ctx context.Context, python check.Python, lines []string, port uint16) (*Ordered, error) {
	temp, err := files.NewTemp()
	if err != nil {
		return nil, err
	}
	defer temp.Close()
	path := filepath.Join(temp.Dir, "serveur.py")
	head := fmt.Sprintf("import socket\nHOTE, PORT = \"localhost\", %d\n", port)
	if err := os.WriteFile(path, []byte(head+strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return nil, err
	}
	r, err := start(ctx, python, path, port)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if r.served() {
		fmt.Fprint(r.conn, word())
	}
	r.until(r.ended)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	r.closes(2)
	o := &Ordered{Source: r.source()}
	for _, e := range r.made {
		o.Steps = append(o.Steps, r.step(&e))
	}
	_, given := r.facts["close"]
	o.Works = r.status != nil && r.status.Exit() == 0 && r.recvs > 0 && given
	if tb, means := check.ReadError(ctx, python, path, r.errs.String()); tb != nil {
		o.End = "le programme s'arrête à « " + text.Visible(r.code(tb.Line)) + " » : " + r.unnumbered(read(tb, means))
		return o, nil
	}
	now, line := r.doing()
	if now = r.unnumbered(now); line > 0 && !strings.Contains(now, r.code(line)) {
		now += " : « " + text.Visible(r.code(line)) + " »"
	}
	if r.status != nil && r.status.Exit() == 0 {
		now = "le programme a fini sans erreur (code 0)"
		switch {
		case r.recvs == 0:
			now += ", mais il n'a pas lu le message"
		case !given && r.doubt == "":
			now += ", mais il n'a pas rendu les deux sockets par close()"
		}
	}
	o.End = now
	if r.doubt != "" {
		o.End += " ; " + r.unnumbered(r.doubt)
	}
	return o, nil
}

// unnumbered names lines by what stands there, as their numbers are those of a file
// that the reader has never seen.
func (r *run) unnumbered(words string) string {
	return lineNumber().ReplaceAllStringFunc(words, func(m string) string {
		n, _ := strconv.Atoi(strings.TrimPrefix(m, "ligne "))
		return "ligne « " + text.Visible(r.code(n)) + " »"
	})
}

var lineNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`ligne \d+`) })

// step says what the kernel answered to a call.
func (r *run) step(e *syscalls.Event) Step {
	s := Step{Code: text.Visible(r.code(e.Place.Line)), Answer: "réussi"}
	switch c := e.Call; {
	case c.Failed():
		s.Failed, s.Answer = true, text.Visible(c.Err)
		if c.Errno > 0 {
			s.Answer += fmt.Sprintf(" (%d)", c.Errno)
		}
		s.Answer += " : " + trace.ErrnoWords(c.Err)
	case c.Asked > 0 || len(c.Data) > 0:
		s.Answer = "rend " + text.Plural(int(c.Ret), "octet")
	}
	return s
}
