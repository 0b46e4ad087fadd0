package room

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"testing"

	"labo/lessons/vote"
)

// What a class voted is read again, whether it is open or not, participant by
// participant and round by round; and the class goes on after that as before.
func TestVotesAreReadAgain(t *testing.T) {
	ctx, dir := within(t), t.TempDir()
	if _, err := Reread(ctx, dir, "2nde 4"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of no class: %v", err)
	}
	r := opening(t, dir)
	who := []Identity{NewIdentity(), NewIdentity()}
	var guests []*Guest
	for _, w := range who {
		g, err := Join(ctx, r.Addr(), r.Code(), w)
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		guests = append(guests, g)
	}
	if err := r.Ask(ctx, Ballot{ID: "1-refus-prediction-1", Scene: "1-refus", Question: "Qui répond ?", Options: []string{"Le noyau", "Le serveur"}}); err != nil {
		t.Fatal(err)
	}
	answer := func(round int, options ...int) {
		t.Helper()
		for i, o := range options {
			if err := guests[i].Vote(ctx, "1-refus-prediction-1", round, o); err != nil {
				t.Fatal(err)
			}
		}
	}
	do := func(a vote.Act) {
		t.Helper()
		if err := r.Act(ctx, "1-refus-prediction-1", a); err != nil {
			t.Fatal(err)
		}
	}
	answer(1, 2, 2)
	do(vote.Act{Do: vote.Close, Round: 1, Hands: map[int]int{0: 3}})
	do(vote.Act{Do: vote.Again, Round: 1, Phase: vote.Closed})
	answer(2, 1)
	do(vote.Act{Do: vote.Close, Round: 2})
	do(vote.Act{Do: vote.Measure, Round: 2, Phase: vote.Closed, Right: 1, Note: "deux lignes"})
	holds := func(when string) {
		t.Helper()
		again, err := Reread(ctx, dir, "2nde 4")
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		defer again.Abandon()
		polls := again.Polls()
		if len(polls) != 1 || len(again.Members()) != 2 {
			t.Fatalf("%s: %+v, %d members", when, polls, len(again.Members()))
		}
		p := polls[0]
		if p.By[0][who[0].ID()].Option != 2 || p.By[1][who[0].ID()].Option != 1 || len(p.By[1]) != 1 || p.Right != 1 || p.Note != "deux lignes" {
			t.Errorf("%s: %+v", when, p)
		}
		if !slices.Equal(p.Split(1), vote.Tally{3, 2}) || !slices.Equal(p.Split(2), vote.Tally{1, 0}) {
			t.Errorf("%s: splits %v and %v", when, p.Split(1), p.Split(2))
		}
	}
	holds("open")
	if err := guests[1].Word(ctx, "x", 1, "y"); !errors.Is(err, ErrClosed) {
		t.Errorf("the class does not answer any more: %v", err)
	}
	if err := r.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	holds("closed")
	if again := opening(t, dir); again.Code() != r.Code() || again.Addr() != r.Addr() {
		t.Error("the class is another")
	} else if err := again.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
