package tape

import (
	"testing"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/film"
	"labo/probe"
)

// What another machine says of its table is told once for each change: where it is
// only older, to who shows it now, and not to a film.
func TestTheOtherTableIsToldAsItChanges(t *testing.T) {
	var f dialogue.Facing
	kept, shown := 0, 0
	counts := func(n *int) func(film.Record) {
		return func(r film.Record) {
			if r.Kind == film.Facing {
				*n++
			}
		}
	}
	live := counts(&shown)
	s := New(Options{Stage: &reader{}, To: []func(film.Record){live, counts(&kept)}, Live: live, Facing: func() dialogue.Facing { return f }})
	told := func(what string, inFilm, onPage int) {
		t.Helper()
		for range 3 {
			s.measured(probe.Update{Snapshot: &probe.Snapshot{}}, probe.RuntimeInfo{})
		}
		if kept != inFilm || shown != onPage {
			t.Errorf("%s: %d in the film and %d on the page, want %d and %d", what, kept, shown, inFilm, onPage)
		}
	}
	f = dialogue.Facing{Name: "loutre 7", When: "à l'instant"}
	told("it came", 1, 1)
	f.Rows = []probe.Socket{{State: probe.Listen}}
	told("it listens", 2, 2)
	f.When = "il y a 2 s"
	s.seen.faced = time.Now().Add(-2 * time.Second)
	told("it is older", 2, 3)
	f.Lost = true
	told("nothing comes", 3, 4)
}
