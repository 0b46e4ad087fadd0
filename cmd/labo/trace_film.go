package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/film"
	"labo/lessons/scene"
	"labo/lessons/stage/page"
	"labo/lessons/stage/tape"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

// names are those of the programs, for a title.
func (t *tracing) names() string {
	var all []string
	for _, c := range t.commands {
		all = append(all, text.Visible(c.Name()))
	}
	return strings.Join(all, ", ")
}

// filmed follows the programs, and tells the film of it where one is wanted.
func (t *tracing) filmed(ctx context.Context, follow func(context.Context) error) error {
	reel, err := record(t.o.film, "labo trace · "+t.names(), 0, false, (&notices{console: t.c}).tell)
	if err != nil {
		return err
	}
	defer reel.close()
	if reel == nil && !t.o.page.wanted {
		return follow(ctx)
	}
	begun := time.Now()
	if reel != nil {
		begun = reel.begun
	}
	t.run.Since = begun
	if t.o.page.wanted {
		return t.onPage(ctx, reel, follow)
	}
	told := tape.New(tape.Options{Stage: watching{run: drain}, To: []func(film.Record){reel.Write}, Begun: begun})
	return t.told(ctx, told, dialogue.Watch{}, follow)
}

// drain is how sockets are watched where nobody looks: until ctx ends.
func drain(ctx context.Context, updates <-chan probe.Update) error {
	for {
		select {
		case <-updates:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// onPage shows the programs in the browser. The terminal is theirs until they
// have ended, then labo's: the page stays until the reader leaves it.
func (t *tracing) onPage(ctx context.Context, reel *recording, follow func(context.Context) error) error {
	return onPage(ctx, t.c, t.o.page, served{
		Options: page.Options{Title: "labo trace · " + t.names(), Begun: t.run.Since},
		film:    reel,
		lent:    true,
		play: func(ctx context.Context, s dialogue.Stage) error {
			return t.told(ctx, s.(*tape.Stage), dialogue.Watch{Prompt: "labo suit " + t.names() + ". Tapez dans le terminal."}, func(programs context.Context) error {
				return t.stay(ctx, programs, follow(programs))
			})
		},
		last: func() string { return "labo ne suit plus rien. Ce qui a été suivi reste sur cette page." },
	})
}

// stay leaves the page as it is once the programs have ended, until the reader
// goes or ctx ends.
func (t *tracing) stay(ctx, page context.Context, ended error) error {
	if page.Err() != nil {
		return ended
	}
	sayHere(t.c, "Plus rien ne tourne. La page reste : avancez et reculez d'un appel à l'autre. Ici, q puis Entrée termine, Ctrl+C aussi.")
	page, left := context.WithCancel(page)
	defer left()
	defer onKeys(ctx, t.c, left)()
	<-page.Done()
	return ended
}

// told follows the programs as one scene of a film, until they have ended, or
// the reader of its page goes: then they are ended.
func (t *tracing) told(ctx context.Context, to *tape.Stage, w dialogue.Watch, follow func(context.Context) error) error {
	to.Begin(scene.Head{StepTitle: "labo trace", Total: 1, ID: "trace", Title: t.names()})
	ports := &ports{known: map[uint16]bool{}}
	var mu sync.Mutex
	told := 0
	tell := func(r film.Record) {
		if told <= film.MaxCalls && r.Call.What == syscalls.Return.String() {
			if told++; told > film.MaxCalls {
				to.Tell(film.OfLimit())
			}
		}
		if told <= film.MaxCalls {
			to.Tell(r)
		}
	}
	begun, early := map[int]bool{}, map[int][]film.Record{} // a program may call before it is told
	t.run.Started = func(i int, r *trace.Running) {
		mu.Lock()
		defer mu.Unlock()
		to.Tell(film.OfProgram(i, r))
		for _, r := range early[i] {
			tell(r)
		}
		begun[i] = true
	}
	t.run.Observe = func(i int, e *syscalls.Event) {
		ports.learn(e)
		r, ok := film.OfCall(i, t.commands[i].Script, e)
		if !ok {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if begun[i] {
			tell(r)
		} else {
			early[i] = append(early[i], r)
		}
	}
	watching, stop := context.WithCancel(ctx)
	following, end := context.WithCancel(ctx)
	defer end()
	w.Updates = ports.measure(watching)
	left := make(chan struct{})
	go func() {
		defer close(left)
		to.Watch(watching, w)
		end()
	}()
	err := follow(following)
	stop()
	<-left
	if told > film.MaxCalls {
		(&notices{console: t.c}).tell(film.OfLimit().Title)
	}
	if ctx.Err() == nil && errors.Is(err, context.Canceled) {
		return nil // the reader has gone
	}
	return err
}

// ports are those that the programs listen on or connect to: their sockets are
// shown, and what the system keeps of them once the programs have ended.
type ports struct {
	mu    sync.Mutex
	known map[uint16]bool
}

func (p *ports) learn(e *syscalls.Event) {
	if e.Kind != syscalls.Return || e.Call == nil || e.Call.Failed() {
		return
	}
	if key := trace.WordKey(e.Call.Name); key != "bind" && key != "connect" || !e.Call.Addr.IP.IsValid() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if port := e.Call.Addr.IP.Port(); port != 0 && len(p.known) < 16 {
		p.known[port] = true
	}
}

// measure measures the sockets of those ports until ctx ends.
func (p *ports) measure(ctx context.Context) <-chan probe.Update {
	const every = 200 * time.Millisecond
	out := make(chan probe.Update)
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			p.mu.Lock()
			filter := probe.Filter{Ports: slices.Sorted(maps.Keys(p.known)), Info: true}
			p.mu.Unlock()
			if len(filter.Ports) == 0 {
				continue
			}
			snapshot, err := probe.Sockets(ctx, filter)
			select {
			case out <- probe.Update{Snapshot: snapshot, Err: err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// discard is where the view goes that a page takes the place of.
func (t *tracing) discard(ctx context.Context) error {
	return t.follow(ctx, trace.NewOutput(io.Discard))
}
