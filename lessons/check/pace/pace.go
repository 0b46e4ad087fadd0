// Package pace measures waits by the time in which this process itself ran.
// On a busy machine labo may be held up for seconds; nothing that it waits for
// is to be blamed for them.
package pace

import (
	"context"
	"sync"
	"time"
)

const (
	// Step is how often a wait looks at the clock.
	Step = 20 * time.Millisecond
	// Most is the most that one step counts for, however long it took.
	Most = 60 * time.Millisecond
)

// Timer calls a function once a duration has passed, in time that counts.
type Timer struct {
	f func()

	mu    sync.Mutex
	left  time.Duration
	at    time.Time
	timer *time.Timer // nil once it has stopped
}

// AfterFunc calls f, in a goroutine of its own, after d: never sooner, and
// later where this process was held up meanwhile.
func AfterFunc(d time.Duration, f func()) *Timer {
	t := &Timer{f: f, left: d, at: time.Now()}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timer = time.AfterFunc(min(Step, d), t.step)
	return t
}

func (t *Timer) step() {
	t.mu.Lock()
	if t.timer == nil {
		t.mu.Unlock()
		return
	}
	now := time.Now()
	t.left -= min(now.Sub(t.at), Most)
	t.at = now
	if t.left > 0 {
		t.timer.Reset(min(Step, t.left))
		t.mu.Unlock()
		return
	}
	t.timer = nil
	t.mu.Unlock()
	t.f()
}

// Stop prevents the call. One that was due may begin just after.
func (t *Timer) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
}

// After returns a channel that is closed after d, and what ends the wait
// sooner: call it in any case.
func After(d time.Duration) (<-chan struct{}, func()) {
	over := make(chan struct{})
	return over, AfterFunc(d, func() { close(over) }).Stop
}

// WithTimeout returns a context that ends after d. Its Err is Canceled even then;
// [context.Cause] is DeadlineExceeded.
func WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	t := AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
	return ctx, func() {
		t.Stop()
		cancel(context.Canceled)
	}
}
