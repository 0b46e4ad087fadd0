package lessons

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/stage"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// Bench is the table a scene works on: prose to say, questions to ask, acts to
// report, the kernel to observe. It hides the stage and the probe, so that a
// scene reads like a lab protocol.
//
// Where a Bench cannot go on (the reader leaves, a measurement fails, the
// context ends), it stops the scene as testing.T stops a test: the deferred
// calls of the scene run, and [Player] takes over.
type Bench struct {
	Port   int            // the port of the lesson
	Server netip.AddrPort // 127.0.0.1 and that port
	Self   []string       // the command that runs this program again, for children

	ctx     context.Context
	stage   stage.Stage
	step    int
	section *prose.Section
	values  map[string]string
	rec     Recorder
	alone   bool            // nobody is at the keyboard
	noted   map[string]bool // notes already shown in this step
	found   *foundPython
	before  map[[2]netip.AddrPort]bool // memories (TIME-WAIT) older than the scene
}

// Recorder keeps what happens in the scenes of a step. Its methods are called
// in order, by one goroutine; what a Recorder cannot keep it tells by its own
// means, and the scene goes on.
type Recorder interface {
	// Begun: the scene opens. What follows is of this scene.
	Begun(stage.Head)
	// Unattended is Begun where nobody is at the keyboard (--auto, a pipe).
	Unattended(stage.Head)
	// Told: this part of the prose was shown. A question is told where it is
	// asked; how it was answered comes later (Answered, Wrote), if ever.
	Told(scene, part string, blocks []prose.Block)
	// Happened: this was done, or observed, and shown.
	Happened(scene string, e evidence.Event)
	// Answered: the reader chose an option (index, or -1) where right was measured.
	Answered(scene, part string, a stage.Answer)
	// Wrote: the reader answered a part in their own words.
	Wrote(scene, part string, question []prose.Block, answer string)
	// Written returns what the reader wrote last to a part, "" for nothing.
	Written(step int, scene, part string) string
	// Measured: this evidence was shown.
	Measured(scene string, e evidence.Evidence)
	// Done: the scene was played to its end. A scene that is left before is
	// never done.
	Done(scene string)
}

// stop unwinds a scene.
type stop struct{ err error }

// Stop ends the scene with err; it does not return. A nil err is no reason.
func (b *Bench) Stop(err error) {
	if err != nil {
		panic(stop{err})
	}
}

// Must stops the scene where an act that has to succeed did not; doing says
// which, in French ("ouvrir le port 12345").
func (b *Bench) Must(err error, doing string) {
	if err != nil {
		b.Stop(&doingError{doing: doing, err: err})
	}
}

// part returns a part of the scene's prose with its values filled in.
func (b *Bench) part(name string) *prose.Part {
	p, ok := b.section.Part(name)
	if !ok {
		b.Stop(fmt.Errorf("scene %s has no part %q", b.section.ID, name))
	}
	filled, err := p.Fill(b.values)
	b.Stop(err)
	return filled
}

// Set gives a value to {name} in the prose that follows. It is shown as plain
// text, made visible.
func (b *Bench) Set(name string, value any) {
	b.values[name] = text.Visible(fmt.Sprint(value))
}

// Say shows a part of the scene's prose; "" is the opening.
func (b *Bench) Say(part string) {
	blocks := b.part(part).Blocks
	b.stage.Prose(blocks)
	b.rec.Told(b.section.ID, part, blocks)
}

// Explain shows the last parts of a scene, which is then done, and waits for
// the reader while what the scene made still exists: now is the time to look
// at it with other tools.
func (b *Bench) Explain(parts ...string) {
	for _, part := range parts {
		b.Say(part)
	}
	b.rec.Done(b.section.ID)
	b.Pause()
}

// Pause waits until the reader wants to go on.
func (b *Bench) Pause() { b.Stop(b.stage.Pause(b.ctx)) }

// Prediction is a question that a measurement will answer.
type Prediction struct {
	b      *Bench
	name   string
	asked  stage.Question
	chosen int
}

// Predict asks the question of a part before the act that answers it.
func (b *Bench) Predict(part string) *Prediction {
	p := b.part(part)
	q := stage.Question{Blocks: p.Blocks, Options: p.Options}
	b.rec.Told(b.section.ID, part, q.Blocks)
	chosen, err := b.stage.Ask(b.ctx, q)
	b.Stop(err)
	return &Prediction{b: b, name: part, asked: q, chosen: chosen}
}

// Settle answers the prediction with what was measured: option is the ID of
// the option that the measurement makes right, "" where it fits none of them.
func (p *Prediction) Settle(option, measured string) {
	right := -1
	for i, o := range p.asked.Options {
		if o.ID == option {
			right = i
		}
	}
	if option != "" && right < 0 {
		p.b.Stop(fmt.Errorf("scene %s: the question %q has no option %q", p.b.section.ID, p.name, option))
	}
	a := stage.Answer{Question: p.asked, Chosen: p.chosen, Right: right, Measured: measured}
	p.b.stage.Answer(a)
	p.b.rec.Answered(p.b.section.ID, p.name, a)
}

// Leave ends the prediction without an answer: nothing that answers it could be
// measured, for that reason.
func (p *Prediction) Leave(reason string) {
	p.b.Event(evidence.Event{What: "La prédiction reste sans réponse : " + reason})
}

// Event reports something that happened now.
func (b *Bench) Event(e evidence.Event) {
	e = dated(e)
	b.stage.Event(e)
	b.rec.Happened(b.section.ID, e)
}

// Show shows a measurement and keeps it.
func (b *Bench) Show(e evidence.Evidence) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	b.stage.Evidence(e)
	b.rec.Measured(b.section.ID, e)
}

// filter chooses the sockets of the lesson's port.
func (b *Bench) filter() probe.Filter { return probe.Filter{Ports: []uint16{uint16(b.Port)}} }

// Sockets measures the sockets of the lesson's port, without showing them.
func (b *Bench) Sockets() *probe.Snapshot {
	s, err := look(b.ctx, b.filter())
	b.Must(err, "lire la table des sockets")
	return s
}

// beside has the stage show this port live, where it shows one.
func (b *Bench) beside(port uint16) {
	if f, ok := b.stage.(stage.Follower); ok {
		f.Follow(port)
	}
}

// Kernel shows a snapshot of the lesson's port, with further commands that
// check it.
func (b *Bench) Kernel(s *probe.Snapshot, checks ...string) {
	b.beside(uint16(b.Port))
	rows, notes := b.rows(s)
	empty := "aucune ligne ne cite le port %d"
	if len(notes) > 0 {
		empty = "aucune autre ligne ne cite le port %d"
	}
	b.Show(evidence.Evidence{
		Title:   "Ce que voit le noyau",
		At:      s.TakenAt,
		Source:  s.Source.String(),
		Sockets: &evidence.Table{Rows: rows, Empty: fmt.Sprintf(empty, b.Port)},
		Notes:   append(b.newNotes(panel.Notes(s)), notes...),
		Checks:  append([]string{panel.Check(b.filter())}, checks...),
	})
}

// Peak shows an earlier snapshot of the lesson's port: the one with the most
// rows, memories (TIME-WAIT) aside.
func (b *Bench) Peak(s *probe.Snapshot) {
	living := make([]probe.Socket, 0, len(s.Sockets))
	for _, sock := range s.Sockets {
		if sock.State != probe.TimeWait {
			living = append(living, sock)
		}
	}
	b.Show(evidence.Evidence{
		Title: "Au plus fort de l'échange", At: s.TakenAt, Source: s.Source.String(),
		Sockets: &evidence.Table{Rows: living, Empty: "aucune ligne"},
		Checks:  []string{panel.Check(b.filter())},
	})
}

// rows returns the rows of a snapshot without the memories of what was there
// before the scene, and a note where some were left out.
func (b *Bench) rows(s *probe.Snapshot) (rows []probe.Socket, notes []string) {
	left := 0
	for _, sock := range s.Sockets {
		if sock.State == probe.TimeWait && b.before[[2]netip.AddrPort{sock.Local, sock.Remote}] {
			left++
			continue
		}
		rows = append(rows, sock)
		if sock.State == probe.CloseWait && sock.RecvQueue.Or(0) > 0 {
			notes = b.newNotes([]string{finCounts})
		}
	}
	if left > 0 {
		notes = append(notes, "labo laisse de côté "+text.Plural(left, "souvenir")+" (TIME-WAIT) d'avant cette scène.")
	}
	return rows, notes
}

// finCounts explains the queue of a socket in CLOSE-WAIT that nobody has read.
const finCounts = "Dans les files, une fermeture reçue (FIN) compte pour 1."

// newNotes returns the notes that this step has not shown yet: what a system
// cannot show is said once, not under every table.
func (b *Bench) newNotes(notes []string) []string {
	var fresh []string
	for _, n := range notes {
		if !b.noted[n] {
			b.noted[n] = true
			fresh = append(fresh, n)
		}
	}
	return fresh
}

// Until measures until the sockets of the lesson's port satisfy reached, and
// stops the scene when they do not within a bound that no healthy machine
// needs. what says what is waited for, in French.
func (b *Bench) Until(what string, reached func(*probe.Snapshot) bool) *probe.Snapshot {
	const bound, step = 5 * time.Second, 2 * time.Millisecond
	ctx, cancel := context.WithTimeout(b.ctx, bound)
	defer cancel()
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		s, err := look(ctx, b.filter())
		if err == nil && reached(s) {
			return s
		}
		if err != nil && ctx.Err() == nil {
			b.Must(err, "lire la table des sockets")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.Stop(b.ctx.Err())
			b.Stop(fmt.Errorf("%s n'est pas arrivé en %s", what, text.Duration(bound)))
		}
	}
}

// Watch shows the lesson's port live until done is closed, the reader goes on
// (false), or the limit is over (false). Events are shown as they come.
func (b *Bench) Watch(title, prompt string, done <-chan struct{}, events <-chan evidence.Event, limit time.Duration) bool {
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	updates := probe.Watch(ctx, b.filter(), 100*time.Millisecond)
	shown, end := overhear(events)
	err := b.stage.Watch(ctx, stage.Watch{
		Title: title, Prompt: prompt, Filter: b.filter(), Updates: updates, Done: done, Events: shown, Limit: limit,
	})
	cancel()
	passed, late := end()
	for _, e := range passed {
		b.rec.Happened(b.section.ID, e)
	}
	if err == nil {
		for _, e := range late { // they had happened when the wait ended
			b.Event(e)
		}
	}
	for range updates { // until the watcher has ended
	}
	if errors.Is(err, stage.ErrSkipped) || errors.Is(err, context.DeadlineExceeded) && b.ctx.Err() == nil {
		return false
	}
	b.Stop(err)
	return true
}

// Me returns what the system says of this process.
func (b *Bench) Me() probe.ProcessInfo {
	p, err := examine(b.ctx, os.Getpid())
	b.Must(err, "lire l'état de labo")
	return p
}

// pid is the number of this process.
func (b *Bench) pid() int { return os.Getpid() }

// Alone reports whether nobody is at the keyboard (--auto, a pipe).
func (b *Bench) Alone() bool { return b.alone }

// Sleep lets that time pass, which a measurement needs.
func (b *Bench) Sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-b.ctx.Done():
		b.Stop(b.ctx.Err())
	}
}

// readingTime is how long a measurement lasts: long when somebody looks, short
// when nobody does.
func (b *Bench) readingTime(watched, alone time.Duration) time.Duration {
	if b.alone {
		return alone
	}
	return watched
}

// Input asks the reader for a line; where nobody is at the keyboard, it takes
// the next of script. It reports false when there is no more to type.
func (b *Bench) Input(prompt string, script *[]string) (string, bool) {
	if b.alone {
		if len(*script) == 0 {
			return "", false
		}
		line := (*script)[0]
		*script = (*script)[1:]
		return line, true
	}
	line, err := b.stage.Input(b.ctx, prompt)
	if errors.Is(err, stage.ErrSkipped) {
		return "", false
	}
	b.Stop(err)
	return line, true
}
