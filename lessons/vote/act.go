package vote

import (
	"errors"
	"slices"
	"time"
)

// A vote has one owner, which alone changes it: the projection that asks the
// question, or the room where nothing projects it. Its other views show its
// [State], and send what is asked there as an [Act].

// State is where a vote is, with the hands that were counted: all of it but what
// other sources report.
type State struct {
	Round int       `json:"tour"` // 1 or 2
	Phase Phase     `json:"phase"`
	Hands [][]int   `json:"mains,omitempty"`  // by round and option; -1: not counted
	Shown bool      `json:"montre,omitempty"` // the class may see the first split before the measurement
	Until time.Time `json:"jusqua,omitzero"`  // the end of the discussion
}

// Same reports whether both are one state.
func (s State) Same(o State) bool {
	return s.Round == o.Round && s.Phase == o.Phase && s.Shown == o.Shown && s.Until.Equal(o.Until) && slices.EqualFunc(s.Hands, o.Hands, slices.Equal[[]int])
}

// State returns where the vote is.
func (v *Vote) State() State {
	s := State{Round: v.Round(), Phase: v.phase, Shown: v.shown, Until: v.until}
	any := false
	for _, r := range v.rounds {
		hands := make([]int, v.options)
		for i := range hands {
			hands[i] = -1
			if c := r.by[Hands]; c != nil && c.given[i] {
				hands[i], any = c.votes[i], true
			}
		}
		s.Hands = append(s.Hands, hands)
	}
	if !any {
		s.Hands = nil
	}
	return s
}

// Resume brings the vote to a state that it, or another of as many options, was
// in. What other sources have reported of its rounds stays. What is out of bounds
// is left alone.
func (v *Vote) Resume(s State) {
	rounds := min(max(s.Round, 1), 2)
	for len(v.rounds) < rounds {
		v.open()
	}
	v.rounds = v.rounds[:rounds]
	for k, r := range v.rounds {
		delete(r.by, Hands)
		if k >= len(s.Hands) || len(s.Hands[k]) != v.options {
			continue
		}
		c := &counts{votes: make([]int, v.options), given: make([]bool, v.options)}
		for i, n := range s.Hands[k] {
			if n >= 0 && n <= Max {
				c.votes[i], c.given[i] = n, true
			}
		}
		r.by[Hands] = c
	}
	v.phase, v.shown, v.until = min(s.Phase, Settled), s.Shown, s.Until
}

// Deed is what can be asked of a vote.
type Deed string

const (
	Count   Deed = "mains"     // take the hands of the act
	Close   Deed = "clore"     // and the hands
	Talk    Deed = "discuter"  // and the hands
	Again   Deed = "second"    // open the second vote
	Reopen  Deed = "rouvrir"   // to correct it
	Reveal  Deed = "montrer"   // show the first split to the class
	Measure Deed = "mesure"    // end the vote: the measurement answers
	Pass    Deed = "passer"    // go on without a vote, where nobody has voted
	TakeUp  Deed = "reprendre" // go on from the state of the act
)

// Act is one deed, with what whoever asks for it saw of the vote: on what is no
// more so nothing is done.
type Act struct {
	Do    Deed        `json:"acte"`
	Round int         `json:"tour"`
	Phase Phase       `json:"phase"`
	Hands map[int]int `json:"mains,omitempty"`  // by option, those that were counted anew; -1 takes a count back
	Right int         `json:"juste,omitempty"`  // [Measure], where nothing projects: the option from 1, 0 for none
	Note  string      `json:"mesure,omitempty"` // what was measured
	State State       `json:"etat,omitzero"`    // [TakeUp]
}

// Why nothing is done.
var (
	ErrLate  = errors.New("the vote has changed")
	ErrEmpty = errors.New("nobody has voted")
	ErrDeed  = errors.New("no such deed now")
)

// Do does an act but for [Measure] and [Pass], which are the owner's to do: of
// them it only tells whether the vote is where they may be done.
func (v *Vote) Do(a Act, now time.Time) error {
	if a.Do == TakeUp && v.phase != Settled {
		v.Resume(a.State)
		return nil
	}
	if a.Round != v.Round() || a.Phase != v.phase {
		return ErrLate
	}
	for option, n := range a.Hands {
		if v.phase != Counting || option < 0 || option >= v.options || n < -1 || n > Max {
			return ErrDeed
		}
	}
	for option, n := range a.Hands {
		if n < 0 {
			v.Clear(Hands, option)
		} else {
			v.Set(Hands, option, n)
		}
	}
	done := true
	switch a.Do {
	case Count:
		done = v.phase == Counting
	case Close:
		if done = v.Close(); !done && v.phase == Counting {
			return ErrEmpty
		}
	case Talk:
		done = v.Discuss(now)
	case Again:
		done = v.Again() || v.phase == Closed && v.Discuss(now) && v.Again()
	case Reopen:
		done = v.phase != Counting && v.Reopen()
	case Reveal:
		done = v.Reveal()
	case Measure:
		done = v.phase != Counting
	case Pass:
		done = v.phase == Counting && !v.Any()
	default:
		done = false
	}
	if !done {
		return ErrDeed
	}
	return nil
}
