package room

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"labo/lessons/evidence"
	"labo/lessons/record"
)

// « Montrez-moi »: the instructor asks a participant for the diagram of the program
// that it traced last. The participant's labo shows it to its author, who agrees or
// refuses; only what was agreed to reaches the room, and only while it is agreed to
// is it on the wall. Nothing of it says whose it is.

// Consent is where a participant's diagram is.
type Consent string

const (
	NotAsked Consent = ""
	Asked    Consent = "demande"
	Agreed   Consent = "accepte"
	Refused  Consent = "refuse"
	NoSketch Consent = "rien"   // its labo has no diagram: no program was traced
	TakenOff Consent = "retire" // by its author, after having agreed
)

// verbShow is what the author answers.
const verbShow = "montre"

// MaxSketch is how many events a diagram has at most; sketchCells, how long each
// of their words is.
const (
	MaxSketch   = 60
	sketchCells = 80
)

// sketch is what is kept, and sent. A participant's own has no time of asking.
type sketch struct {
	Consent Consent        `json:"etat"`
	Asked   time.Time      `json:"a,omitzero"`
	Events  []record.Event `json:"schema,omitempty"`
}

// ErrNotAgreed: its author has not agreed to that.
var ErrNotAgreed = errors.New("not agreed")

// now is where a consent is: it ends by itself.
func (s sketch) now() Consent {
	if time.Since(s.Asked) > lasts {
		return NotAsked
	}
	return s.Consent
}

// bounded is a diagram that can be shown, whoever wrote it.
func (s sketch) bounded() sketch {
	events := s.Events[:min(len(s.Events), MaxSketch)]
	s.Events = nil
	for _, e := range events {
		e.What, e.Detail, e.Source, e.Unknown = Clean(e.What, sketchCells), Clean(e.Detail, sketchCells), "", nil
		s.Events = append(s.Events, e)
	}
	return s
}

// AskToShow asks a participant whether the diagram of its program may be shown. The
// error is [ErrNotAgreed] for a phone, which has no program, or that of JetStream.
func (r *Room) AskToShow(ctx context.Context, id string) error {
	r.mu.Lock()
	m := r.state.members[id]
	can := m != nil && m.Kind == KindLabo
	r.mu.Unlock()
	if !can {
		return ErrNotAgreed
	}
	return r.keepSketch(ctx, id, sketch{Consent: Asked, Asked: time.Now()})
}

// Show puts on the wall the diagram of a participant who has agreed. A question that
// is asked takes its place.
func (r *Room) Show(ctx context.Context, id string) error {
	if r.sketchOf(id).now() != Agreed {
		return ErrNotAgreed
	}
	return r.publishWall(ctx, func(w *Wall) { w.Show = id })
}

// Hide takes a diagram from the wall, and asks for it no more: it is not kept.
func (r *Room) Hide(ctx context.Context, id string) error {
	if err := r.keepSketch(ctx, id, sketch{}); err != nil {
		return err
	}
	return r.unshow(ctx, id)
}

func (r *Room) unshow(ctx context.Context, id string) error {
	if r.Wall().Show != id {
		return nil
	}
	return r.publishWall(ctx, func(w *Wall) {
		if w.Show == id {
			w.Show = ""
		}
	})
}

// Shown is the diagram on the wall; nil where there is none, or its author does not
// agree any more.
func (r *Room) Shown() []evidence.Event {
	id := r.Wall().Show
	s := r.sketchOf(id)
	if id == "" || s.now() != Agreed {
		return nil
	}
	var all []evidence.Event
	for _, e := range s.bounded().Events {
		all = append(all, e.Shown())
	}
	return all
}

func (r *Room) sketchOf(id string) sketch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.state.members[id]; m != nil {
		return m.sketch
	}
	return sketch{}
}

// keepSketch keeps where it is and tells the participant.
func (r *Room) keepSketch(ctx context.Context, id string, s sketch) error {
	if err := r.keep(ctx, s, "montre", id); err != nil {
		return err
	}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return r.nc.Publish(askedOf(id), b)
}

// takeSketch takes the answer of a participant who was asked.
func (r *Room) takeSketch(id string, data []byte, answer func(reply, error)) {
	var s sketch
	answers := []Consent{Agreed, Refused, NoSketch, TakenOff}
	if json.Unmarshal(data, &s) != nil || !slices.Contains(answers, s.Consent) || (s.Consent == Agreed) != (len(s.Events) > 0) {
		answer(reply{}, errMessage)
		return
	}
	go func() {
		var was sketch
		if !r.soon(func() bool { was = r.sketchOf(id); return was.now() != NotAsked }) {
			answer(reply{}, ErrClosed)
			return
		}
		s = s.bounded()
		s.Asked = was.Asked
		ctx, cancel := context.WithTimeout(context.Background(), again)
		defer cancel()
		err := r.keep(ctx, s, "montre", id)
		if err == nil && s.Consent != Agreed {
			err = r.unshow(ctx, id)
		}
		if err != nil {
			err = errKept
		}
		answer(reply{}, err)
	}()
}

// hears listens to what the room asks of the participant alone.
func (g *Guest) hears() error {
	_, err := g.nc.Subscribe(askedOf(g.who.id), func(m *nats.Msg) {
		var s sketch
		if json.Unmarshal(m.Data, &s) == nil {
			g.setConsent(s.now())
		}
	})
	return err
}

func askedOf(id string) string { return inboxOf(id) + ".montrez" }

func (g *Guest) setConsent(c Consent) {
	g.mu.Lock()
	g.consent = c
	g.mu.Unlock()
	g.raise()
}

// Consent is where the participant's diagram is.
func (g *Guest) Consent() Consent {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.consent
}

// Answer answers a room that asked to show a diagram: with it where the author
// agrees, nil otherwise. The error is [ErrClosed] where the room does not ask any
// more, or as that of [Guest.Vote].
func (g *Guest) Answer(ctx context.Context, c Consent, events []evidence.Event) error {
	s := sketch{Consent: c}
	for _, e := range events {
		s.Events = append(s.Events, record.OfEvent(e))
	}
	if _, err := g.ask(ctx, verbShow, s.bounded()); err != nil {
		return err
	}
	g.setConsent(c)
	return nil
}
