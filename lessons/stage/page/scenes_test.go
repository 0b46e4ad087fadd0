package page_test

import (
	"testing"
	"time"

	"labo/lessons"
	"labo/lessons/film"
	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
	"labo/lessons/scene"
)

// What the page says of each scene of each step is what the lines say of it: from
// what the scene said and measured when it was recorded, and today's text.
func TestThePageSaysEachSceneAsTheLinesDo(t *testing.T) {
	for _, step := range lessons.Steps() {
		heads, err := step.Heads()
		if err != nil {
			t.Fatal(err)
		}
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		f := &film.Film{Head: film.Head{Format: 1, At: time.Now(), Title: text.Title}}
		var d film.Decoder
		tell := func(r film.Record) {
			r.Micros = int64(len(f.Records)) * 1000
			line, err := film.Line(r)
			if err != nil {
				t.Fatal(err)
			}
			r, ok := d.Decode(line)
			if !ok {
				t.Fatalf("no record: %s", line)
			}
			f.Records = append(f.Records, r)
		}
		for i, h := range heads {
			s, err := recording.Load("../screen/testdata", h, text.Sections[i])
			if err != nil {
				t.Fatal(err)
			}
			retold(h, s, tell)
		}
		t.Run(text.Title, func(t *testing.T) { sameWords(t, f) })
	}
}

// retold tells a film of a scene that was recorded for the screen.
func retold(h scene.Head, s *recording.Scene, tell func(film.Record)) {
	tell(film.OfBegin(h))
	for _, c := range s.Calls {
		for _, c := range append([]recording.Call{c}, c.During...) {
			switch c.Kind {
			case recording.Prose:
				tell(film.OfProse(c.Prose))
			case recording.Event:
				tell(film.OfEvent(*c.Event))
			case recording.Evidence:
				e := *c.Evidence
				e.Checks = nil // as of any film: nothing can still show it
				tell(film.OfEvidence(e))
			case recording.Ask:
				tell(film.OfAsk(*c.Question))
				reply := film.Reply{Chosen: &c.Chosen}
				if c.Chosen < 0 {
					reply = film.Reply{Skipped: true}
				}
				tell(film.Record{Kind: film.Replied, Reply: &reply})
			case recording.Answer:
				tell(film.OfAnswer(*c.Answer))
			case recording.Input:
				tell(film.Record{Kind: film.Input, Prompt: c.Prompt})
				tell(film.Record{Kind: film.Replied, Reply: &film.Reply{Line: &c.Line}})
			case recording.Watch:
				tell(film.Record{Kind: film.Watch, Title: c.Title, Prompt: c.Prompt})
			}
		}
	}
	tell(film.Record{Kind: film.End, Blocks: []prose.Block{}})
}
