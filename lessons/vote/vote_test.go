package vote

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Whatever is called in whatever order: no empty vote is closed, nothing changes
// once the measurement was seen, no split is shown while the class may still be
// swayed by it, and there are never more than two rounds.
func TestAVoteKeepsItsRules(t *testing.T) {
	const room Source = "téléphones"
	closed, second, settled := 0, 0, 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		v := New(3)
		var frozen []Tally
		for range 40 {
			before := v.Tallies()
			phase := v.Phase()
			taken := false
			if s := v.State(); phase != Settled {
				if v.Do(Act{Do: Close, Round: 3 - s.Round, Phase: s.Phase, Hands: map[int]int{0: 1}}, time.Now()) == nil || !v.State().Same(s) {
					t.Fatal("something was done to a vote that is no more")
				}
				again := New(3)
				again.Resume(s)
				if !again.State().Same(s) {
					t.Fatalf("%+v is taken up as %+v", s, again.State())
				}
			}
			switch r.IntN(10) {
			case 0, 1, 2:
				taken = v.Set([]Source{Hands, room}[r.IntN(2)], r.IntN(5)-1, r.IntN(40)-2)
			case 3:
				taken = v.Clear(Hands, r.IntN(3))
			case 4:
				if v.Close() {
					closed++
					if before[len(before)-1].Total() == 0 {
						t.Fatal("a vote without votes was closed")
					}
				}
			case 5:
				v.Reopen()
			case 6:
				v.Discuss(time.Now())
			case 7:
				if v.Again() {
					second++
				}
			case 9:
				v.Report(room, r.IntN(4), []int{r.IntN(20) - 1, r.IntN(20), r.IntN(20)})
			case 8:
				if r.IntN(10) == 0 {
					v.Settle()
					settled++
				}
			}
			if taken && phase != Counting {
				t.Fatalf("votes were taken in phase %d", phase)
			}
			if v.Round() > 2 {
				t.Fatalf("%d rounds", v.Round())
			}
			if v.Shown() && v.Phase() != Settled && v.Round() < 2 {
				t.Fatal("the first split is shown before the measurement")
			}
			if v.Phase() == Settled {
				if frozen == nil {
					frozen = v.Tallies()
				}
				if !slices.EqualFunc(frozen, v.Tallies(), slices.Equal[Tally]) {
					t.Fatal("votes changed after the measurement")
				}
			}
		}
	}
	if closed == 0 || second == 0 || settled == 0 {
		t.Errorf("%d closed, %d second votes, %d settled", closed, second, settled)
	}
}

// Sources are added up; what a source says again replaces what it said.
func TestSourcesAreAddedUp(t *testing.T) {
	v := New(2)
	v.Set(Hands, 0, 7)
	v.Set("téléphones", 0, 3)
	v.Set("téléphones", 0, 4)
	v.Set("téléphones", 1, 5)
	if got := v.Tally(); !slices.Equal(got, Tally{11, 5}) {
		t.Errorf("%v", got)
	}
	if v.Missing(Hands) != 1 || v.Missing("téléphones") != -1 || v.Missing("personne") != 0 {
		t.Error("what is missing of whom")
	}
	if by := v.BySource()[0]; len(by) != 2 || by[Hands][0] != 7 || by["téléphones"][1] != 5 {
		t.Errorf("%v", by)
	}
}

func TestAdviceFollowsTheShareOfRightAnswers(t *testing.T) {
	for _, c := range []struct {
		tally    Tally
		expected int
		want     Advice
	}{
		{Tally{34, 66}, 0, Hint}, {Tally{35, 65}, 0, Discuss}, {Tally{70, 30}, 0, Discuss}, {Tally{71, 29}, 0, Explain},
		{Tally{9, 17}, 0, Hint}, // 34.6 %, which is written 35 %
		{Tally{0, 0}, 0, NoAdvice}, {Tally{1, 2}, -1, NoAdvice}, {Tally{1, 2}, 2, NoAdvice}, {Tally{0, 5}, 0, Hint},
	} {
		if got := c.tally.Advise(c.expected); got != c.want {
			t.Errorf("%v, expected %d: %d, want %d", c.tally, c.expected, got, c.want)
		}
	}
}

func TestMostIsNobodyInATie(t *testing.T) {
	for _, c := range []struct {
		tally Tally
		want  int
	}{{Tally{1, 2, 0}, 1}, {Tally{2, 2, 1}, -1}, {Tally{0, 0}, -1}, {Tally{2, 2, 3}, 2}, {Tally{3, 1, 3}, -1}} {
		if got := c.tally.Most(); got != c.want {
			t.Errorf("%v: %d, want %d", c.tally, got, c.want)
		}
	}
}
