package projection

import (
	"errors"
	"time"
)

// Follower follows one projection at a time: the one begun last.
type Follower struct {
	State *State // as last told; nil while none is followed
}

// Ended is a projection that is over.
type Ended struct {
	Plays  []Play // all of them, in that order
	State  *State // as last told
	At     time.Time
	Killed bool // its projector was ended by force, or its machine
}

// See takes what is seen now. It returns the projection that is over, nil when
// the followed one goes on or another was begun.
func (f *Follower) See(s Sight) *Ended {
	gone := f.State != nil && find(s.Live, f.State) == nil
	if _, others := errors.AsType[*OtherReleaseError](s.Err); gone && s.Err != nil && !others {
		return nil // it may be what could not be seen
	}
	var ended *Ended
	if gone {
		ended = &Ended{State: f.State, At: s.At, Killed: find(s.Killed, f.State) != nil, Plays: f.State.Plays(s.At)}
	}
	f.State = nil
	if len(s.Live) > 0 {
		f.State = s.Live[0]
	}
	return ended
}

func find(states []*State, like *State) *State {
	for _, s := range states {
		if s.same(like) {
			return s
		}
	}
	return nil
}

// Plays returns the scenes that were played, the present one last, as if it
// ended at that moment.
func (s *State) Plays(now time.Time) []Play {
	plays := append([]Play(nil), s.Past...)
	if s.Begun.IsZero() {
		return plays
	}
	return append(plays, Play{Head: s.Head, Begun: s.Begun, Ended: now})
}
