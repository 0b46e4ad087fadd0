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

// A class is asked what its projection shows: not what comes on a page that the
// instructor has not turned to yet.
func TestAskedOnceShown(t *testing.T) {
	r, err := room.Open(t.Context(), room.Options{Name: "essai", Addr: netip.MustParseAddrPort("127.0.0.1:0"), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Abandon()
	counts := make(chan Count, 10)
	m := Start(r, func(c Count) { counts <- c }, func(err error) { t.Error(err) })
	defer m.Close()
	s := projection.Status{Head: scene.Head{Step: 1, ID: "ecouter"}, Begun: time.Now(), Waiting: projection.ForVote, More: true,
		Vote: &projection.Vote{Part: "prediction", Question: "Qui ?", Options: []projection.Option{{Text: "a"}, {Text: "b"}},
			By: []map[vote.Source]vote.Tally{{}}, Right: -1}}
	if err := m.follow(t.Context(), s); err != nil || r.Wall().Ballot != nil {
		t.Fatalf("asked before it is shown: %+v, %v", r.Wall().Ballot, err)
	}
	s.More = false
	m.Tell(s)
	select {
	case <-counts:
	case <-time.After(time.Minute):
		t.Fatal("not asked once shown")
	}
	if b := r.Wall().Ballot; b == nil || b.Question != "Qui ?" {
		t.Errorf("on the wall: %+v", b)
	}
}
