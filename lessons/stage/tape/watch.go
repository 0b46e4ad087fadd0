package tape

import (
	"context"
	"slices"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/fault"
	"labo/lessons/film"
	"labo/lessons/measured"
	"labo/probe"
)

// How often the port is measured during a wait: 80 ms while something moves, so
// that a page follows the kernel; else a fifth of a second, for what that costs.
const (
	measureEvery = 200 * time.Millisecond
	movingEvery  = 80 * time.Millisecond
)

// observe measures the port, the goroutines and the threads until the function
// it returns is called, which waits for the end of all that: while a scene acts
// nothing else opens a descriptor.
func (s *Stage) observe(ctx context.Context) (stop func()) {
	if len(s.o.To) == 0 || s.told {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	filter := probe.Filter{Info: true}
	if s.port != 0 {
		filter.Ports = []uint16{s.port}
	}
	go func() {
		defer close(ended)
		for u := range probe.WatchMoving(ctx, filter, measureEvery, movingEvery) { // until Watch has ended
			s.saw(ctx, u)
		}
	}()
	return func() { cancel(); <-ended }
}

// saw tells what is not as it was.
func (s *Stage) saw(ctx context.Context, u probe.Update) { s.measured(u, probe.Runtime(ctx)) }

func (s *Stage) measured(u probe.Update, info probe.RuntimeInfo) {
	switch {
	case s.seen.port(u):
		s.tell(film.OfUpdate(u))
	case s.o.Live != nil && s.seen.old(u):
		s.tellTo(film.OfUpdate(u), s.o.Live)
	}
	if s.o.Facing != nil {
		s.faced(s.o.Facing())
	}
	if r := film.OfRuntime(info); s.seen.runtime(r) {
		s.tell(r)
	}
}

// faced tells what another machine says that is not as it was: where it is only
// older, every second, and to who shows it alone.
func (s *Stage) faced(f dialogue.Facing) {
	last := s.seen.facing
	r := film.OfFacing(f.Name, f.When, f.Note, f.Rows)
	switch same := last != nil && last.Lost == f.Lost && last.Name == f.Name && slices.EqualFunc(last.Rows, f.Rows, alike); {
	case !same:
		s.tell(r)
	case s.o.Live != nil && (last.When != f.When || last.Note != f.Note) && time.Since(s.seen.faced) >= time.Second:
		s.tellTo(r, s.o.Live)
	default:
		return
	}
	s.seen.facing, s.seen.faced = &f, time.Now()
}

// seen is what was told last.
type seen struct {
	last                probe.Update
	at                  time.Time // when it was shown
	known               bool
	goroutines, threads int
	facing              *dialogue.Facing
	faced               time.Time // when it was shown
}

// port reports whether an update tells anything new: a timer that runs down
// does not.
func (l *seen) port(u probe.Update) bool {
	last := l.last
	if same := u.Err != nil && last.Err != nil && fault.Cause(u.Err) == fault.Cause(last.Err) ||
		u.Snapshot != nil && last.Snapshot != nil && u.Snapshot.Source == last.Snapshot.Source &&
			slices.Equal(measured.Notes(u.Snapshot), measured.Notes(last.Snapshot)) &&
			slices.EqualFunc(u.Snapshot.Sockets, last.Snapshot.Sockets, alike); same {
		return false
	}
	l.last, l.at = u, time.Now()
	return true
}

// alike reports whether two sockets read the same, but for what runs down.
func alike(a, b probe.Socket) bool {
	return a.Family == b.Family && a.State == b.State && a.V6Only == b.V6Only && a.Local == b.Local && a.Remote == b.Remote &&
		a.RecvQueue == b.RecvQueue && a.SendQueue == b.SendQueue && a.Inode == b.Inode &&
		a.Timer.Known == b.Timer.Known && a.Timer.Value.Kind == b.Timer.Value.Kind && a.Timer.Value.Retransmits == b.Timer.Value.Retransmits &&
		same(a.Interface.Value, b.Interface.Value) && same(a.Info, b.Info) &&
		a.Owner.Kind == b.Owner.Kind && a.Owner.UID == b.Owner.UID && slices.Equal(a.Owner.Open, b.Owner.Open) &&
		slices.EqualFunc(a.Owner.Holders, b.Owner.Holders, func(a, b *probe.Holder) bool { return a.PID == b.PID && a.Name == b.Name })
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// old reports whether timers that run were shown a second ago.
func (l *seen) old(u probe.Update) bool {
	if u.Err != nil || time.Since(l.at) < time.Second || !slices.ContainsFunc(u.Snapshot.Sockets, func(s probe.Socket) bool { return s.Timer.Value.Kind != probe.TimerNone }) {
		return false
	}
	l.at = time.Now()
	return true
}

func (l *seen) runtime(r film.Record) bool {
	threads := -1
	if r.Runtime.Threads != nil {
		threads = *r.Runtime.Threads
	}
	if l.known && l.goroutines == r.Runtime.Goroutines && l.threads == threads {
		return false
	}
	l.known, l.goroutines, l.threads = true, r.Runtime.Goroutines, threads
	return true
}

// Watch shows updates and events until done. They are told as they pass.
func (s *Stage) Watch(ctx context.Context, w dialogue.Watch) error {
	s.tell(film.Record{Kind: film.Watch, Title: w.Title, Prompt: w.Prompt, LimitMS: w.Limit.Milliseconds(), Edit: w.Edit != nil})
	passing, stop := context.WithCancel(ctx)
	shown := w
	updates, events := make(chan probe.Update), make(chan evidence.Event)
	shown.Updates, shown.Events = updates, nil
	if w.Events != nil {
		shown.Events = events
	}
	left := make(chan []evidence.Event)
	go func() { left <- s.pass(passing, w, updates, events) }()
	err := s.o.Stage.Watch(ctx, shown)
	stop()
	for _, e := range <-left { // told already
		s.o.Stage.Event(e)
	}
	reply := ended(err)
	if err == nil {
		reply.Ended = "done"
	}
	s.replied(reply)
	return err
}

// pass tells what comes and passes it on, until ctx ends. It returns the events
// that were told and not taken.
func (s *Stage) pass(ctx context.Context, w dialogue.Watch, updates chan<- probe.Update, events chan<- evidence.Event) (left []evidence.Event) {
	var next *probe.Update
	in, happened := w.Updates, w.Events
	for {
		var out chan<- probe.Update
		var update probe.Update
		from := in
		if next != nil {
			out, update, from = updates, *next, nil
		}
		var to chan<- evidence.Event
		var event evidence.Event
		if len(left) > 0 {
			to, event = events, left[0]
		}
		select {
		case <-ctx.Done():
			return left
		case u, ok := <-from:
			if !ok {
				in = nil
				close(updates)
				continue
			}
			s.saw(ctx, u)
			next = &u
		case out <- update:
			next = nil
		case e, ok := <-happened:
			if !ok {
				happened = nil
				continue
			}
			s.tell(film.OfEvent(e))
			left = append(left, e)
		case to <- event:
			left = left[1:]
		}
	}
}
