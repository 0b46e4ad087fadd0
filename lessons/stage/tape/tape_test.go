package tape

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reader is a stage that answers, and remembers the events it was shown.
type reader struct {
	dialogue.Stage
	err    error
	events []string
	watch  func(context.Context, dialogue.Watch) error
}

func (r *reader) Begin(scene.Head)           {}
func (r *reader) Prose([]prose.Block)        {}
func (r *reader) Event(e evidence.Event)     { r.events = append(r.events, e.What) }
func (r *reader) Evidence(evidence.Evidence) {}
func (r *reader) States([]probe.State)       {}
func (r *reader) Answer(scene.Answer)        {}

func (r *reader) Ask(context.Context, scene.Question) (scene.Choice, error) {
	return scene.Choice{Option: 1}, r.err
}
func (r *reader) Input(context.Context, string) (string, error)     { return "bonjour", r.err }
func (r *reader) Pause(context.Context) error                       { return r.err }
func (r *reader) Watch(ctx context.Context, w dialogue.Watch) error { return r.watch(ctx, w) }
func (r *reader) Outline(context.Context, []scene.Head) error       { return r.err }
func (r *reader) End(context.Context, dialogue.LastPage) error      { return r.err }

// told records what a tape tells.
func told(r *reader) (*Stage, *[]film.Record) {
	var all []film.Record
	return New(Options{Stage: r, Port: 1, To: []func(film.Record){func(r film.Record) { all = append(all, r) }}}), &all
}

func kinds(all []film.Record) (k []film.Kind) {
	for _, r := range all {
		if r.Kind != film.Port && r.Kind != film.Runtime {
			k = append(k, r.Kind)
		}
	}
	return k
}

// What the scene gets is what the stage gives, and how each wait ended is told.
func TestWaitsAreToldAndPassedOn(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		want film.Reply
	}{
		"goes on":   {nil, film.Reply{}},
		"jumps":     {&dialogue.Jump{Kind: dialogue.To, Scene: "x"}, film.Reply{Jump: "to", Scene: "x"}},
		"passes":    {dialogue.ErrSkipped, film.Reply{Skipped: true}},
		"is late":   {context.DeadlineExceeded, film.Reply{Ended: "limit"}},
		"is halted": {context.Canceled, film.Reply{Ended: "stopped"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, all := told(&reader{err: tc.err})
			if err := s.Pause(t.Context()); !errors.Is(err, tc.err) {
				t.Errorf("the scene gets %v", err)
			}
			if got := kinds(*all); !slices.Equal(got, []film.Kind{film.Pause, film.Replied}) {
				t.Errorf("told %v", got)
			}
			last := (*all)[len(*all)-1]
			if *last.Reply != tc.want {
				t.Errorf("the reply is %+v, want %+v", *last.Reply, tc.want)
			}
		})
	}
	s, all := told(&reader{})
	if i, err := s.Ask(t.Context(), scene.Question{}); i.Option != 1 || err != nil {
		t.Errorf("chosen %v, %v", i, err)
	}
	if line, err := s.Input(t.Context(), "?"); line != "bonjour" || err != nil {
		t.Errorf("typed %q, %v", line, err)
	}
	if (*all)[1].Reply.Chosen == nil || *(*all)[1].Reply.Chosen != 1 || *(*all)[len(*all)-1].Reply.Line != "bonjour" {
		t.Errorf("told %+v", *all)
	}
}

// No event of a watch is lost, whether the stage takes it or ends first, and
// none is shown twice.
func TestEventsOfAWatchAreAllShownAndTold(t *testing.T) {
	for take := range 5 {
		events, updates := make(chan evidence.Event), make(chan probe.Update)
		r := &reader{}
		whole := make(chan struct{})
		r.watch = func(ctx context.Context, w dialogue.Watch) error {
			for range take {
				r.Event(<-w.Events)
			}
			<-whole
			return nil
		}
		s, all := told(r)
		const sent = 4
		go func() {
			for i := range sent {
				events <- evidence.Event{At: time.Now(), What: string(rune('a' + i))}
			}
			updates <- probe.Update{Snapshot: &probe.Snapshot{}} // taken after the last event
			close(whole)
		}()
		if err := s.Watch(t.Context(), dialogue.Watch{Updates: updates, Events: events}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"a", "b", "c", "d"}; !slices.Equal(r.events, want) {
			t.Errorf("the stage takes %d and shows %q", take, r.events)
		}
		if got := kinds(*all); !slices.Equal(got, []film.Kind{film.Watch, film.Event, film.Event, film.Event, film.Event, film.Replied}) {
			t.Errorf("told %v", got)
		}
	}
}

// sensor is a stage that measures by itself.
type sensor struct {
	*reader
	told func(probe.Update, probe.RuntimeInfo)
}

func (s *sensor) Sense(told func(probe.Update, probe.RuntimeInfo)) { s.told = told }

func (s *sensor) Pause(context.Context) error {
	s.told(probe.Update{Snapshot: &probe.Snapshot{Sockets: []probe.Socket{{RecvQueue: probe.Known(uint32(4242))}}}}, probe.RuntimeInfo{Goroutines: 4242})
	time.Sleep(3 * measureEvery) // as long as a reader reads: one measurement a period, were there any
	return nil
}

// Where the stage measures, the film keeps that, and nothing is measured twice.
func TestWhatTheStageMeasuresIsMeasuredOnce(t *testing.T) {
	var all []film.Record
	New(Options{Stage: &sensor{reader: &reader{}}, Port: 1, To: []func(film.Record){func(r film.Record) { all = append(all, r) }}}).Pause(t.Context())
	var ports, counts int
	for _, r := range all {
		switch r.Kind {
		case film.Port:
			ports++
			if len(r.Port.Sockets) != 1 || *r.Port.Sockets[0].RecvQueue != 4242 {
				t.Errorf("the film has %+v", r.Port)
			}
		case film.Runtime:
			counts++
			if r.Runtime.Goroutines != 4242 {
				t.Errorf("the film has %+v", r.Runtime)
			}
		}
	}
	if ports != 1 || counts != 1 {
		t.Errorf("%d measurements of the port and %d of labo, want those of the stage", ports, counts)
	}
}
