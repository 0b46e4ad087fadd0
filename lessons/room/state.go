package room

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
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
	if r.nc.ConnectedClusterName() != "" {
		replicas = 3 // one node may be lost
	}
	config := jetstream.StreamConfig{
		Name: streamOf(r.key), Subjects: []string{r.keeps(">")}, Storage: jetstream.FileStorage, Replicas: replicas,
		MaxMsgsPerSubject: 1, MaxMsgSize: r.limits.Payload + 4096, Discard: jetstream.DiscardNew,
		MaxBytes: int64(r.limits.Participants) * int64(maxKeptOf+2*r.limits.Document), // a document is kept in base64
	}
	var last uint64
	err := r.insist(ctx, func(ctx context.Context) error {
		s, err := r.js.CreateOrUpdateStream(ctx, config)
		if err == nil {
			last = s.CachedInfo().State.LastSeq
		}
		return err
	})
	if err == nil {
		err = r.insist(ctx, func(ctx context.Context) error { return r.enrol(ctx, replicas) })
	}
	if err == nil {
		err = r.insist(ctx, func(ctx context.Context) error { return r.read(ctx, 0) })
	}
	if err != nil {
		return err
	}
	return r.untilLast(ctx, last)
}

// The rooms of one NATS, by the key of their code.
const (
	roomsStream  = "LABO_CLASSES"
	roomsSubject = "labo.classes."
)

// enrol makes the room known to the labo of the other rooms.
func (r *Room) enrol(ctx context.Context, replicas int) error {
	_, err := r.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: roomsStream, Subjects: []string{roomsSubject + "*"},
		Storage: jetstream.FileStorage, Replicas: replicas, MaxMsgsPerSubject: 1, MaxMsgSize: 1024, MaxBytes: 1 << 20})
	if err == nil {
		_, err = r.js.Publish(ctx, roomsSubject+r.key, nil)
	}
	return err
}

// has reports whether a room has that code: this one, or another of the same NATS.
func (r *Room) has(code string) bool {
	if Capitals(code) == r.code {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), again)
	defer cancel()
	s, err := r.js.Stream(ctx, roomsStream)
	if err != nil {
		return false
	}
	_, err = s.GetLastMsgForSubject(ctx, roomsSubject+keyOf(code))
	return err == nil
}

// maxKeptOf bounds what is kept for each participant beside its document, all its
// votes together, in bytes.
const maxKeptOf = 256 << 10

// insist tries until it is done, or ctx is, or the server has said no: a cluster
// that has just lost a node, or begins, says nothing for a while.
func (r *Room) insist(ctx context.Context, try func(context.Context) error) error {
	for {
		one, cancel := context.WithTimeout(ctx, 2*again)
		err := try(one)
		cancel()
		no, said := errors.AsType[*jetstream.APIError](err)
		switch {
		case err == nil, errors.Is(err, nats.ErrConnectionClosed), said && no.Code < 500:
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// read reads the stream from a sequence on, for ever.
func (r *Room) read(ctx context.Context, from uint64) error {
	config := jetstream.OrderedConsumerConfig{FilterSubjects: r.followed()}
	if from > 0 {
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, from
	}
	c, err := r.js.OrderedConsumer(ctx, streamOf(r.key), config)
	if err != nil {
		return err
	}
	cons, err := c.Consume(func(m jetstream.Msg) {
		meta, err := m.Metadata()
		if err != nil {
			return
		}
		r.mu.Lock()
		if seq := meta.Sequence.Stream; seq > r.state.seq {
			r.state.apply(strings.TrimPrefix(m.Subject(), r.keeps("")), m.Data(), meta.Timestamp)
			r.state.seq = seq
			r.reached()
		}
		w := r.state.wall
		r.mu.Unlock()
		if m.Subject() == r.keeps("wall") {
			r.tellPhones(w.told())
		}
		r.signal.raise()
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	was := r.cons
	r.cons = cons
	r.mu.Unlock()
	if was != nil {
		was.Stop()
	}
	return nil
}

// followed are the subjects that a room reads: not the documents handed in.
func (r *Room) followed() []string {
	return []string{r.keeps("wall"), r.keeps("ballot", "*"), r.keeps("vote", "*", "*", "*"), r.keeps("member", "*"),
		r.keeps("where", "*"), r.keeps("verdict", "*"), r.keeps("rendu", "*"), r.keeps("montre", "*"), r.keeps("mark")}
}

// untilLast is until for a sequence that may be of a message that is not
// followed, or is no more: it keeps a mark of its own, and waits for that.
func (r *Room) untilLast(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	return r.keep(ctx, struct{}{}, "mark")
}

// until waits until the stream was read as far as seq.
func (r *Room) until(ctx context.Context, seq uint64) error {
	read := make(chan struct{})
	r.mu.Lock()
	if r.state.seq >= seq {
		r.mu.Unlock()
		return nil
	}
	if r.stopped {
		r.mu.Unlock()
		return errClosed
	}
	r.awaited[read] = seq
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.awaited, read)
		r.mu.Unlock()
	}()
	stuck := time.NewTicker(stuckAfter)
	defer stuck.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-stuck.C: // a reader may not survive the restart of its server
			one, cancel := context.WithTimeout(ctx, again)
			r.mu.Lock()
			at := r.state.seq
			r.mu.Unlock()
			r.read(one, at+1)
			cancel()
		case <-read:
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.state.seq < seq {
				return errClosed
			}
			return nil
		}
	}
}

// reached tells who waits for it that the stream was read that far, or will not be.
func (r *Room) reached() {
	for read, seq := range r.awaited {
		if r.stopped || seq <= r.state.seq {
			close(read)
			delete(r.awaited, read)
		}
	}
}

// stuckAfter is when what was kept is read by another reader.
const stuckAfter = 3 * time.Second

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
