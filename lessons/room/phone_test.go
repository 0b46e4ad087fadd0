package room

import (
	"net/netip"
	"testing"
)

// A vote wakes the phone that sent it and no other: each would form its page again
// for each vote of the others.
func TestAVoteWakesNoOtherPhone(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	var phones [2]*Guest
	for i := range phones {
		var err error
		if phones[i], err = r.Guest(ctx, netip.MustParseAddr("127.0.0.1"), r.Code(), NewIdentity()); err != nil {
			t.Fatal(err)
		}
		defer phones[i].Close()
	}
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Laquelle ?", Options: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	until(t, phones[1], "the phone is asked", func() bool { return phones[1].Wall().Open() })
	changed, stop := phones[1].Watch()
	defer stop()
	woken := 0
	for i := range 6 {
		option := 1 + i%2
		if err := phones[0].Vote(ctx, "b1", 1, option); err != nil {
			t.Fatal(err)
		}
		if c := r.Counts("b1", 1); c.Voters != 1 || c.Options[option-1] != 1 {
			t.Errorf("a vote that was answered is not counted: %+v", c)
		}
		select {
		case <-changed:
			woken++
		default:
		}
	}
	if woken > 1 { // once may be the question
		t.Errorf("six votes of one phone wake another %d times", woken)
	}
	if err := r.Clear(ctx); err != nil {
		t.Fatal(err)
	}
	until(t, phones[1], "the wall is told to the phone", func() bool { return phones[1].Wall().Ballot == nil })
}
