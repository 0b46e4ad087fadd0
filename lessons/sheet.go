package lessons

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/lessons/evidence"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/files"
)

// python returns the Python of this machine, looked for once in a step.
func (b *Bench) python(ctx context.Context) (check.Python, bool) {
	if b.found.searched {
		return b.found.python, b.found.ok
	}
	p, err := check.AwaitPython(ctx, func() { b.Event(evidence.Event{What: check.SlowPython}) })
	b.Stop(ctx.Err())
	*b.found = foundPython{searched: true, python: p, ok: err == nil}
	return p, err == nil
}

// runner returns the Python that can run a server of the sheet now, or, in
// French, why none can: Python is missing, or the kernel still remembers a
// connection of the port, which the sheet's servers cannot take over
// (SO_REUSEADDR).
func (b *Bench) runner(ctx context.Context, name string) (python check.Python, reason string) {
	python, ok := b.python(ctx)
	if !ok {
		return python, "Python n'est pas disponible ici"
	}
	if left, held := b.heldByKernel(b.Sockets()); held {
		reason = fmt.Sprintf("Le noyau retient encore le port %d, et %s ne sait pas le reprendre", b.Port, name)
		if left > 0 {
			reason += " (encore " + text.Left(left) + ")"
		}
	}
	return python, reason
}

// heldByKernel reports whether the kernel keeps the memory of a connection on
// the server's side of the lesson's port, and for how long where it says so.
func (b *Bench) heldByKernel(s *probe.Snapshot) (left time.Duration, held bool) {
	for _, sock := range s.Sockets {
		if sock.Local == b.Server && sock.Owner.Kind == probe.OwnerKernel && sock.Remote.IsValid() {
			held = true
			left = max(left, sock.Timer.Value.Remaining)
		}
	}
	return left, held
}

// foundPython remembers what a search for Python found.
type foundPython struct {
	searched, ok bool
	python       check.Python
}

// program is a program of the sheet, running in a process of its own.
type program struct {
	*runner.Process
	temp *files.Temp
}

// run starts a program of the sheet on the lesson's port. End it.
func (b *Bench) run(python check.Python, name string) *program {
	src, err := atelier.Source(name, b.Port)
	b.Must(err, "retrouver "+name)
	temp, err := files.NewTemp()
	b.Must(err, "créer un dossier pour "+name)
	path := filepath.Join(temp.Dir, name)
	err = os.WriteFile(path, []byte(src), 0o600)
	var proc *runner.Process
	if err == nil {
		proc, err = runner.Start(runner.Command{Argv: []string{python.Path, path}, Dir: temp.Dir}, nil)
	}
	if err != nil {
		temp.Close()
		b.Must(err, "lancer "+name)
	}
	p := &program{Process: proc, temp: temp}
	b.Event(evidence.Event{What: fmt.Sprintf("lancement de %s : processus %d", name, proc.PID())})
	return p
}

// end ends the program with all that it started, and its folder.
func (p *program) end() {
	p.Stop()
	p.temp.Close()
}

// listens waits until the program listens on the lesson's port.
func (b *Bench) listens(p *program) *probe.Snapshot {
	return b.Until("l'écoute du programme", func(s *probe.Snapshot) bool {
		if exit, ended := p.Ended(); ended {
			b.Stop(errors.New("le programme s'est arrêté avant d'écouter (" + exit.String() + ") : " + p.Err.String()))
		}
		for _, l := range inState(s, probe.Listen) {
			if l.HeldBy(p.PID()) || l.Owner.Kind != probe.OwnerProcess {
				return true
			}
		}
		return false
	})
}

// await waits, within a bound that no healthy machine needs, until done is
// true; what says what is waited for, in French.
func (b *Bench) await(what string, done func() bool) {
	const bound, step = 5 * time.Second, 2 * time.Millisecond
	deadline := time.Now().Add(bound)
	for !done() {
		if time.Now().After(deadline) {
			b.Stop(fmt.Errorf("%s : toujours pas après %v", what, bound))
		}
		b.Sleep(step)
	}
}
