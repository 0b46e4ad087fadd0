package voisin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"labo/lessons/bench"
	"labo/lessons/check/pace"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/voisin/link"
	"labo/probe"
)

// Step returns the scenes of this labo and its neighbour, to be played by both.
func (d *Duo) Step() (bench.Step, error) {
	words, err := prose.Neighbours()
	command := "labo voisin " + d.link.Peer().There.String() + " CODE"
	if d.serves() {
		command = "labo voisin --ecouter"
	}
	step := bench.Step{Text: words, Command: command}
	for _, s := range []struct {
		id  string
		run func(*joint)
	}{
		{"poignee", handshake}, {"refus", refusal}, {"qui-ferme", closing}, {"cable", cable}, {"sans-exit", killed},
	} {
		step.Scenes = append(step.Scenes, bench.Scene{ID: s.id, Run: func(ctx context.Context, b *bench.Bench) {
			j := d.join(ctx, b, s.id)
			defer j.left()
			s.run(j)
		}})
	}
	return step, err
}

// joint is one scene that both play.
type joint struct {
	*bench.Bench
	d   *Duo
	ctx context.Context

	toldMine, toldTheirs int  // of what each did, what the reader was told
	compared             bool // how the clocks compare was told
}

// patience bounds what the other machine does at once, once it is in the scene;
// farewell is how long nothing may come from it, where the scene needs it.
const (
	patience = 20 * time.Second
	farewell = 2 * link.Silence
)

// join says that this side plays a scene. What its reader does first does not wait
// for the other: see [joint.meet].
func (d *Duo) join(ctx context.Context, b *bench.Bench, id string) *joint {
	j := &joint{Bench: b, d: d, ctx: ctx}
	b.Welcome()
	b.Whose = "Chez vous"
	server := d.server()
	for name, value := range map[string]any{"voisin": d.Name(), "serveur": server, "adresse": server.Addr(), "moi": "le client", "lui": "le serveur"} {
		b.Set(name, value)
	}
	if d.serves() {
		b.Set("moi", "le serveur")
		b.Set("lui", "le client")
	}
	var n [8]byte
	rand.Read(n[:])
	d.change(func() {
		d.mine = state{Scene: id, Play: hex.EncodeToString(n[:]), Table: d.mine.Table, Ended: d.mine.Ended}
		d.with, d.last = "", state{}
	})
	d.tell()
	return j
}

// left says that this side plays nothing now.
func (j *joint) left() {
	j.d.change(func() { j.d.mine = state{Table: j.d.mine.Table, Ended: j.d.mine.Play} })
	j.d.tell()
}

// meet waits until the other is in the same scene, as long as the reader wants.
func (j *joint) meet() {
	d := j.d
	here := func() bool { // d.mu is held
		t := &d.theirs
		if t.Play != d.with && t.Scene == d.mine.Scene && t.Play != "" && !d.past[t.Play] {
			d.past[t.Play] = true
			d.with, d.mine.With, d.last = t.Play, t.Play, *t
		}
		return d.with != "" && t.Play == d.with && t.With == d.mine.Play
	}
	if j.soon(here, 500*time.Millisecond) {
		d.tell()
		return
	}
	j.Note(j.where())
	if !j.linger("En attendant "+d.Name(), "La scène se joue à deux : elle continue quand "+d.Name()+" y est aussi (p pour ne pas attendre)", here, nil, time.Minute) {
		j.Fail(d.Name() + " n'est pas dans cette scène")
	}
	d.tell()
}

// linger shows the port live until something is true, or the reader passes
// (false), as long as they want; where nobody is there, for a time. is is called
// with d.mu held.
func (j *joint) linger(title, prompt string, is func() bool, events <-chan evidence.Event, alone time.Duration) bool {
	ctx, cancel := context.WithCancel(j.ctx)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		if j.d.wait(ctx, is) == nil {
			close(done)
		}
	}()
	defer func() { cancel(); <-ended }()
	return j.Watch(title, prompt, done, events, j.ReadingTime(0, alone))
}

// where says what is known of where the other is.
func (j *joint) where() string {
	j.d.mu.Lock()
	defer j.d.mu.Unlock()
	switch t := &j.d.theirs; {
	case t.Bye:
		return j.d.Name() + " a quitté « labo voisin »."
	case time.Since(j.d.heard) > link.Silence:
		return "Rien n'est venu de " + j.d.Name() + " depuis " + ageWords(time.Since(j.d.heard)) + "."
	case t.Scene == "":
		return j.d.Name() + " n'est encore dans aucune scène, d'après son labo."
	case t.Scene != j.d.mine.Scene:
		return j.d.Name() + " est à une autre scène (" + words(t.Scene) + "), d'après son labo."
	}
	return j.d.Name() + " n'a pas encore répondu à sa prédiction, ou regarde une page."
}

// wait waits until something is true of what is known; true is called with d.mu held.
func (d *Duo) wait(ctx context.Context, is func() bool) error {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		d.mu.Lock()
		ok, news := is(), d.news
		d.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-news:
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// soon is [Duo.wait] for a time.
func (j *joint) soon(is func() bool, limit time.Duration) bool {
	ctx, cancel := pace.WithTimeout(j.ctx, limit)
	defer cancel()
	err := j.d.wait(ctx, is)
	j.Stop(j.ctx.Err())
	return err == nil
}

// mark says that this side has done so much, and what its table is then.
func (j *joint) mark(n int) {
	s := j.counted()
	j.d.change(func() { j.d.mine.Mark, j.d.mine.Table = n, tableOf(s) })
	j.d.tell()
}

// say says what was measured here, by a name.
func (j *joint) say(name, value string) {
	j.d.change(func() {
		said := maps.Clone(j.d.mine.Said)
		if said == nil {
			said = map[string]string{}
		}
		said[name] = value
		j.d.mine.Said = said
	})
}

// said is what the other says they measured, "" for nothing.
func (j *joint) said(name string) string {
	j.d.mu.Lock()
	defer j.d.mu.Unlock()
	return j.d.last.Said[name]
}

// await waits until the other has done so much, which takes them no time of a
// reader; what says it, in French. The scene stops where they left, or where
// nothing comes any more.
func (j *joint) await(n int, what string) {
	gone := ""
	ok := j.soon(func() bool {
		switch t := &j.d.theirs; {
		case j.d.last.Mark >= n, t.Ended == j.d.with:
		case t.Bye:
			gone = j.d.Name() + " a quitté « labo voisin »"
		case t.Play != j.d.with:
			gone = j.d.Name() + " a quitté cette scène"
		case j.d.quiet > farewell:
			gone = fmt.Sprintf("rien n'est venu de %s depuis %s", j.d.Name(), text.Duration(time.Since(j.d.heard).Round(time.Second)))
		default:
			return false
		}
		return true
	}, patience)
	switch {
	case gone != "":
		j.Fail(gone)
	case !ok:
		j.Fail(what + " : toujours pas après " + text.Duration(patience))
	}
}

// did notes what this side did, to be told in order with what the other did.
func (j *joint) did(e evidence.Event) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	j.d.change(func() { j.d.mine.Acts = append(slices.Clip(j.d.mine.Acts), record.OfEvent(e)) })
}

// story tells what both did since it was told last, in the order of the aligned
// clocks. What the other did is told as what they say.
func (j *joint) story() {
	var all []evidence.Event
	d := j.d
	d.change(func() {
		for i := range d.mine.Acts[j.toldMine:] {
			all = append(all, d.mine.Acts[j.toldMine+i].Shown())
		}
		for i := j.toldTheirs; i < len(d.last.Acts); i++ {
			e := d.last.Acts[i].Shown()
			e.At, e.Source = d.here(e.At), "dit par "+d.Name()
			all = append(all, e)
		}
		j.toldMine, j.toldTheirs = len(d.mine.Acts), max(j.toldTheirs, len(d.last.Acts))
	})
	d.mu.Lock()
	compared := d.comparedWords()
	d.mu.Unlock()
	if j.toldTheirs > 0 && !j.compared && compared != "" {
		j.compared = true
		j.Note(compared)
	}
	slices.SortStableFunc(all, func(a, b evidence.Event) int { return a.At.Compare(b.At) })
	for _, e := range all {
		j.Event(e)
	}
}

// both shows the table of this kernel, then that of the other's.
func (j *joint) both(s *probe.Snapshot) {
	j.Kernel(s)
	j.facing()
}

// facing shows the neighbour's table as it was told last.
func (j *joint) facing() {
	f := j.d.Facing()
	e := evidence.Evidence{
		Title: "Chez " + f.Name, At: f.At, Source: f.When(),
		Sockets: &evidence.Table{Rows: f.Rows, Far: true, Empty: fmt.Sprintf("aucune ligne ne cite le port %d", j.Port)},
	}
	if !f.Known {
		e.Sockets.Empty = "pas encore dite"
	}
	if f.Lost != "" {
		e.Notes = append(e.Notes, "Cette table est vieille : "+f.Lost+".")
	}
	j.Show(e)
}
