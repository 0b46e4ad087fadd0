package page_test

import (
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"labo/lessons/film"
	"labo/lessons/scene"
	"labo/lessons/stage/page"
	"labo/lessons/stage/tape"
)

// Machines that change their vote without end do not fill a disk: the film says
// once that it stops, and still has how the vote ended.
func TestAFilmOfVotesIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "votes.film")
	begun := time.Now()
	w, err := film.Create(path, film.Head{At: begun, Title: "Essai"}, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	p := page.New(nil)
	var counted atomic.Int32
	p.Class, p.Told = true, func(r film.Record) { counted.Add(1); w.Write(r) }
	on := tape.New(tape.Options{Stage: p.Desk(), To: []func(film.Record){p.See, w.Write}, Begun: begun})
	on.Begin(scene.Head{Step: 1, Total: 1, ID: "x", Title: "x"})
	asked := make(chan scene.Choice)
	q := question()
	q.Part = "combien"
	go func() {
		choice, err := on.Ask(t.Context(), q)
		_ = err // it is quit
		asked <- choice
	}()
	const more = 50
	for counted.Load() == 0 { // until the question is asked
		p.Counted("machines", "combien", 1, []int{1, 0}, 9)
		time.Sleep(time.Millisecond)
	}
	for i := range film.MaxVotes + more {
		p.Counted("machines", "combien", 1, []int{i % 5, 4}, 9)
	}
	p.Counted("machines", "combien", 1, []int{2, 7}, 9)
	p.Quit()
	<-asked
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := film.Open(path)
	if err != nil || f.Lost > 0 || f.Cut {
		t.Fatalf("%v, %d lost", err, f.Lost)
	}
	votes, limits := 0, 0
	var last film.Record
	for _, r := range f.Records {
		switch r.Kind {
		case film.Vote:
			votes++
			last = r
		case film.Limit:
			limits++
		}
	}
	if votes != film.MaxVotes+1 || limits != 1 {
		t.Errorf("%d votes and %d limits in the film", votes, limits)
	}
	if got := last.Ballot.Rounds[0]; !slices.Equal(got, []int{2, 7}) {
		t.Errorf("in the film the vote ended with %v", got)
	}
}
