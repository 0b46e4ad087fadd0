// Package tape is a [dialogue.Stage] that tells a film of what another stage is
// told and answered, and what the system holds while the reader reads.
package tape

import (
	"context"
	"errors"
	"sync"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/probe"
)

// Options are what a tape is told at its start.
type Options struct {
	Stage  dialogue.Stage                    // who shows, and answers
	To     []func(film.Record)               // who is told, in that order, before Stage is; one call at a time
	Live   func(film.Record)                 // is told also of the port where only its timers ran down, every second; may be nil
	Port   uint16                            // of the lesson, measured while the scene waits; 0: every port
	Facing func() dialogue.Facing            // what another machine says of its table, told as the port is measured; may be nil
	Done   func(scene string) (words string) // how a scene was played to its end, for the list; may be nil
	Begun  time.Time                         // when the film began; zero: now
}

// Stage is the stage that a scene talks to.
type Stage struct {
	o     Options
	mu    sync.Mutex // of To: what is measured during a wait is told by another goroutine
	port  uint16
	seen  seen
	offer string // what the next pause leads to
	told  bool   // of what Stage measures itself: nothing is measured beside
}

var (
	_ dialogue.Stage    = (*Stage)(nil)
	_ dialogue.Follower = (*Stage)(nil)
	_ dialogue.Offerer  = (*Stage)(nil)
	_ dialogue.Measurer = (*Stage)(nil)
)

// New returns a stage that tells and passes on.
func New(o Options) *Stage {
	if o.Begun.IsZero() {
		o.Begun = time.Now()
	}
	s := &Stage{o: o, port: o.Port}
	if sensor, ok := o.Stage.(dialogue.Sensor); ok {
		sensor.Sense(s.measured)
		s.told = true
	}
	return s
}

// Tell tells the film what no stage is told, now.
func (s *Stage) Tell(r film.Record) { s.tell(r) }

func (s *Stage) tell(r film.Record) {
	s.tellTo(r, s.o.To...)
}

func (s *Stage) tellTo(r film.Record, all ...func(film.Record)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Micros = time.Since(s.o.Begun).Microseconds()
	for _, to := range all {
		to(r)
	}
}

// Begin opens a scene.
func (s *Stage) Begin(h scene.Head) {
	s.port, s.seen = s.o.Port, seen{}
	s.tell(film.OfBegin(h))
	s.o.Stage.Begin(h)
}

// Prose shows a piece of the lesson's text.
func (s *Stage) Prose(blocks []prose.Block) {
	s.tell(film.OfProse(blocks))
	s.o.Stage.Prose(blocks)
}

// Event shows one thing that happened.
func (s *Stage) Event(e evidence.Event) {
	s.tell(film.OfEvent(e))
	s.o.Stage.Event(e)
}

// Evidence shows what was measured.
func (s *Stage) Evidence(e evidence.Evidence) {
	s.tell(film.OfEvidence(e))
	s.o.Stage.Evidence(e)
}

// States shows the states of a connection; the film has them as a text.
func (s *Stage) States(reached []probe.State) {
	s.tell(film.OfProse(figure.StatesBlock(reached)))
	s.o.Stage.States(reached)
}

// Answer tells what the measurement says of a question.
func (s *Stage) Answer(a scene.Answer) {
	s.tell(film.OfAnswer(a))
	s.o.Stage.Answer(a)
}

// Follow shows another port until the scene ends.
func (s *Stage) Follow(port uint16) {
	if s.port != port {
		s.port, s.seen = port, seen{}
		s.tell(film.Record{Kind: film.Follow, Number: port})
	}
	if f, ok := s.o.Stage.(dialogue.Follower); ok {
		f.Follow(port)
	}
}

// Offer has the next pause lead further.
func (s *Stage) Offer(title string) {
	s.offer = title
	if o, ok := s.o.Stage.(dialogue.Offerer); ok {
		o.Offer(title)
	}
}

// Measuring says what a scene does while it acts.
func (s *Stage) Measuring(words string) {
	s.tell(film.Record{Kind: film.Measuring, Title: words})
	if m, ok := s.o.Stage.(dialogue.Measurer); ok {
		m.Measuring(words)
	}
}

// Ask shows a question and waits for an answer. Nothing is measured meanwhile:
// it may hold the answer.
func (s *Stage) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	s.tell(film.OfAsk(q))
	choice, err := s.o.Stage.Ask(ctx, q)
	reply := ended(err)
	if err == nil && choice.Option >= 0 {
		reply.Chosen, reply.Sure = &choice.Option, choice.Sure
	}
	reply.Skipped = reply.Skipped || err == nil && choice.Option < 0
	s.replied(reply)
	return choice, err
}

// Input asks for a line.
func (s *Stage) Input(ctx context.Context, prompt string) (string, error) {
	s.tell(film.Record{Kind: film.Input, Prompt: prompt})
	stop := s.observe(ctx)
	line, err := s.o.Stage.Input(ctx, prompt)
	stop()
	reply := ended(err)
	if err == nil {
		reply.Line = &line
	}
	s.replied(reply)
	return line, err
}

// Pause waits until the reader wants to go on.
func (s *Stage) Pause(ctx context.Context) error {
	s.tell(film.Record{Kind: film.Pause, Title: s.offer})
	s.offer = ""
	stop := s.observe(ctx)
	err := s.o.Stage.Pause(ctx)
	stop()
	s.replied(ended(err))
	return err
}

// End keeps the last page of a step.
func (s *Stage) End(ctx context.Context, page dialogue.LastPage) error {
	s.tell(film.Record{Kind: film.End, Title: page.Title, Blocks: page.Blocks})
	stop := s.observe(ctx)
	err := s.o.Stage.End(ctx, page)
	stop()
	s.replied(ended(err))
	return err
}

// Outline shows the scenes of a step.
func (s *Stage) Outline(ctx context.Context, heads []scene.Head) error {
	list := make([]film.Scene, len(heads))
	for i, h := range heads {
		list[i] = *film.SceneOf(h)
		if s.o.Done != nil {
			list[i].Done = s.o.Done(h.ID)
		}
	}
	s.tell(film.Record{Kind: film.Outline, Scenes: list})
	err := s.o.Stage.Outline(ctx, heads)
	s.replied(ended(err))
	return err
}

func (s *Stage) replied(r film.Reply) { s.tell(film.Record{Kind: film.Replied, Reply: &r}) }

// jumps are the words of a film for where a reader goes.
var jumps = [...]string{dialogue.Next: "next", dialogue.Previous: "previous", dialogue.Again: "again", dialogue.List: "list", dialogue.To: "to", dialogue.Further: "further", dialogue.Quit: "quit"}

// ended says how a wait ended.
func ended(err error) (r film.Reply) {
	jump, jumped := errors.AsType[*dialogue.Jump](err)
	switch {
	case err == nil:
	case jumped:
		r.Jump, r.Scene = jumps[jump.Kind], jump.Scene
	case errors.Is(err, dialogue.ErrSkipped):
		r.Skipped = true
	case errors.Is(err, context.DeadlineExceeded):
		r.Ended = "limit"
	default:
		r.Ended = "stopped"
	}
	return r
}
