package room

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	Show   string     `json:"montre,omitempty"`   // a diagram is shown: whose, for labo alone ([Wall.told])
}

// told is a wall as it is told: not whose diagram it shows.
func (w Wall) told() Wall {
	if w.Show != "" {
		w.Show = "oui"
	}
	return w
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
	Ballot *Ballot   `json:"vote"`
	Asked  time.Time `json:"posee"`
	Standing
	Final map[int]Final `json:"clos,omitempty"` // by round: what was counted when it closed
}

// Standing is where a ballot is.
type Standing struct {
	vote.State
	Owner Owner  `json:"tenu,omitempty"`
	Right int    `json:"juste,omitempty"`  // as [Wall].Right
	Note  string `json:"mesure,omitempty"` // as [Wall].Note
}

// Owner is who has a ballot.
type Owner string

const (
	Desk      Owner = ""       // the room itself
	Projected Owner = "vote"   // a projection asks it
	Measuring Owner = "mesure" // and measures now: the vote is over
)

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
		s = ballotState{Ballot: b.bounded(), Asked: time.Now(), Standing: Standing{State: vote.State{Round: 1}}}
		if err := r.keepBallot(ctx, s); err != nil {
			return err
		}
	}
	return r.publishWall(ctx, func(w *Wall) { *w = r.shows(s) })
}

// shows is a wall with a ballot on it.
func (r *Room) shows(s ballotState) Wall {
	w := Wall{Ballot: s.Ballot, Round: s.Round, Phase: s.Phase, Right: s.Right, Note: s.Note}
	if v := r.Vote(s.Ballot.ID); v.Shown() {
		for _, t := range v.Rounds() {
			w.Splits = append(w.Splits, t)
		}
	}
	return w
}

// Keep keeps where a ballot is, as its owner says, and shows it where it is on
// the wall. Once it is not [vote.Counting], what is counted in its round is exact:
// every vote that was acknowledged, once.
func (r *Room) Keep(ctx context.Context, id string, to Standing) error {
	r.mu.Lock()
	s, asked := r.state.ballots[id]
	r.mu.Unlock()
	if !asked || to.Round < 1 || to.Round > 2 {
		return fmt.Errorf("%w: %q", ErrBallot, id)
	}
	to.Note = Clean(to.Note, maxQuestion)
	s.Standing = to
	s.Final = maps.Clone(s.Final)
	if to.Phase == vote.Counting {
		delete(s.Final, to.Round)
	}
	if err := r.keepBallot(ctx, s); err != nil { // from here on no vote is taken
		return err
	}
	if _, done := s.Final[to.Round]; !done && to.Phase != vote.Counting {
		c := r.Counts(id, to.Round)
		if s.Final == nil {
			s.Final = map[int]Final{}
		}
		s.Final[to.Round] = Final{Options: c.Options, Words: c.Words}
		if err := r.keepBallot(ctx, s); err != nil {
			return err
		}
	}
	w := r.Wall()
	if w.Ballot == nil || w.Ballot.ID != id {
		return nil
	}
	if now := r.shows(s); now.Round == w.Round && now.Phase == w.Phase && now.Right == w.Right && now.Note == w.Note && slices.EqualFunc(now.Splits, w.Splits, slices.Equal[[]int]) {
		return nil // hands, which it does not show
	}
	return r.publishWall(ctx, func(w *Wall) {
		if w.Ballot != nil && w.Ballot.ID == id {
			*w = r.shows(s)
		}
	})
}

// Clear leaves the wall without a question.
func (r *Room) Clear(ctx context.Context) error {
	return r.publishWall(ctx, func(w *Wall) { *w = Wall{} })
}

// Take takes a ballot from the wall, where it is there.
func (r *Room) Take(ctx context.Context, id string) error {
	if b := r.Wall().Ballot; b == nil || b.ID != id {
		return nil
	}
	return r.Clear(ctx)
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
func (r *Room) Stands(id string) (s Standing, asked bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, asked := r.state.ballots[id]
	return b.Standing, asked
}

// lasts is for how long a question that was left unanswered may be taken up again.
const lasts = 3 * time.Hour

// Fresh is the ID under which a question is asked: that of its vote that is not
// over, else of a new one. base is the same for each time that it is asked.
func (r *Room) Fresh(base string, options int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := 1; ; n++ {
		id := fmt.Sprintf("%s-%d", base, n)
		b, asked := r.state.ballots[id]
		if !asked || b.Phase != vote.Settled && len(b.Ballot.Options) == options && time.Since(b.Asked) < lasts {
			return id
		}
	}
}

// Vote is the vote on a ballot, with all that the room has of it: of a word
// question, one option, which every answer is for.
func (r *Room) Vote(id string) *vote.Vote {
	r.mu.Lock()
	s, asked := r.state.ballots[id]
	r.mu.Unlock()
	if !asked {
		return vote.New(1)
	}
	v, now := vote.New(max(len(s.Ballot.Options), 1)), s.State
	now.Phase = vote.Counting
	v.Resume(now)
	for round := 1; round <= s.Round; round++ {
		c := r.Counts(id, round)
		if s.Ballot.Word() {
			c.Options = []int{c.Voters}
		}
		v.Report(Machines, round, c.Options)
	}
	v.Resume(s.State)
	return v
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
	if err := r.keep(ctx, w, "wall"); err != nil {
		return err
	}
	b, err := json.Marshal(w.told())
	if err != nil {
		return err
	}
	return r.nc.Publish(wallOf(r.key), b)
}

func (r *Room) keepBallot(ctx context.Context, s ballotState) error {
	return r.keep(ctx, s, "ballot", s.Ballot.ID)
}

// keep keeps a document of labo's own and returns once this room has read it
// back, and with it all that was kept before. While the server is not there, it
// tries again until ctx is done: what is kept twice is kept once.
func (r *Room) keep(ctx context.Context, v any, token ...string) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
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
