package probe

import (
	"context"
	"errors"
	"slices"
	"time"
)

// MinInterval is the shortest time between two measurements of [Watch].
const MinInterval = 50 * time.Millisecond

// Update is what [Watch] tells: a new snapshot with what changed since the
// last one that was received, or why a measurement failed.
type Update struct {
	Snapshot *Snapshot // nil with Err
	Changes  []Change
	Err      error
}

// Watch measures the sockets that f chooses, now and then at each interval (at
// least [MinInterval]), until ctx ends; then the channel is closed. A failed
// measurement is told in Err, and watching goes on.
//
// A slow reader gets fewer updates, never old ones: what it receives was
// measured at most an interval ago, and Changes go back to the snapshot that
// it received before, so that none is lost but the way between (A→B→C reads
// A→C, and a socket that came and went was not seen). The first update
// has no Changes.
//
// On Linux, sockets and states are those of the moment; the owners of sockets
// that were there before, with their threads and descriptors, may be a second
// old; five, what a second process was passed, or closed, that has as many
// descriptors as before.
//
// A measurement never takes more than half of the time: after a long one
// Watch rests for as long as it took.
//
// Of several processes asked for, those that end are left out from then on;
// when the last one has ended, Err is a [*NoSuchProcessError].
func Watch(ctx context.Context, f Filter, interval time.Duration) <-chan Update {
	return watch(ctx, interval, survivors(f))
}

const (
	movingFor = 2 * time.Second // how long after a change sockets are expected to change again
	deafFor   = time.Second     // how long a bell is not heard that rang for nothing
)

// WatchMoving is [Watch] that measures at a shorter interval, moving, while
// something changes: until 2 s after the last change; and, on Linux, within
// [MinInterval] of when the kernel counts a connection that came, moved or went.
func WatchMoving(ctx context.Context, f Filter, interval, moving time.Duration) <-chan Update {
	return watching(ctx, interval, moving, stirring, survivors(f))
}

// stirring returns something that changes when a connection of this machine
// does, for much less than a measurement costs; false where it cannot tell. The
// file of a system that can sets it.
var stirring func() (string, bool)

// survivors returns what measures f's sockets again and again, without the
// processes that have ended since the first time.
func survivors(f Filter) func(context.Context) (*Snapshot, error) {
	measure, begun := repeatSockets(f), false
	return func(ctx context.Context) (*Snapshot, error) {
		for {
			s, err := measure(ctx)
			ended, ok := errors.AsType[*NoSuchProcessError](err)
			if !ok || !begun || len(f.PIDs) < 2 {
				begun = begun || err == nil
				return s, err
			}
			f.PIDs = slices.DeleteFunc(slices.Clone(f.PIDs), func(pid int) bool { return pid == ended.PID })
			measure = repeatSockets(f)
		}
	}
}

// AfterEnd is the update that follows the last snapshot when [Watch] says that
// the processes asked for have all ended: they hold nothing any more. at is
// when that was learned.
func AfterEnd(last *Snapshot, at time.Time) Update {
	none := &Snapshot{TakenAt: at, Source: last.Source, Notes: last.Notes}
	return Update{Snapshot: none, Changes: Diff(last, none)}
}

// repeatSockets returns what measures f's sockets again and again, in one
// goroutine. The file of a system that can do it cheaper than [Sockets] sets
// it.
var repeatSockets = func(f Filter) func(context.Context) (*Snapshot, error) {
	return func(ctx context.Context) (*Snapshot, error) { return Sockets(ctx, f) }
}

func watch(ctx context.Context, interval time.Duration, measure func(context.Context) (*Snapshot, error)) <-chan Update {
	return watching(ctx, interval, interval, nil, measure)
}

func watching(ctx context.Context, interval, moving time.Duration, bell func() (string, bool), measure func(context.Context) (*Snapshot, error)) <-chan Update {
	w := watcher{out: make(chan Update), interval: max(interval, MinInterval), moving: max(moving, MinInterval), bell: bell, measure: measure}
	go w.run(ctx)
	return w.out
}

// watcher is the state of the one goroutine of [Watch].
type watcher struct {
	out      chan Update
	interval time.Duration
	moving   time.Duration // in place of interval, after a change
	changed  time.Time     // the last one
	due      time.Time     // when the next measurement is
	bell     func() (string, bool)
	heard    string    // as the last measurement began
	deaf     time.Time // until when the bell is not heard
	measure  func(context.Context) (*Snapshot, error)

	received *Snapshot // the last one the reader took
	pending  *Update   // what it will take next; nil when it has everything
}

func (w *watcher) run(ctx context.Context) {
	defer close(w.out)
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		var out chan Update // nil: nothing to give
		var next Update
		if w.pending != nil {
			out, next = w.out, *w.pending
		}
		select {
		case <-ctx.Done():
			return
		case out <- next:
			w.pending = nil
			if next.Snapshot != nil {
				w.received = next.Snapshot
			}
		case <-rest.C:
			w.turn(ctx)
			left := time.Until(w.due)
			if w.bell != nil {
				left = min(left, MinInterval)
			}
			rest.Reset(left)
		}
	}
}

// turn measures if that is due, or if the bell rings.
func (w *watcher) turn(ctx context.Context) {
	start := time.Now()
	rings := w.rings(start)
	early := start.Before(w.due)
	if early && !rings {
		return
	}
	w.take(ctx)
	interval := w.interval
	if start.Sub(w.changed) < movingFor {
		interval = w.moving
	}
	if early && start.Sub(w.changed) > w.interval {
		w.deaf = start.Add(deafFor) // others' connections
	}
	w.due = start.Add(max(interval, 2*time.Since(start)))
}

// rings reports whether a connection of this machine has changed since the last
// measurement began.
func (w *watcher) rings(now time.Time) bool {
	if w.bell == nil || now.Before(w.deaf) && now.Before(w.due) {
		return false
	}
	s, ok := w.bell()
	rings := ok && s != w.heard
	w.heard = s
	return rings
}

// take measures once and replaces what is pending, save an error that was not
// told yet.
func (w *watcher) take(ctx context.Context) {
	if w.pending != nil && w.pending.Err != nil {
		return
	}
	snap, err := w.measure(ctx)
	if err != nil {
		if ctx.Err() == nil {
			w.pending = &Update{Err: err}
		}
		return
	}
	changes := Diff(w.received, snap)
	if w.pending != nil {
		keepTimes(changes, w.pending.Changes)
	}
	for i := range changes {
		if changes[i].At.After(w.changed) {
			w.changed = changes[i].At
		}
	}
	w.pending = &Update{Snapshot: snap, Changes: changes}
}

// keepTimes gives the changes that an update not yet received already had the
// time at which they were seen first.
func keepTimes(changes, earlier []Change) {
	type key struct {
		endsKey
		kind  ChangeKind
		state State
		inode Maybe[uint32]
	}
	keyOf := func(c *Change) key { return key{ends(&c.Socket), c.Kind, c.Socket.State, c.Socket.Inode} }
	at := make(map[key]time.Time, len(earlier))
	for i := range earlier {
		at[keyOf(&earlier[i])] = earlier[i].At
	}
	for i := range changes {
		if t, ok := at[keyOf(&changes[i])]; ok {
			changes[i].At = t
		}
	}
}
