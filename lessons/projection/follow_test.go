package projection

import (
	"errors"
	"testing"
	"time"

	"labo/lessons/scene"
)

// at is a projection of a name, begun then, in the scene id.
func at(name string, begun time.Duration, id string) *State {
	zero := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	return &State{name: name, Status: Status{Started: zero.Add(begun), Begun: zero.Add(begun + time.Minute), Head: scene.Head{ID: id}}}
}

func TestAFollowerGoesFromOneProjectionToTheNext(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	one, two := at("1", 0, "a"), at("2", time.Hour, "b")
	again := at("1", 2*time.Hour, "c") // another projection, whose process has the same number
	blind := &BlindError{errors.New("no")}
	var f Follower
	for i, step := range []struct {
		sight  Sight
		shown  *State
		over   *State
		killed bool
	}{
		{sight: Sight{}},
		{sight: Sight{Live: []*State{one}}, shown: one},
		{sight: Sight{Live: []*State{at("1", 0, "b")}}, shown: at("1", 0, "b")},
		{sight: Sight{Live: []*State{two, one}}, shown: two},               // another was begun: the first is not over
		{sight: Sight{Err: blind}, shown: two},                             // nothing is known
		{sight: Sight{Live: []*State{one}}, shown: one, over: two},         // the first goes on
		{sight: Sight{Killed: []*State{one}}, over: one, killed: true},     // kill -9
		{sight: Sight{Killed: []*State{one}}},                              // told once
		{sight: Sight{Live: []*State{again}}, shown: again},                //
		{sight: Sight{Live: []*State{one}}, shown: one, over: again},       // not the same, though of one name
		{sight: Sight{Err: &BlindError{&OtherReleaseError{2}}}, over: one}, // what cannot be read is another
		{sight: Sight{Err: blind}},                                         //
	} {
		step.sight.At = noon
		ended := f.See(step.sight)
		if (step.shown == nil) != (f.State == nil) || step.shown != nil && (!f.State.same(step.shown) || f.State.Head != step.shown.Head) {
			t.Errorf("%d: shown %+v, want %+v", i, f.State, step.shown)
		}
		if (step.over == nil) != (ended == nil) || ended != nil && (!ended.State.same(step.over) || ended.Killed != step.killed || !ended.At.Equal(noon)) {
			t.Errorf("%d: over %+v, want %+v", i, ended, step.over)
		}
		if ended != nil && (len(ended.Plays) != 1 || !ended.Plays[0].Ended.Equal(noon)) {
			t.Errorf("%d: played %+v", i, ended.Plays)
		}
	}
}
