package screen

import (
	"sync"
	"time"

	"labo/lessons/stage"
)

// Status is where a lesson in projection is.
type Status struct {
	Head    stage.Head
	Started time.Time // when the lesson began
	Begun   time.Time // when this scene began
	Waiting string    // what is waited for: "vote", "pause", "saisie", "attente", "" while the scene acts
	Page    string    // "page 2 sur 4"
	Votes   []int     // hands for each option of the last question of this scene, nil for none
	Auto    time.Duration
}

// teller keeps the status and tells it.
type teller struct {
	tell   func(Status)
	mu     sync.Mutex
	status Status
}

// begin opens a scene.
func (t *teller) begin(h stage.Head) {
	if t.tell == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.status.Started.IsZero() {
		t.status.Started = now
	}
	t.status = Status{Head: h, Started: t.status.Started, Begun: now, Auto: t.status.Auto}
	t.tell(t.status)
}

// change tells what is different.
func (t *teller) change(f func(*Status)) {
	if t.tell == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.status)
	t.tell(t.status)
}

var waitWords = map[waitKind]string{
	waitPause: "pause", waitAsk: "vote", waitInput: "saisie", waitWatch: "attente", waitOutline: "liste",
}

// tell tells the notes what the reader is at.
func (m *model) tell() {
	if m.o.Tell == nil || m.head.Total == 0 {
		return
	}
	m.status.change(func(s *Status) {
		s.Waiting = ""
		if m.wait != nil {
			s.Waiting = waitWords[m.wait.kind]
		}
		s.Page = m.window.place(m.layout().textHeight)
		s.Votes = nil
		if m.ask != nil && m.ask.votes.any() {
			s.Votes = append([]int(nil), m.ask.votes.count...)
		}
		s.Auto = m.o.Auto
	})
}
