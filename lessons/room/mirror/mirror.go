// Package mirror shows a room what a projection asks its class, and the
// projection what the room's participants answer.
package mirror

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"labo/lessons/projection"
	"labo/lessons/room"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// Projection is the owner of the votes that are projected, as its stage has them.
type Projection interface {
	// Counted tells what the machines of the room have answered: the part of the
	// scene's text that asks, the round, the votes by option, participants who are
	// here, [vote.Unheard] or [vote.Elsewhere].
	Counted(source vote.Source, part string, round int, votes []int, here int)
	// Drive does what another view of the vote asks, with the errors of [vote.Vote.Do].
	Drive(part string, a vote.Act) (vote.State, error)
}

// Mirror is the bond of a projection and a room. [Start] makes one.
type Mirror struct {
	r    *room.Room
	on   Projection
	fail func(error)

	mu     sync.Mutex
	status projection.Status
	ended  []projection.Status // how each question was left that the room may not have been told of yet
	fresh  chan struct{}
	stop   context.CancelFunc
	done   chan struct{}

	id     string // of the ballot of the question, "" for none
	begun  time.Time
	part   string
	disown func()
	kept   room.Standing // as the room has it
	sure   bool          // it has: it has said so
	told   [2]told       // by round
}

// told is what the projection was told of a round.
type told struct {
	votes []int
	here  int
}

// Start ties a room to a projection until Close. fail gets why the room cannot be
// told.
func Start(r *room.Room, on Projection, fail func(error)) *Mirror {
	ctx, stop := context.WithCancel(context.Background())
	m := &Mirror{r: r, on: on, fail: fail, fresh: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go m.run(ctx)
	return m
}

// Tell takes where the projection is. It does not wait.
func (m *Mirror) Tell(s projection.Status) {
	m.mu.Lock()
	if was := m.status; was.Vote != nil && (s.Vote == nil || !s.Begun.Equal(was.Begun) || s.Vote.Part != was.Vote.Part) {
		m.ended = append(m.ended, was)
	}
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
		m.leave(ctx)
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
		case <-m.fresh:
		}
		if err := m.catchUp(ctx); err != nil && ctx.Err() == nil {
			m.fail(err)
			m.again(ctx)
		}
	}
}

// catchUp follows the projection through each question that it left.
func (m *Mirror) catchUp(ctx context.Context) error {
	for {
		m.mu.Lock()
		s, left := m.status, len(m.ended) > 0
		if left {
			s = m.ended[0]
		}
		m.mu.Unlock()
		if !left || m.id != "" { // what was never asked is not asked any more
			if err := m.follow(ctx, s); err != nil || !left {
				return err
			}
		}
		m.mu.Lock()
		m.ended = m.ended[1:]
		m.mu.Unlock()
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
		if err := m.leave(ctx); err != nil {
			return err
		}
	}
	if v == nil {
		return nil
	}
	if m.id == "" {
		if s.Waiting != projection.ForVote || s.More { // what comes before the question is still being read
			return nil
		}
		if !m.free(s) {
			m.on.Counted(room.Machines, v.Part, 1, make([]int, len(v.Options)), vote.Elsewhere)
			return nil
		}
		if err := m.ask(ctx, s); err != nil {
			return err
		}
	} else if w := m.r.Wall(); s.Waiting == projection.ForVote && w.Ballot == nil && !w.Over { // what the desk asked is over
		if err := m.r.Ask(ctx, ballot(m.id, s)); err != nil {
			return err
		}
	}
	if err := m.keep(ctx, s); err != nil {
		return err
	}
	m.counted()
	return nil
}

// keep has the room keep where the vote is, or the projection take it up where the
// room has it: it was left there, or was not heard while another had it.
func (m *Mirror) keep(ctx context.Context, s projection.Status) error {
	if now, _ := m.r.Stands(m.id); m.sure && !now.Same(m.kept.State) {
		m.kept = now
		if _, err := m.on.Drive(m.part, vote.Act{Do: vote.TakeUp, State: now.State}); err == nil {
			return nil // it has told where it is now, and comes back here
		}
	}
	v := s.Vote
	to := room.Standing{State: v.State, Owner: room.Projected}
	if s.Waiting != projection.ForVote {
		to.Owner = room.Measuring
	}
	if v.Answered && v.Phase == vote.Settled { // the class has seen it
		to.Right, to.Note = v.Right+1, v.Measured
	}
	if m.sure && to.Same(m.kept.State) && to.Owner == m.kept.Owner && to.Right == m.kept.Right && to.Note == m.kept.Note {
		return nil
	}
	m.kept, m.sure = to, false
	if err := m.r.Keep(ctx, m.id, to); err != nil {
		return err
	}
	m.sure = true
	return nil
}

// free reports whether the wall can be given a question: nothing is asked there, or
// what is asked is over, or was a projection's, or is this question.
func (m *Mirror) free(s projection.Status) bool {
	w := m.r.Wall()
	if w.Over || w.Ballot == nil || w.Phase == vote.Settled || w.Phase == vote.Closed && len(w.Splits) > 0 {
		return !w.Over
	}
	on, _ := m.r.Stands(w.Ballot.ID)
	return on.Owner != room.Desk || strings.HasPrefix(w.Ballot.ID, base(s)+"-")
}

// ask puts the question on the wall: the ballot that was left open, where this
// question has one, else a new one.
func (m *Mirror) ask(ctx context.Context, s projection.Status) error {
	part, b := s.Vote.Part, ballot(m.r.Fresh(base(s), len(s.Vote.Options)), s)
	disown, err := m.r.Own(b.ID, func(a vote.Act) (vote.State, error) { return m.on.Drive(part, a) })
	if err != nil {
		return err
	}
	if err := m.r.Ask(ctx, b); err != nil {
		disown()
		return err
	}
	m.id, m.begun, m.part, m.disown = b.ID, s.Begun, part, disown
	m.kept, m.sure = room.Standing{State: vote.State{Round: 1}}, true // as one that nobody has voted on
	return nil
}

// leave has the room end with the question.
func (m *Mirror) leave(ctx context.Context) error {
	if err := m.r.Take(ctx, m.id); err != nil {
		return err
	}
	m.disown()
	m.id, m.told = "", [2]told{}
	return nil
}

func ballot(id string, s projection.Status) room.Ballot {
	b := room.Ballot{ID: id, Question: s.Vote.Question, Scene: fmt.Sprintf("%d-%s", s.Head.Step, s.Head.ID)}
	for _, o := range s.Vote.Options {
		b.Options = append(b.Options, o.Text)
	}
	return b
}

// base names a question of the lesson, whoever asks it, as a ballot may be named.
func base(s projection.Status) string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return '-'
	}, strings.ToLower(text.Fold(fmt.Sprintf("%d-%s-%s", s.Head.Step, s.Head.ID, s.Vote.Part))))
	return name[:min(len(name), 56)]
}

// counted tells the projection what is answered, where that has changed.
func (m *Mirror) counted() {
	w, here := m.r.Wall(), 0
	for _, p := range m.r.Members() {
		if p.Here {
			here++
		}
	}
	switch {
	case !m.r.Reached():
		here = vote.Unheard
	case w.Ballot == nil || w.Ballot.ID != m.id:
		here = vote.Elsewhere
	}
	if m.kept.Round < 2 {
		m.told[1] = told{}
	}
	for round := 1; round <= m.kept.Round; round++ {
		now := told{m.r.Counts(m.id, round).Options, here}
		if was := &m.told[round-1]; was.votes == nil || was.here != here || !slices.Equal(was.votes, now.votes) {
			*was = now
			m.on.Counted(room.Machines, m.part, round, now.votes, here)
		}
	}
}
