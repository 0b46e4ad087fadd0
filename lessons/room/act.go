package room

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go"

	"labo/lessons/vote"
)

// A ballot that a projection asks is the projection's: what another view of it asks
// goes to it, in one message, and it answers with where the vote then is. A ballot
// that no projection has is the room's.

// acted is what the owner of a ballot answers.
type acted struct {
	Error string     `json:"erreur,omitempty"`
	State vote.State `json:"etat"`
}

var deedErrors = map[string]error{"tard": vote.ErrLate, "vide": vote.ErrEmpty, "acte": vote.ErrDeed}

func (r *Room) actsOn(id string) string { return "labo." + r.key + ".acte." + id }

// Own has what is asked of a ballot done by its owner, until stop. do is called from
// another goroutine.
func (r *Room) Own(id string, do func(vote.Act) (vote.State, error)) (stop func(), err error) {
	s, err := r.nc.Subscribe(r.actsOn(id), func(m *nats.Msg) {
		var a vote.Act
		answer := acted{Error: "acte"}
		if json.Unmarshal(m.Data, &a) == nil {
			state, err := do(a)
			answer = acted{State: state}
			for word, known := range deedErrors {
				if errors.Is(err, known) {
					answer.Error = word
				}
			}
		}
		if b, err := json.Marshal(answer); err == nil {
			m.Respond(b)
		}
	})
	if err != nil {
		return nil, err
	}
	return func() { s.Unsubscribe() }, r.nc.FlushTimeout(again)
}

// Act asks something of a ballot: of the projection that has it, else of the room.
// The error is [vote.ErrLate], [vote.ErrEmpty], [vote.ErrDeed], or that of NATS.
func (r *Room) Act(ctx context.Context, id string, a vote.Act) error {
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	m, err := r.nc.RequestWithContext(ctx, r.actsOn(id), b)
	if errors.Is(err, nats.ErrNoResponders) {
		return r.actHere(ctx, id, a)
	}
	if err != nil {
		return err
	}
	var answer acted
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return err
	}
	if answer.Error != "" {
		return deedErrors[answer.Error]
	}
	r.soon(func() bool { // the page that asked shows it
		s, _ := r.Stands(id)
		return s.Same(answer.State) || s.Owner == Measuring
	})
	return nil
}

// actHere does an act on a ballot that no projection has.
func (r *Room) actHere(ctx context.Context, id string, a vote.Act) error {
	r.actMu.Lock()
	defer r.actMu.Unlock()
	s, asked := r.Stands(id)
	if !asked {
		return vote.ErrLate
	}
	v := r.Vote(id)
	if err := v.Do(a, time.Now()); err != nil {
		return err
	}
	switch a.Do {
	case vote.Measure:
		v.Settle()
		s.Right, s.Note = a.Right, a.Note
	case vote.Pass:
		return r.Take(ctx, id)
	}
	s.State, s.Owner = v.State(), Desk
	return r.Keep(ctx, id, s)
}
