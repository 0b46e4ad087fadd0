package screen

import (
	"context"
	"os/exec"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/projection"
	"labo/lessons/scene"
	"labo/probe"
)

// waitKind is what the scene waits for.
type waitKind uint8

const (
	waitPause waitKind = iota
	waitAsk
	waitInput
	waitWatch
	waitOutline
	waitEnd
)

// wait is one wait of the scene. The model replies once.
type wait struct {
	kind     waitKind
	question scene.Question // ask
	prompt   string         // input, watch
	title    string         // watch
	limit    time.Time      // watch; zero: none
	heads    []scene.Head   // outline
	edit     func() (*exec.Cmd, bool, error)
	further  string            // pause: what + leads to, "" for nothing
	last     dialogue.LastPage // end
	reply    chan result
}

// result is what the reader did.
type result struct {
	choice scene.Choice
	line   string
	err    error
}

// measureEvery is how often the live panel is measured during a wait.
const measureEvery = 250 * time.Millisecond

// run waits for the reader. Meanwhile the port is measured where live says so.
func (s *Stage) run(ctx context.Context, w *wait, live bool) (result, error) {
	w.reply = make(chan result, 1)
	s.program.Send(waitMsg{w})
	defer s.observe(ctx, live)()
	return s.outcome(ctx, w, nil)
}

// outcome returns the reply, or why there will be none. A nil done never ends
// the wait.
func (s *Stage) outcome(ctx context.Context, w *wait, done <-chan struct{}) (result, error) {
	select {
	case r := <-w.reply:
		return r, r.err
	case <-done:
		s.giveUp()
		return result{}, nil
	case <-ctx.Done():
		s.giveUp()
		return result{}, ctx.Err()
	case <-s.ended: // the terminal cannot be drawn on any more
		return result{}, &dialogue.Jump{Kind: dialogue.Quit}
	}
}

// giveUp ends a wait that the reader did not end. The model tells nothing more
// until the next: the scene acts now.
func (s *Stage) giveUp() {
	s.program.Send(waitMsg{})
	s.status.change(func(st *projection.Status) { st.Waiting = "" })
}

// observe measures the port, the goroutines and the threads until the function
// it returns is called, which waits for the end of all that. Without live it
// only tells the time.
func (s *Stage) observe(ctx context.Context, live bool) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	var updates <-chan probe.Update
	if live {
		updates = probe.Watch(ctx, s.filter(), measureEvery)
	}
	go func() {
		defer close(ended)
		if live {
			for u := range updates { // until Watch has ended
				now, info := time.Now(), probe.Runtime(ctx)
				if s.sensed != nil {
					s.sensed(u, info)
				}
				s.program.Send(together{updateMsg{u, now}, runtimeMsg(info), clockMsg(now)})
			}
			return
		}
		clock := time.NewTicker(measureEvery)
		defer clock.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-clock.C:
				s.program.Send(clockMsg(now))
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// Sense tells of what is measured during the waits, with what a film keeps of it.
func (s *Stage) Sense(told func(probe.Update, probe.RuntimeInfo)) { s.sensed = told }

func (s *Stage) filter() probe.Filter {
	f := probe.Filter{Info: s.sensed != nil}
	if s.port != 0 {
		f.Ports = []uint16{s.port}
	}
	return f
}

// Ask shows a question with its options and waits for a choice.
func (s *Stage) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	r, err := s.run(ctx, &wait{kind: waitAsk, question: q}, false)
	if err != nil {
		return scene.Passed, err
	}
	return r.choice, nil
}

// Input waits for a line of text.
func (s *Stage) Input(ctx context.Context, prompt string) (string, error) {
	r, err := s.run(ctx, &wait{kind: waitInput, prompt: prompt}, true)
	return r.line, err
}

// Pause waits until the reader goes on.
func (s *Stage) Pause(ctx context.Context) error {
	w := &wait{kind: waitPause, further: s.further}
	s.further = ""
	_, err := s.run(ctx, w, true)
	return err
}

// End shows the last page, which a class still looks at, until a key leaves it.
func (s *Stage) End(ctx context.Context, page dialogue.LastPage) error {
	_, err := s.run(ctx, &wait{kind: waitEnd, last: page}, true)
	return err
}

// Outline shows the list of scenes.
func (s *Stage) Outline(ctx context.Context, heads []scene.Head) error {
	_, err := s.run(ctx, &wait{kind: waitOutline, heads: heads}, false)
	return err
}

// Watch shows updates and events until done.
func (s *Stage) Watch(ctx context.Context, w dialogue.Watch) error {
	mine := &wait{kind: waitWatch, title: w.Title, prompt: w.Prompt, edit: w.Edit, reply: make(chan result, 1)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := w.Done
	if w.Limit > 0 {
		mine.limit = time.Now().Add(w.Limit)
		var stop context.CancelFunc
		ctx, stop = context.WithDeadline(ctx, mine.limit)
		defer stop()
	}
	s.program.Send(waitMsg{mine})
	relayed := make(chan struct{})
	stopRelay, wanted := context.WithCancel(ctx)
	go func() {
		defer close(relayed)
		s.relay(stopRelay, w)
	}()
	_, err := s.outcome(ctx, mine, done)
	wanted()
	<-relayed
	s.drain(w)
	return err
}

// relay sends what comes during a watch to the model.
func (s *Stage) relay(ctx context.Context, w dialogue.Watch) {
	clock := time.NewTicker(measureEvery)
	defer clock.Stop()
	updates, events := w.Updates, w.Events
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-clock.C:
			s.program.Send(together{clockMsg(now), runtimeMsg(probe.Runtime(ctx))})
		case u, ok := <-updates:
			if !ok {
				updates = nil
				continue
			}
			s.program.Send(updateMsg{u, time.Now()})
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			s.Event(e)
		}
	}
}

// drain shows the events that had happened when the wait ended.
func (s *Stage) drain(w dialogue.Watch) {
	for {
		select {
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			s.Event(e)
		default:
			return
		}
	}
}
