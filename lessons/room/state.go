package room

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"labo/lessons/vote"
)

// state is what a room has read back from JetStream, in the order of the stream.
type state struct {
	seq     uint64 // as far as it was read
	wall    Wall
	ballots map[string]ballotState
	votes   map[roundOf]map[string]Vote // by participant
	members map[string]*Member
}

type roundOf struct {
	ballot string
	round  int
}

func newState() state {
	return state{ballots: map[string]ballotState{}, votes: map[roundOf]map[string]Vote{}, members: map[string]*Member{}}
}

// follow makes the stream where there is none, and reads it: all of it before
// it returns, then for ever.
func (r *Room) follow(ctx context.Context) error {
	replicas := 1
	if r.nc.ConnectedClusterName() != "" && r.srv == nil {
		replicas = r.replicas
	}
	_, err := r.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: streamOf(r.key), Subjects: []string{r.keeps(">")}, Storage: jetstream.FileStorage, Replicas: max(1, replicas),
		MaxMsgsPerSubject: 1, MaxMsgSize: r.limits.Payload + 4096, AllowDirect: true, Discard: jetstream.DiscardNew,
		MaxBytes: int64(r.limits.Participants) * int64(r.limits.Document+64<<10),
	})
	if err != nil {
		return err
	}
	stream, err := r.js.Stream(ctx, streamOf(r.key))
	if err != nil {
		return err
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return err
	}
	c, err := r.js.OrderedConsumer(ctx, streamOf(r.key), jetstream.OrderedConsumerConfig{FilterSubjects: r.followed()})
	if err != nil {
		return err
	}
	r.cons, err = c.Consume(func(m jetstream.Msg) {
		meta, err := m.Metadata()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.state.apply(strings.TrimPrefix(m.Subject(), r.keeps("")), m.Data(), meta.Timestamp)
		r.state.seq = meta.Sequence.Stream
		w := r.state.wall
		r.mu.Unlock()
		r.tellPhones(w)
		r.signal.raise()
	})
	if err != nil {
		return err
	}
	return r.untilLast(ctx, info.State.LastSeq)
}

// followed are the subjects that a room reads: not the documents handed in.
func (r *Room) followed() []string {
	return []string{r.keeps("wall"), r.keeps("ballot", "*"), r.keeps("vote", "*", "*", "*"), r.keeps("member", "*"),
		r.keeps("where", "*"), r.keeps("verdict", "*"), r.keeps("rendu", "*"), r.keeps("mark")}
}

// untilLast is until for a sequence that may be of a message that is not
// followed, or is no more: it keeps a mark of its own, and waits for that.
func (r *Room) untilLast(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	return r.keep(ctx, []byte("{}"), "mark")
}

// until waits until the stream was read as far as seq.
func (r *Room) until(ctx context.Context, seq uint64) error {
	changed, stop := r.Watch()
	defer stop()
	for {
		r.mu.Lock()
		done := r.state.seq >= seq
		r.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, open := <-changed:
			if !open {
				return errClosed
			}
		}
	}
}

var errClosed = errors.New("room closed")

// apply takes one message of the stream; subject is what follows "labo.KEY.k.".
// What is not as labo writes it is left alone.
func (s *state) apply(subject string, data []byte, at time.Time) {
	parts := strings.Split(subject, ".")
	switch {
	case parts[0] == "wall":
		var w Wall
		if json.Unmarshal(data, &w) == nil && w.Rev >= s.wall.Rev {
			s.wall = w
		}
	case parts[0] == "ballot" && len(parts) == 2:
		var b ballotState
		if json.Unmarshal(data, &b) == nil && b.Ballot != nil && b.Ballot.ID == parts[1] {
			s.ballots[parts[1]] = b
		}
	case parts[0] == "vote" && len(parts) == 4:
		s.vote(parts[1], parts[2], parts[3], data)
	case len(parts) == 2:
		s.member(parts[1]).apply(parts[0], data, at)
	}
}

// vote takes a vote. Its ballot may be read later: what is kept again moves to
// the end of the stream.
func (s *state) vote(ballot, round, id string, data []byte) {
	var v Vote
	n, err := strconv.Atoi(round)
	if err != nil || json.Unmarshal(data, &v) != nil {
		return
	}
	key := roundOf{ballot, n}
	if s.votes[key] == nil {
		s.votes[key] = map[string]Vote{}
	}
	if _, closed := s.ballots[ballot].Final[n]; closed && s.votes[key][id] != (Vote{}) {
		return // it came after the count, over one that was in it
	}
	s.votes[key][id] = v
}

// answers reports whether a vote is an answer to the ballot.
func (v Vote) answers(b *Ballot) bool {
	if b.Word() {
		return v.Word != "" && v.Option == 0
	}
	return v.Word == "" && v.Option >= 1 && v.Option <= len(b.Options)
}

func (s *state) member(id string) *Member {
	if s.members[id] == nil {
		s.members[id] = &Member{ID: id}
	}
	return s.members[id]
}

// open is the ballot on the wall, where votes of that round are taken.
func (s *state) open(ballot string, round int) (*Ballot, bool) {
	b, asked := s.ballots[ballot]
	return b.Ballot, asked && b.Round == round && b.Phase == vote.Counting
}

// signal tells whoever watches that something changed.
type signal struct {
	sigMu  sync.Mutex
	subs   map[chan struct{}]bool
	closed bool
}

// Watch returns a channel that gets a value after each change (several changes
// may be one value), and is closed with what is watched. stop ends it.
func (s *signal) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	s.sigMu.Lock()
	defer s.sigMu.Unlock()
	if s.closed {
		close(c)
		return c, func() {}
	}
	if s.subs == nil {
		s.subs = map[chan struct{}]bool{}
	}
	s.subs[c] = true
	return c, func() {
		s.sigMu.Lock()
		defer s.sigMu.Unlock()
		delete(s.subs, c)
	}
}

func (s *signal) raise() {
	s.sigMu.Lock()
	defer s.sigMu.Unlock()
	for c := range s.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (s *signal) close() {
	s.sigMu.Lock()
	defer s.sigMu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	for c := range s.subs {
		close(c)
	}
	s.subs = nil
}
