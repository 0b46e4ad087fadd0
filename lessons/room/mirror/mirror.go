// Package mirror shows a room what a projection asks its class, and the
// projection what the room's participants answer.
package mirror

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"labo/lessons/projection"
	"labo/lessons/room"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// Count is what the participants of a room answered to a question.
type Count struct {
	Part  string // of the scene's text: the question
	Round int    // 1 or 2
	Votes []int  // by option
	Here  int    // participants who are here, -1 while the room is not reached
}

// Mirror is the bond of a projection and a room. [Start] makes one.
type Mirror struct {
	r      *room.Room
	report func(Count)
	fail   func(error)

	mu     sync.Mutex
	status projection.Status
	fresh  chan struct{}
	stop   context.CancelFunc
	done   chan struct{}

	id    string // of the ballot on the wall, "" for none
	begun time.Time
	part  string
	round int
	phase vote.Phase
	shown shown
}

// Start ties a room to a projection until Close. report gets what the
// participants answered, after each change; fail, why the room cannot be told.
func Start(r *room.Room, report func(Count), fail func(error)) *Mirror {
	ctx, stop := context.WithCancel(context.Background())
	m := &Mirror{r: r, report: report, fail: fail, fresh: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go m.run(ctx)
	return m
}

// Tell takes where the projection is. It does not wait.
func (m *Mirror) Tell(s projection.Status) {
	m.mu.Lock()
	m.status = s
	m.mu.Unlock()
	select {
	case m.fresh <- struct{}{}:
	default:
	}
}

// Close leaves the wall without a question.
func (m *Mirror) Close() {
	m.stop()
	<-m.done
	if m.id != "" {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		m.r.Clear(ctx)
	}
}

func (m *Mirror) run(ctx context.Context) {
	defer close(m.done)
	changed, stop := m.r.Watch()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-changed:
			if !open {
				return
			}
			m.counted()
		case <-m.fresh:
			m.mu.Lock()
			s := m.status
			m.mu.Unlock()
			if err := m.follow(ctx, s); err != nil && ctx.Err() == nil {
				m.fail(err)
				m.again(ctx)
			}
		}
	}
}

// again tries once more in a while.
func (m *Mirror) again(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
		select {
		case m.fresh <- struct{}{}:
		default:
		}
	}
}

// follow brings the room to where the projection is.
func (m *Mirror) follow(ctx context.Context, s projection.Status) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	v := s.Vote
	if m.id != "" && (v == nil || !s.Begun.Equal(m.begun) || v.Part != m.part) {
		if err := m.r.Clear(ctx); err != nil {
			return err
		}
		m.id = ""
	}
	if v == nil || len(v.By) == 0 {
		return nil
	}
	if m.id == "" {
		if s.Waiting != projection.ForVote || s.More {
			return nil // what comes before the question is still being read
		}
		if err := m.ask(ctx, s); err != nil {
			return err
		}
	}
	if round := len(v.By); round != m.round || v.Phase != m.phase {
		c, err := m.r.Move(ctx, m.id, round, v.Phase)
		if err != nil {
			return err
		}
		m.round, m.phase = round, v.Phase
		m.tell(c)
	}
	show := hidden
	switch {
	case v.Answered && v.Phase == vote.Settled:
		show = answered
	case v.Phase == vote.Closed && m.round > 1:
		show = split
	}
	if show == m.shown {
		return nil
	}
	var splits [][]int
	if show != hidden {
		for _, t := range v.Rounds() {
			splits = append(splits, t)
		}
	}
	right, note := 0, ""
	if show == answered {
		right, note = v.Right+1, v.Measured
	}
	if err := m.r.Show(ctx, splits, right, note); err != nil {
		return err
	}
	m.shown = show
	return nil
}

// shown is what the class may see of a vote.
type shown uint8

const (
	hidden   shown = iota
	split          // how it voted
	answered       // and what the measurement says
)

// ask puts the question on the wall: the ballot that was left open, where this
// question has one, else a new one.
func (m *Mirror) ask(ctx context.Context, s projection.Status) error {
	b := room.Ballot{Question: s.Vote.Question, Scene: fmt.Sprintf("%d-%s", s.Head.Step, s.Head.ID)}
	for _, o := range s.Vote.Options {
		b.Options = append(b.Options, o.Text)
	}
	base := token(fmt.Sprintf("%d-%s-%s", s.Head.Step, s.Head.ID, s.Vote.Part))
	for n := 1; ; n++ {
		b.ID = fmt.Sprintf("%s-%d", base, n)
		if _, phase, asked := m.r.Stands(b.ID); !asked || phase != vote.Settled {
			break
		}
	}
	if err := m.r.Ask(ctx, b); err != nil {
		return err
	}
	m.id, m.begun, m.part, m.shown = b.ID, s.Begun, s.Vote.Part, hidden
	m.round, m.phase, _ = m.r.Stands(b.ID)
	m.counted()
	return nil
}

// token is a name as a ballot may have it.
func token(s string) string {
	s = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return '-'
	}, strings.ToLower(text.Fold(s)))
	return s[:min(len(s), 56)]
}

// counted reports what is answered to the ballot on the wall, while it is open.
func (m *Mirror) counted() {
	if m.id != "" && m.phase == vote.Counting {
		m.tell(m.r.Counts(m.id, m.round))
	}
}

func (m *Mirror) tell(c room.Counts) {
	here := 0
	if !m.r.Reached() {
		here = -1
	}
	for _, p := range m.r.Members() {
		if p.Here && here >= 0 {
			here++
		}
	}
	m.report(Count{Part: m.part, Round: m.round, Votes: c.Options, Here: here})
}
