// Package holes runs a program that its student is writing, plays the other side,
// and says which of its holes the kernel has seen filled, at which line, and why
// the next one is not. It knows no screen.
package holes

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"labo/lessons/check"
)

// Fact is what was seen of one hole: the call that shows it filled.
type Fact struct {
	At    time.Time
	Line  int    // of the program, 0 where that is not known
	Call  string // "bind()"
	Words string // a French clause: "le port 12345 a été réservé, jusqu'à la fin de votre programme"
}

// Report is one run of a program.
type Report struct {
	Facts  map[string]Fact // by the name of what is asked, see [Asked]
	Cause  string          // why the first that is missing is, a French sentence; "" where none is
	Line   int             // of that cause, 0 where it is not known
	Empty  bool            // nothing stands under that hole yet, and nothing went wrong
	Broken int             // the hole under which an error of Python stopped the program, 0 where none did
	Source string          // by what means the calls were seen: "ptrace", "journal de Python"
}

// asked names what the holes of each program ask for, in the order of their
// numbers.
var asked = map[string][]string{
	"serveur.py":  {"socket", "bind", "listen", "accept", "recv", "boucle", "exit", "close"},
	"client.py":   {"socket", "connect", "envoi", "boucle", "exit", "close"},
	"serveur2.py": {"thread", "recv", "second", "envoi", "join", "close"},
	"client2.py":  {"thread", "recv", "second", "envoi", "join", "close"},
}

// Asked names what the holes of a program ask for, in the order of their numbers.
func Asked(name string) []string { return asked[name] }

// Filled returns how many holes of a program were seen filled, from the first on.
func (r *Report) Filled(name string) int {
	for i, id := range asked[name] {
		if _, ok := r.Facts[id]; !ok {
			return i
		}
	}
	return len(asked[name])
}

// Try runs a program of the student, whose name says which, and plays its
// partner on port. It returns what was seen, and leaves no process and no socket.
// Errors: those that keep it from being run, and the context's.
func Try(ctx context.Context, python check.Python, path string, port uint16) (*Report, error) {
	name := filepath.Base(path)
	if asked[name] == nil {
		return nil, fmt.Errorf("%s is not a program of the sheet", name)
	}
	r, err := start(ctx, python, path, port)
	if err != nil {
		return nil, err
	}
	defer r.end()
	switch name {
	case "serveur.py":
		r.server()
	case "client.py":
		r.client()
	default:
		r.duplex(name == "serveur2.py")
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	report := &Report{Facts: r.facts, Source: r.source()}
	report.Broken = r.broken(ctx)
	if n := report.Filled(name); n < len(asked[name]) || report.Broken > 0 {
		report.Cause, report.Line, report.Empty = r.why(ctx, slices.Concat(asked[name], []string{""})[n], n+1)
	}
	return report, nil
}
