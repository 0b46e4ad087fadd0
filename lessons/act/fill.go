package act

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/check"
	"labo/lessons/check/follow"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/holes"
	"labo/lessons/text"
	"labo/probe/files"
)

// fillPatience is how long labo waits for the reader's lines. The reader can go on
// sooner.
const fillPatience = 2 * time.Hour

// Fill returns the scene in which the reader fills some holes of one of their
// programs, in their own editor: each time the file is saved, labo runs it, plays
// its partner, and says what the kernel saw.
func Fill(name string, from, to int) func(context.Context, *bench.Bench) {
	return func(ctx context.Context, b *bench.Bench) {
		for i, sentence := range atelier.Holes(name) {
			b.Set(fmt.Sprintf("trou%d", i+1), sentence)
		}
		f := &filling{bench: b, name: name, from: from, to: to, events: make(chan evidence.Event, 64), done: make(chan struct{}), told: map[string]holes.Fact{}}
		f.path, _ = atelier.Find(os.Getenv, name)
		b.Set("fichier", shortPath(f.path))
		if b.Alone() {
			b.Set("fichier", name)
		}
		b.Say("")
		python, ok := b.Python(ctx)
		f.python = python
		switch {
		case b.Alone() && ok:
			temp, err := files.NewTemp()
			b.Must(err, "créer un dossier pour "+name)
			defer temp.Close()
			f.path = filepath.Join(temp.Dir, name)
			f.alone(ctx)
		case !ok:
			b.Note("Python n'est pas disponible ici : labo ne peut pas lancer votre programme, et cette scène se passe. L'adresse de Python est python.org.")
			b.Pause() // the scene is not done
		default:
			f.watch(ctx)
		}
	}
}

// filling is a program whose holes are being filled.
type filling struct {
	bench    *bench.Bench
	name     string
	from, to int // the holes of the scene
	python   check.Python
	path     string
	events   chan evidence.Event
	done     chan struct{} // closed once they are filled
	once     sync.Once
	told     map[string]holes.Fact
	cause    string // told last
	tries    int    // how often the program was run
}

// whole is the whole path of a file, where that is known: it can be copied anywhere.
func whole(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// shortPath names a file as seen from the current folder.
func shortPath(path string) string {
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return path
}

// alone fills the holes itself, in a copy.
func (f *filling) alone(ctx context.Context) {
	f.bench.Note("Personne n'est au clavier : labo écrit lui-même, dans une copie, et la lance.")
	err := os.WriteFile(f.path, []byte(atelier.Grown(f.name, f.to, f.bench.Port)), 0o600)
	f.bench.Must(err, "écrire "+f.name)
	f.try(ctx)
	for len(f.events) > 0 {
		f.bench.Event(<-f.events)
	}
	f.bench.Stop(ctx.Err())
	f.bench.Explain()
}

// watch follows the reader's file until the holes are filled, or they pass.
func (f *filling) watch(ctx context.Context) {
	f.bench.Welcome() // a program of the reader's may be there still
	f.bench.Edit = f.edit
	followed, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- follow.Watch(followed, []string{f.path}, f.try) }()
	prompt := fmt.Sprintf("Écrivez, enregistrez : labo lance %s. e ouvre l'éditeur, p passe.", f.name)
	filled := f.bench.Watch("", prompt, f.done, f.events, fillPatience)
	stop()
	if err := <-ended; err != nil && ctx.Err() == nil && !filled {
		f.bench.Must(err, "suivre "+f.name)
	}
	if !filled {
		return // the scene is not done
	}
	f.bench.Explain()
}

// edit opens the file, which is written first where it is not there.
func (f *filling) edit() (cmd *exec.Cmd, terminal bool, err error) {
	if err := atelier.Need(f.path); err != nil {
		return nil, false, fault.Failed("impossible d'écrire "+f.path+" ("+fault.Cause(err)+")", "Vérifiez vos droits sur ce dossier.", err)
	}
	atelier.Remember(os.Getenv, filepath.Dir(f.path))
	if cmd, terminal, err = OpenEditor(f.path); errors.Is(err, atelier.ErrNoEditor) {
		f.say(evidence.Event{What: "ouvrez vous-même " + text.Visible(whole(f.path)), Detail: noEditor()})
	}
	return cmd, terminal, err
}

// OpenEditor is [atelier.Editor] of this environment; its error has words.
func OpenEditor(path string) (cmd *exec.Cmd, terminal bool, err error) {
	cmd, terminal, err = atelier.Editor(os.Getenv, path)
	if errors.Is(err, atelier.ErrNoEditor) {
		err = fault.Failed(noEditor(), "Ouvrez "+whole(path), err)
	}
	return cmd, terminal, err
}

// noEditor says why labo knows of no editor.
func noEditor() string {
	for _, variable := range []string{"VISUAL", "EDITOR"} {
		if named := os.Getenv(variable); named != "" {
			return "labo ne trouve pas votre éditeur, que " + variable + " nomme « " + text.Visible(named) + " », et « code » n'est pas là"
		}
	}
	return "labo ne connaît pas votre éditeur : ni VISUAL ni EDITOR ne le nomment, et « code » n'est pas là"
}

// say hands over what is to be told.
func (f *filling) say(e evidence.Event) {
	select {
	case f.events <- e:
	default: // nobody takes them any more
	}
}

// try runs the file once, and says what is new.
func (f *filling) try(ctx context.Context) {
	content, err := os.ReadFile(f.path)
	if err != nil {
		f.say(evidence.Event{What: fmt.Sprintf("%s n'est pas encore là : la touche e l'écrit, avec ses trous, et l'ouvre", f.name), Outcome: evidence.Waiting})
		return
	}
	if f.bench.Port != atelier.Port && strings.Contains(string(content), fmt.Sprint(atelier.Port)) {
		f.say(evidence.Event{What: fmt.Sprintf("cette étape se joue sur le port %d : mettez-le à la place de %d dans %s", f.bench.Port, atelier.Port, f.name), Outcome: evidence.Failed})
	}
	if !f.free(ctx) {
		return
	}
	report, err := holes.Try(ctx, f.python, f.path, f.bench.Port)
	if ctx.Err() != nil {
		return // saved again, or left
	}
	if err != nil {
		f.say(evidence.Event{What: "labo ne peut pas lancer " + f.name, Outcome: evidence.Failed, Detail: fault.Cause(err)})
		return
	}
	f.tell(report)
}

// free reports whether the port is free for the run, and says who has it. What
// only the kernel holds is waited for.
func (f *filling) free(ctx context.Context) bool {
	for said := false; ; said = true {
		err := bench.CheckPort(ctx, f.bench.Port)
		if taken, ok := errors.AsType[*chat.PortTakenError](err); ok {
			what, hint := taken.Words()
			f.say(evidence.Event{What: what, Outcome: evidence.Failed, Detail: text.Prose(hint)})
		}
		if err != nil {
			return false
		}
		s, err := f.bench.Look(ctx, f.bench.Filter())
		if err != nil {
			return ctx.Err() == nil
		}
		left, held := heldByKernel(f.bench, s)
		if !held || strings.HasPrefix(f.name, "client") {
			return true
		}
		if !said {
			f.say(evidence.Event{What: fmt.Sprintf("le noyau retient encore le port %d (TIME-WAIT) : labo attend, au plus %s", f.bench.Port, text.Left(left)), Outcome: evidence.Waiting})
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// tell says what a run shows: what is new of the holes of the scene, and why the
// next is not filled.
func (f *filling) tell(r *holes.Report) {
	f.tries++
	asked := holes.Asked(f.name)
	filled := r.Filled(f.name)
	from := evidence.Server
	if strings.HasPrefix(f.name, "client") {
		from = evidence.Client
	}
	for _, id := range asked[filled:] {
		delete(f.told, id) // told again once it is seen again
	}
	for n := 1; n <= filled; n++ {
		fact := r.Facts[asked[n-1]]
		if before := f.told[asked[n-1]]; n < f.from || n > f.to || before.Line == fact.Line && before.Call == fact.Call {
			continue
		}
		f.told[asked[n-1]] = fact
		what := fact.Call
		if fact.Line > 0 {
			what = fmt.Sprintf("ligne %d, %s", fact.Line, fact.Call)
		}
		f.say(evidence.Event{At: fact.At, From: from, To: evidence.Kernel, What: what, Outcome: evidence.Worked, Detail: fact.Words, Source: r.Source, Try: f.tries, Of: asked[n-1]})
	}
	if filled >= f.to && (r.Broken == 0 || r.Broken > f.to) {
		f.once.Do(func() { close(f.done) })
		return
	}
	e := evidence.Event{From: from, What: fmt.Sprintf("trou %d", filled+1), Outcome: evidence.Failed, Detail: r.Cause, Try: f.tries, Of: asked[min(filled, len(asked)-1)]}
	switch {
	case r.Empty:
		e.Outcome, e.Detail = evidence.Waiting, "à vous d'écrire"
		if filled+1 != f.from { // the page shows that one
			e.Detail = atelier.Holes(f.name)[filled]
		}
	case r.Line > 0:
		e.What = fmt.Sprintf("ligne %d", r.Line) // of what stopped it, which may be another hole
	}
	if said := e.What + e.Detail; said != f.cause || !r.Empty {
		f.cause = said
		f.say(e)
	}
}
