package act

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/check"
	"labo/lessons/check/pace"
	"labo/lessons/check/runner"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/files"
)

// PythonFor returns the Python that can run a server of the sheet now, or, in
// French, why none can: Python is missing, or the kernel still remembers a
// connection of the port, which the sheet's servers cannot take over
// (SO_REUSEADDR).
func PythonFor(ctx context.Context, b *bench.Bench, name string) (python check.Python, reason string) {
	python, ok := b.Python(ctx)
	if !ok {
		return python, "Python n'est pas disponible ici"
	}
	if left, held := heldByKernel(b, b.Sockets()); held {
		reason = fmt.Sprintf("Le noyau retient encore le port %d, et %s ne sait pas le reprendre", b.Port, name)
		if left > 0 {
			reason += " (encore " + text.Left(left) + ")"
		}
	}
	return python, reason
}

// heldByKernel reports whether the kernel keeps the memory of a connection on
// the server's side of the lesson's port, and for how long where it says so.
func heldByKernel(b *bench.Bench, s *probe.Snapshot) (left time.Duration, held bool) {
	for _, sock := range s.Sockets {
		if sock.Local == b.Server && sock.Owner.Kind == probe.OwnerKernel && sock.Remote.IsValid() {
			held = true
			if !sock.Timer.Known {
				left = max(left, probe.MostMemory().Value)
			}
			left = max(left, sock.Timer.Value.Remaining)
		}
	}
	return left, held
}

// Program is a program of the sheet, running in a process of its own.
type Program struct {
	*runner.Process
	name string
	temp *files.Temp
}

// Start starts a program of the sheet on the lesson's port. End it.
func Start(b *bench.Bench, python check.Python, name string) *Program {
	src, err := atelier.Source(name, b.Port)
	b.Must(err, "retrouver "+name)
	temp, err := files.NewTemp()
	b.Must(err, "créer un dossier pour "+name)
	path := filepath.Join(temp.Dir, name)
	err = os.WriteFile(path, []byte(src), 0o600)
	var proc *runner.Process
	if err == nil {
		proc, err = runner.Start(runner.Command{Argv: python.Isolated(path), Dir: temp.Dir}, nil)
	}
	if err != nil {
		temp.Close()
		b.Must(err, "lancer "+name)
	}
	p := &Program{Process: proc, name: name, temp: temp}
	b.Note(fmt.Sprintf("lancement de %s : processus %d", name, proc.PID()))
	return p
}

// End ends the program with all that it started, and its folder.
func (p *Program) End() {
	p.Stop()
	p.temp.Close()
}

// AwaitListen waits until the program listens on the lesson's port.
func AwaitListen(b *bench.Bench, p *Program) {
	b.Until("l'écoute du programme", func(s *probe.Snapshot) bool {
		if exit, ended := p.Ended(); ended {
			b.Must(bench.CheckPort(b.Context(), b.Port), p.name+" s'est arrêté avant d'écouter") // says who has the port
			b.Fail(p.name + " s'est arrêté avant d'écouter (" + exit.String() + ")")
		}
		for _, l := range InState(s, probe.Listen) {
			if l.HeldBy(p.PID()) || l.Owner.Kind != probe.OwnerProcess {
				return true
			}
		}
		return false
	})
}

// Await waits, within a bound that no healthy machine needs, until done is
// true; what says what is waited for, in French.
func Await(b *bench.Bench, what string, done func() bool) {
	const bound, step = 15 * time.Second, 2 * time.Millisecond
	begun := time.Now()
	over, stop := pace.After(bound)
	defer stop()
	for !done() {
		select {
		case <-over:
			b.Fail(what + " : toujours pas après " + text.Duration(time.Since(begun)))
		default:
			b.Sleep(step)
		}
	}
}
