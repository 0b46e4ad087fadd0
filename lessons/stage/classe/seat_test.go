package classe

import (
	"testing"
	"time"

	"labo/lessons/room"
	"labo/lessons/vote"
)

// What did not change for a participant is said once; what they just voted is
// shown again.
func TestSeenTellsWhatChanged(t *testing.T) {
	var seen Seen
	view, nobody := View{Width: 80}, func(int) (room.Vote, bool) { return room.Vote{}, false }
	wall := room.Wall{Rev: 1, Ballot: &room.Ballot{ID: "b1", Question: "Pourquoi ?"}, Round: 1, Phase: vote.Counting}
	lines := func() int { return len(seen.Changes(view, wall, nobody, time.Time{})) }
	if lines() == 0 {
		t.Error("a question is not told")
	}
	if wall.Rev++; lines() != 0 {
		t.Error("the same is told twice")
	}
	if wall.Rev, wall.Phase = 3, vote.Closed; lines() == 0 {
		t.Error("the end of a vote is not told")
	}
	if wall.Rev++; lines() != 0 {
		t.Error("the end of a vote is told twice")
	}
	if seen.Voted(); lines() == 0 {
		t.Error("a vote is not shown")
	}
}
