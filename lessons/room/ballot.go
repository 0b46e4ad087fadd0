package room

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/nats-io/nats.go"

	"labo/lessons/vote"
)

// Machines is the source under which lessons/vote counts what a room's
// participants answered, beside raised hands.
const Machines vote.Source = "machines"

// Ballot is a question that the wall asks.
type Ballot struct {
	ID       string   `json:"id"`                // a token: a-z, 0-9, - and _, at most 64
	Question string   `json:"question"`          // plain text
	Options  []string `json:"options,omitempty"` // none: the answer is a few words
	Scene    string   `json:"scene,omitempty"`   // the scene that asks, as "2-refus"
}

// Word reports whether it is answered with a few words.
func (b *Ballot) Word() bool { return len(b.Options) == 0 }

func (b *Ballot) bounded() *Ballot {
	c := *b
	c.Question = Clean(c.Question, maxQuestion)
	c.Scene = Clean(c.Scene, maxText)
	c.Options = make([]string, 0, len(b.Options))
	for _, o := range b.Options[:min(len(b.Options), maxOptions)] {
		c.Options = append(c.Options, Clean(o, maxOption))
	}
	return &c
}

// Wall is what the whole class sees.
type Wall struct {
	Rev    uint64     `json:"rev"`    // grows with each change
	Room   string     `json:"classe"` // name of the room
	Ballot *Ballot    `json:"vote,omitempty"`
	Round  int        `json:"tour,omitempty"`     // 1 or 2
	Phase  vote.Phase `json:"phase,omitempty"`    // votes are taken while it is [vote.Counting]
	Splits [][]int    `json:"partages,omitempty"` // by round and option, all sources; nil until the class may see them
	Right  int        `json:"juste,omitempty"`    // 1 is the first option: what the measurement says; 0: not known yet
	Note   string     `json:"mesure,omitempty"`   // what was measured, in a sentence
	Over   bool       `json:"fini,omitempty"`     // the class is over
}

// Open reports whether votes are taken.
func (w Wall) Open() bool { return w.Ballot != nil && w.Phase == vote.Counting && !w.Over }

// Vote is what one participant answered in one round.
type Vote struct {
	Option int       `json:"option,omitempty"` // 1 is the first; 0 where it is a word
	Word   string    `json:"mot,omitempty"`
	At     time.Time `json:"a"`
}

// Counts are the answers of one round, each participant once.
type Counts struct {
	Options []int          // by option
	Words   map[string]int // as written, cleaned; grouping them is the reader's
	Voters  int
}

// ballotState is a ballot as it is kept.
type ballotState struct {
	Ballot *Ballot       `json:"vote"`
	Asked  time.Time     `json:"posee"`
	Round  int           `json:"tour"`
	Phase  vote.Phase    `json:"phase"`
	Final  map[int]Final `json:"clos,omitempty"` // by round: what was counted when it closed
}

// Final is a round as it was counted when it closed.
type Final struct {
	Options []int          `json:"options,omitempty"`
	Words   map[string]int `json:"mots,omitempty"`
}

// ErrBallot: the ballot has no ID that is a token, no question, or one option,
// or more than twelve.
var ErrBallot = errors.New("not a ballot")

// Ask puts a question on the wall, in its first round. A ballot of that ID that
// was asked before goes on as it stands: its votes are kept.
func (r *Room) Ask(ctx context.Context, b Ballot) error {
	if !token(b.ID) || b.Question == "" || len(b.Options) == 1 || len(b.Options) > maxOptions {
		return fmt.Errorf("%w: %q", ErrBallot, b.ID)
	}
	r.mu.Lock()
	s, asked := r.state.ballots[b.ID]
	r.mu.Unlock()
	if !asked {
		s = ballotState{Ballot: b.bounded(), Asked: time.Now(), Round: 1, Phase: vote.Counting}
		if err := r.keepBallot(ctx, s); err != nil {
			return err
		}
	}
	return r.publishWall(ctx, func(w *Wall) { *w = Wall{Ballot: s.Ballot, Round: s.Round, Phase: s.Phase} })
}

// Move brings the ballot on the wall to a round and phase, as [vote.Vote] has
// them. It returns what was answered in that round: exact, once the phase is
// not [vote.Counting]: every vote that was acknowledged is counted, once.
func (r *Room) Move(ctx context.Context, id string, round int, phase vote.Phase) (Counts, error) {
	r.mu.Lock()
	s, asked := r.state.ballots[id]
	r.mu.Unlock()
	if !asked || round < 1 || round > 2 {
		return Counts{}, fmt.Errorf("%w: %q", ErrBallot, id)
	}
	s.Round, s.Phase = round, phase
	s.Final = maps.Clone(s.Final)
	if phase == vote.Counting {
		delete(s.Final, round)
	}
	if err := r.keepBallot(ctx, s); err != nil { // from here on no vote is taken
		return Counts{}, err
	}
	err := r.publishWall(ctx, func(w *Wall) {
		if w.Ballot == nil || w.Ballot.ID != id {
			*w = Wall{Ballot: s.Ballot}
		}
		w.Round, w.Phase = round, phase
	})
	if err != nil || phase == vote.Counting {
		return r.Counts(id, round), err
	}
	if _, done := s.Final[round]; !done {
		c := r.Counts(id, round)
		if s.Final == nil {
			s.Final = map[int]Final{}
		}
		s.Final[round] = Final{Options: c.Options, Words: c.Words}
		err = r.keepBallot(ctx, s)
	}
	return r.Counts(id, round), err
}

// Show tells the class the splits, round by round and all sources together, and
// what the measurement says: right counts from 1, 0 where no option is.
func (r *Room) Show(ctx context.Context, splits [][]int, right int, note string) error {
	return r.publishWall(ctx, func(w *Wall) { w.Splits, w.Right, w.Note = splits, right, Clean(note, maxQuestion) })
}

// Clear leaves the wall without a question.
func (r *Room) Clear(ctx context.Context) error {
	return r.publishWall(ctx, func(w *Wall) { *w = Wall{} })
}

// Wall is what the wall shows now.
func (r *Room) Wall() Wall {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.wall
}

// Counts are what the participants answered in a round; those of the moment
// while it is open.
func (r *Room) Counts(id string, round int) Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, asked := r.state.ballots[id]
	if !asked {
		return Counts{}
	}
	c := Counts{Options: make([]int, len(s.Ballot.Options)), Words: map[string]int{}}
	if f, done := s.Final[round]; done {
		for i := range min(len(f.Options), len(c.Options)) {
			c.Options[i] = f.Options[i]
			c.Voters += f.Options[i]
		}
		for w, n := range f.Words {
			c.Words[w] = n
			c.Voters += n
		}
		return c
	}
	for _, v := range r.state.votes[roundOf{id, round}] {
		if !v.answers(s.Ballot) {
			continue
		}
		c.Voters++
		if v.Word != "" {
			c.Words[v.Word]++
		} else {
			c.Options[v.Option-1]++
		}
	}
	return c
}

// Stands is where a ballot is; asked is false for one that never was.
func (r *Room) Stands(id string) (round int, phase vote.Phase, asked bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, asked := r.state.ballots[id]
	return s.Round, s.Phase, asked
}

// Votes are the votes of a round by participant.
func (r *Room) Votes(id string, round int) map[string]Vote {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.state.votes[roundOf{id, round}])
}

// publishWall changes the wall, keeps it, and tells every guest.
func (r *Room) publishWall(ctx context.Context, change func(*Wall)) error {
	if r.js == nil {
		return nil
	}
	r.wallMu.Lock()
	defer r.wallMu.Unlock()
	w := r.Wall()
	change(&w)
	w.Room, w.Rev = r.name, w.Rev+1
	if rev := r.Wall().Rev + 1; w.Rev < rev {
		w.Rev = rev
	}
	b, err := json.Marshal(w)
	if err != nil {
		return err
	}
	if err := r.keep(ctx, b, "wall"); err != nil {
		return err
	}
	return r.nc.Publish(wallOf(r.key), b)
}

func (r *Room) keepBallot(ctx context.Context, s ballotState) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return r.keep(ctx, b, "ballot", s.Ballot.ID)
}

// keep keeps a document of labo's own and returns once this room has read it
// back, and with it all that was kept before. While the server is not there, it
// tries again until ctx is done: what is kept twice is kept once.
func (r *Room) keep(ctx context.Context, b []byte, token ...string) error {
	for {
		one, cancel := context.WithTimeout(ctx, again)
		ack, err := r.js.Publish(one, r.keeps(token...), b)
		cancel()
		if err == nil {
			return r.until(ctx, ack.Sequence)
		}
		if errors.Is(err, nats.ErrConnectionClosed) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
