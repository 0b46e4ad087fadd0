package room

import (
	"maps"
	"sync"
)

import "time"

// Limits are all that a room bounds, in one place. Connections, Payload,
// Pending and Subscriptions are NATS's own, for each connection; the rest labo checks before it keeps anything.
type Limits struct {
	Participants  int           // who may be of the room, and connections of the embedded server
	Payload       int32         // one message, in bytes
	Pending       int64         // what waits to be read by one connection before it is cut, in bytes
	Subscriptions int           // of one connection: labo itself has a dozen
	Rate          float64       // messages a second from one participant, in the long run
	Burst         int           // and at once
	Address       int           // new participants from one address
	Document      int           // one document handed in, in bytes, compressed
	Here          time.Duration // how often a guest says that it is here
}

// defaultLimits hold a lecture theatre.
var defaultLimits = Limits{Participants: 1200, Payload: 32 << 10, Pending: 4 << 20, Subscriptions: 64,
	Rate: 5, Burst: 40, Address: 400, Document: 256 << 10, Here: 5 * time.Second}

func (l Limits) filled() Limits {
	d := defaultLimits
	fill(&l.Participants, d.Participants)
	fill(&l.Payload, d.Payload)
	fill(&l.Pending, d.Pending)
	fill(&l.Subscriptions, d.Subscriptions)
	fill(&l.Rate, d.Rate)
	fill(&l.Burst, d.Burst)
	fill(&l.Address, d.Address)
	fill(&l.Document, d.Document)
	fill(&l.Here, d.Here)
	return l
}

func fill[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

// Most of what a text of a room is long, in runes.
const (
	maxName     = 24
	maxWord     = 60
	maxQuestion = 600
	maxOption   = 300
	maxOptions  = 12
	maxText     = 200 // a check, a scene, a summary's line
)

// buckets bound how fast each participant sends.
type buckets struct {
	mu   sync.Mutex
	left map[string]bucket
}

type bucket struct {
	tokens  float64
	at      time.Time
	refused int // since the last that was allowed
}

// floods is how many messages in a row are refused before a connection is cut: a
// participant who is in a hurry never sends so many.
const floods = 500

// flooding reports whether a participant is to be cut.
func (b *buckets) flooding(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.left[id].refused > 0 && b.left[id].refused%floods == 0
}

func (b *buckets) allow(id string, l Limits, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left == nil || len(b.left) > 4*l.Participants {
		full := func(_ string, k bucket) bool { return now.Sub(k.at) > time.Minute }
		if maps.DeleteFunc(b.left, full); b.left == nil {
			b.left = map[string]bucket{}
		}
	}
	k, known := b.left[id]
	if !known {
		k = bucket{tokens: float64(l.Burst), at: now}
	}
	k.tokens = min(float64(l.Burst), k.tokens+now.Sub(k.at).Seconds()*l.Rate)
	k.at = now
	ok := k.tokens >= 1
	if k.refused++; ok {
		k.tokens--
		k.refused = 0
	}
	b.left[id] = k
	return ok
}
