package room

import (
	"sync"
	"time"
)

// tries is what the gate remembers of who tried to come in: by address, the
// wrong codes; by participant, why it was refused. It is bounded, and forgets.
type tries struct {
	limits  Limits
	mu      sync.Mutex
	from    map[string]*address
	refused map[string]refused
	open    map[string]connections
}

// connections are those by which a participant came in last, as the embedded server
// numbers them.
type connections struct {
	ids   []uint64
	until time.Time // cut, and not let in before
}

// cutFor is how long a participant who flooded is kept out; maxOpen, of how many
// connections a participant may have is taken note.
const (
	cutFor  = 10 * time.Second
	maxOpen = 8
)

// connects takes note of a connection; false where the participant was just cut.
func (t *tries) connects(id string, number uint64, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.open[id]
	if now.Before(c.until) {
		return false
	}
	if c.ids = append(c.ids, number); len(c.ids) > maxOpen {
		c.ids = c.ids[1:]
	}
	t.open[id] = c
	return true
}

// cut returns the connections of a participant, who is kept out for a while.
func (t *tries) cut(id string, now time.Time) []uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	was := t.open[id]
	t.open[id] = connections{until: now.Add(cutFor)}
	return was.ids
}

type address struct {
	wrong    int             // wrong codes since the last forgetting
	until    time.Time       // no other is looked at before
	last     time.Time       // when it was last heard of
	ids      map[string]bool // participants that came from there first
	doors    int             // questions at the door in this minute
	doorFrom time.Time
}

type refused struct {
	why  refusal
	from string
}

// How wrong codes slow down: so many are free (a mistyped letter), then each
// doubles the wait, up to a bound. A quarter of an hour without any forgets.
const (
	freeTries  = 4
	firstWait  = time.Second
	longest    = time.Minute
	forgetting = 15 * time.Minute
	maxKnown   = 4096 // addresses, and refusals, that are remembered
	maxDoors   = 60   // questions at the door from one address in a minute
)

func newTries(l Limits) tries {
	return tries{limits: l, from: map[string]*address{}, refused: map[string]refused{}, open: map[string]connections{}}
}

func (t *tries) at(host string, now time.Time) *address {
	a := t.from[host]
	if a != nil && now.Sub(a.last) > forgetting {
		a.wrong = 0
	}
	if a == nil {
		if len(t.from) >= maxKnown {
			for other, b := range t.from {
				if now.After(b.until) && now.Sub(b.last) > time.Minute {
					delete(t.from, other)
				}
			}
		}
		a = &address{ids: map[string]bool{}}
		if len(t.from) < maxKnown {
			t.from[host] = a
		}
	}
	a.last = now
	return a
}

// wait is how long no code from there is looked at.
func (t *tries) wait(host string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(0, t.at(host, now).until.Sub(now))
}

// wrong takes note of a wrong code.
func (t *tries) wrong(host string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.at(host, now)
	if a.wrong++; a.wrong > freeTries {
		a.until = now.Add(min(longest, firstWait<<min(10, a.wrong-freeTries-1)))
	}
}

// newcomer reports whether one more participant may come from there.
func (t *tries) newcomer(host, id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.at(host, time.Now())
	if !a.ids[id] && len(a.ids) >= t.limits.Address {
		return false
	}
	a.ids[id] = true
	return true
}

// door reports whether one more question may be asked from there.
func (t *tries) door(host string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.at(host, now)
	if now.Sub(a.doorFrom) > time.Minute {
		a.doors, a.doorFrom = 0, now
	}
	a.doors++
	return a.doors <= maxDoors
}

// refuse remembers, for who asks at the door.
func (t *tries) refuse(from, id string, why refusal) refusal {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.refused) >= maxKnown {
		clear(t.refused)
	}
	if token(id) {
		t.refused[id] = refused{why: why, from: from}
	}
	return why
}
