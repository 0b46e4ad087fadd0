package mirror

import (
	"net/netip"
	"testing"
	"time"

	"labo/lessons/projection"
	"labo/lessons/room"
	"labo/lessons/scene"
	"labo/lessons/vote"
)

// counts is a projection that hears of votes.
type counts chan []int

func (c counts) Counted(_ vote.Source, _ string, _ int, votes []int, _ int) { c <- votes }
func (c counts) Drive(string, vote.Act) (vote.State, error)                 { return vote.State{}, vote.ErrLate }

// A class is asked what its projection shows: not what comes on a page that the
// instructor has not turned to yet.
func TestAskedOnceShown(t *testing.T) {
	r, err := room.Open(t.Context(), room.Options{Name: "essai", Addr: netip.MustParseAddrPort("127.0.0.1:0"), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Abandon()
	told := make(counts, 100)
	m := Start(r, told, func(err error) { t.Error(err) })
	defer m.Close()
	s := projection.Status{Head: scene.Head{Step: 1, ID: "ecouter"}, Begun: time.Now(), Waiting: projection.ForVote, More: true,
		Vote: &projection.Vote{Part: "prediction", Question: "Qui ?", Options: []projection.Option{{Text: "a"}, {Text: "b"}},
			State: vote.State{Round: 1}, Right: -1}}
	if err := m.follow(t.Context(), s); err != nil || r.Wall().Ballot != nil {
		t.Fatalf("asked before it is shown: %+v, %v", r.Wall().Ballot, err)
	}
	s.More = false
	m.Tell(s)
	select {
	case <-told:
	case <-time.After(time.Minute):
		t.Fatal("not asked once shown")
	}
	if b := r.Wall().Ballot; b == nil || b.Question != "Qui ?" {
		t.Errorf("on the wall: %+v", b)
	}
	// The desk asks something else, then nothing: the question waits, and comes back.
	if err := r.Ask(t.Context(), room.Ballot{ID: "libre", Question: "Et vous ?"}); err != nil {
		t.Fatal(err)
	}
	m.Tell(s)
	if b := r.Wall().Ballot; b == nil || b.ID != "libre" {
		t.Errorf("a projection took the desk's question from the wall: %+v", b)
	}
	if err := r.Take(t.Context(), "libre"); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); r.Wall().Ballot == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the question does not come back to the wall")
		}
	}
}
