package room

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Member is a participant, as an instructor sees it.
type Member struct {
	ID        string
	Pseudonym string
	Kind      string    // "labo" or "téléphone"
	Joined    time.Time // first
	Here      bool      // heard of lately
	Where     Where     // zero where it never said
	Verdict   *Verdict  // nil where it never judged a program
	Handed    time.Time // when it handed a document in last ([Room.Handed]); zero for never
	Consent   Consent   // to its program's diagram being shown

	sketch sketch
}

// Where is where a participant is.
type Where struct {
	Step  int       `json:"etape"`
	Scene string    `json:"scene"` // its ID, as "refus"
	Title string    `json:"titre"`
	Since time.Time `json:"depuis"`          // on the participant's clock; the room keeps it within its own
	Done  bool      `json:"finie,omitempty"` // it was played to its end, or left: nobody waits in it
}

// Verdict is the summary of a judgement: what « labo verifier » said last.
type Verdict struct {
	File   string    `json:"fichier"` // its name, without a folder
	At     time.Time `json:"a"`
	Passed []string  `json:"reussi,omitempty"` // IDs of checks (lessons/check)
	Failed []Failure `json:"echoue,omitempty"`
	Unsure []string  `json:"nonverifie,omitempty"`
}

// Failure is one check that failed.
type Failure struct {
	Check string `json:"id"`
	Why   string `json:"dit"` // in a sentence
}

func (w *Where) bounded(now time.Time) {
	w.Scene, w.Title = Clean(w.Scene, maxText), Clean(w.Title, maxText)
	if w.Since.IsZero() || w.Since.After(now) || now.Sub(w.Since) > 24*time.Hour {
		w.Since = now
	}
}

// maxChecks is the most checks that a summary holds.
const maxChecks = 100

func (v *Verdict) bounded(now time.Time) {
	v.File = Clean(v.File, 60)
	if v.At.IsZero() || v.At.After(now) {
		v.At = now
	}
	clean := func(ids []string) []string {
		ids = ids[:min(len(ids), maxChecks)]
		for i := range ids {
			ids[i] = Clean(ids[i], 60)
		}
		return ids
	}
	v.Passed, v.Unsure, v.Failed = clean(v.Passed), clean(v.Unsure), v.Failed[:min(len(v.Failed), maxChecks)]
	for i := range v.Failed {
		v.Failed[i].Check, v.Failed[i].Why = Clean(v.Failed[i].Check, 60), Clean(v.Failed[i].Why, maxText)
	}
}

// hello is what a participant says of itself.
type hello struct {
	Pseudonym string    `json:"pseudo"`
	Kind      string    `json:"genre"`
	Joined    time.Time `json:"depuis"`
}

func (m *Member) apply(what string, data []byte, at time.Time) {
	switch what {
	case "member":
		var h hello
		if json.Unmarshal(data, &h) == nil {
			m.Pseudonym, m.Kind, m.Joined = Clean(h.Pseudonym, maxName), h.Kind, h.Joined
		}
	case "rendu":
		var s slip
		if json.Unmarshal(data, &s) == nil {
			s.bounded(at)
			m.Handed = s.At
		}
	case "montre":
		var s sketch
		if json.Unmarshal(data, &s) == nil {
			m.sketch = s.bounded()
		}
	case "where":
		var w Where
		if json.Unmarshal(data, &w) == nil {
			w.bounded(at)
			m.Where = w
		}
	case "verdict":
		var v Verdict
		if json.Unmarshal(data, &v) == nil {
			v.bounded(at)
			m.Verdict = &v
		}
	}
}

// Members are all who have ever joined, by pseudonym.
func (r *Room) Members() []Member {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	all := make([]Member, 0, len(r.state.members))
	for _, m := range r.state.members {
		if m.Joined.IsZero() {
			continue // what it sent is kept, who it is is not yet read
		}
		c := *m
		c.Here, c.Consent = r.here.is(m.ID, now, r.limits.Here), m.sketch.now()
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Pseudonym, b.Pseudonym), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// knows reports whether that participant has joined before.
func (r *Room) knows(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.state.members[id]
	return m != nil && !m.Joined.IsZero()
}

// presence is when each participant was heard of last, by this process.
type presence struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (p *presence) saw(id string, now time.Time) (fresh bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, known := p.last[id]
	p.last[id] = now
	return !known
}

func (p *presence) left(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.last, id)
}

// is reports whether id was heard of within three of the periods at which a
// guest says that it is here.
func (p *presence) is(id string, now time.Time, every time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	last, known := p.last[id]
	return known && now.Sub(last) <= 3*every
}
