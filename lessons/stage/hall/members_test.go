package hall

import (
	"strings"
	"testing"
	"time"

	"labo/lessons/room"
	"labo/lessons/vote"
)

// The desk says who is stuck where they are here, in a scene that is not over, for
// more than five minutes; and counts a check once for each whose program fails it.
func TestTheDeskSaysWhoIsStuck(t *testing.T) {
	now := time.Now()
	in := func(here, done bool, ago time.Duration) room.Member {
		return room.Member{ID: "x", Pseudonym: "<i>", Here: here, Where: room.Where{Step: 1, Scene: "refus", Since: now.Add(-ago), Done: done}}
	}
	for _, c := range []struct {
		m    room.Member
		want bool
	}{{in(true, false, 6*time.Minute), true}, {in(true, false, 4*time.Minute), false}, {in(true, true, time.Hour), false}, {in(false, false, time.Hour), false}, {room.Member{Here: true}, false}} {
		row := (&Desk{}).member(c.m, now).String()
		if strings.Contains(row, "plus de 5 minutes") != c.want || strings.Contains(row, "<i>") {
			t.Errorf("%+v: %s", c.m, row)
		}
	}
	fails := func(ids ...string) room.Member {
		v := &room.Verdict{}
		for _, id := range ids {
			v.Failed = append(v.Failed, room.Failure{Check: id, Why: "<b>"})
		}
		return room.Member{Verdict: v}
	}
	words := missed([]room.Member{fails("ferme", "message"), fails("ferme"), fails(), {}}).String()
	if !strings.Contains(words, "2 sur 3") || strings.Contains(words, "message") {
		t.Errorf("missed: %s", words)
	}
}

// What the wall counts is what it shows: the hands that were counted, wherever they
// were, are in its split.
func TestTheWallCountsWhatItShows(t *testing.T) {
	c, ctx := aClass(t), soon(t)
	if err := c.Ask(ctx, room.Ballot{ID: "b1", Question: "Qui ?", Options: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	for _, a := range []vote.Act{{Do: vote.Close, Round: 1, Hands: map[int]int{0: 15, 1: 6}}, {Do: vote.Reveal, Round: 1, Phase: vote.Closed}} {
		if wall := c.desk.wall().String(); strings.Contains(wall, "meter") {
			t.Error(wall)
		}
		if err := c.Act(ctx, "b1", a); err != nil {
			t.Fatal(err)
		}
	}
	if wall := c.desk.wall().String(); !strings.Contains(wall, "21\u00a0votes") || !strings.Contains(wall, "71\u00a0%") {
		t.Error(wall)
	}
}

// The wall shows no address that this machine has no longer, nor a square that leads there.
func TestTheWallShowsNoAddressThatIsGone(t *testing.T) {
	c := aClass(t)
	stands := func(what string, here bool) {
		t.Helper()
		shown := c.desk.wall().String()
		if got := strings.Contains(shown, "labo rejoindre") || strings.Contains(shown, c.phones.Address()) || strings.Contains(shown, "<svg"); got != here {
			t.Errorf("%s: shown %v", what, got)
		}
		if got := strings.Contains(shown, "plus à cette machine"); got == here {
			t.Errorf("%s: said to be gone: %v", what, got)
		}
	}
	stands("before", true)
	c.desk.own = func() ([]room.Address, error) { return nil, nil }
	stands("gone", false)
	if err := c.Ask(soon(t), room.Ballot{ID: "q", Question: "Alors ?", Options: []string{"oui", "non"}}); err != nil {
		t.Fatal(err)
	}
	stands("gone, with a question", false)
	c.desk.own = room.Addresses
	stands("back, with a question", true)
}
