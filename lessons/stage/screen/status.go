package screen

import (
	"reflect"
	"sync"
	"time"

	"labo/lessons/projection"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// Teller hears where a lesson in projection is, and returns a sentence for who
// projects, mostly "". It must not call the [Stage] back. It is called while
// the scene waits, or in between: never while a scene measures.
type Teller func(projection.Status) (notice string)

// teller keeps the status and tells it.
type teller struct {
	tell   Teller
	mu     sync.Mutex
	status projection.Status
}

// begin opens a scene.
func (t *teller) begin(h scene.Head, port uint16) (notice string) {
	return t.change(func(s *projection.Status) {
		now := time.Now()
		if s.Started.IsZero() {
			s.Started = now
		}
		*s = projection.Status{Head: h, Port: port, Started: s.Started, Begun: now}
	})
}

// change tells what is different, if anything is.
func (t *teller) change(f func(*projection.Status)) (notice string) {
	if t.tell == nil {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.status
	f(&t.status)
	if reflect.DeepEqual(before, t.status) {
		return ""
	}
	return t.tell(t.status)
}

var waitWords = map[waitKind]projection.Waiting{
	waitPause: projection.ForEnter, waitAsk: projection.ForVote, waitInput: projection.ForLine, waitWatch: projection.ForProgram, waitOutline: projection.ForChoice,
	waitEnd: projection.ForLeaving,
}

// tell tells where the lesson is. It is for the moments when the scene waits, or
// is about to go on.
func (m *model) tell() {
	if m.o.Tell == nil || m.head.Total == 0 {
		return
	}
	notice := m.status.change(func(s *projection.Status) {
		s.Waiting, s.Next, s.Stopped = "", time.Time{}, false
		if m.wait != nil {
			s.Waiting = waitWords[m.wait.kind]
		}
		if m.outline != nil {
			s.Waiting = projection.ForChoice
		}
		s.Page = m.window.place(m.pageHeight())
		s.Dark = m.dark
		if p, ok := m.window.(*pages); ok {
			s.Wall, s.Coming = p.words(0), p.words(1)
		}
		s.More = m.window.more(m.pageHeight())
		s.Vote = m.ask.told(s.Waiting == projection.ForVote)
		if m.counted() {
			s.Next, s.Stopped = m.countdown.until, m.countdown.paused
		}
	})
	if notice != "" {
		m.notice = text.French(text.Visible(notice))
	}
}

// told returns what the class was asked, nil where it was not. open: it may
// still vote.
func (a *asking) told(open bool) *projection.Vote {
	if a == nil {
		return nil
	}
	v := projection.Asked(a.question, a.vote, a.answer)
	if v.Phase == vote.Counting && open {
		v.At = a.at
	}
	return v
}
