package export

import (
	"slices"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
)

// Item is one thing of a scene, in the order in which a reader wants it. One
// of its fields is set.
type Item struct {
	Prose      []prose.Block
	Prediction *Prediction
	Writing    *Writing
	Measure    *measure
	Sequence   bool // here stands the diagram of all the events
}

// measure is an evidence, with its number in its scene.
type measure struct {
	Number int
	evidence.Evidence
}

// told is a part of the prose. It is a question where a prediction or a writing
// has the same part.
type told struct {
	At     time.Time
	Part   string
	Blocks []prose.Block
}

// flow returns what a scene holds as it went: what was explained, each question
// where it was asked, with its answer, and what was measured. The diagram stands
// before the last explanation.
//
// A notebook of an earlier release does not know what was explained: questions
// come first, then the diagram, then what was measured.
func (s *Scene) flow() []Item {
	f := flow{scene: s}
	if len(s.Told) == 0 {
		f.questions()
		f.diagram()
		f.measuresUntil(time.Time{})
		return f.items
	}
	for i, t := range s.Told {
		f.measuresUntil(t.At)
		switch {
		case f.ask(t.Part):
		case len(t.Blocks) > 0:
			f.items = append(f.items, Item{Prose: t.Blocks})
		}
		if i == 0 && len(t.Blocks) > 0 {
			f.opened = len(f.items)
		}
	}
	f.measuresUntil(time.Time{})
	f.questions() // of another time the scene was played
	f.diagram()
	return f.items
}

// flow is [Scene.Flow] being made.
type flow struct {
	scene    *Scene
	items    []Item
	opened   int // items that open the scene
	measured int // evidence that is there already
	asked    []string
}

// ask adds the question of a part, and reports whether there is one.
func (f *flow) ask(part string) bool {
	if slices.Contains(f.asked, part) {
		return true
	}
	for i := range f.scene.Predictions {
		if p := &f.scene.Predictions[i]; p.Part == part {
			f.items, f.asked = append(f.items, Item{Prediction: p}), append(f.asked, part)
			return true
		}
	}
	for i := range f.scene.Writings {
		if w := &f.scene.Writings[i]; w.Part == part {
			f.items, f.asked = append(f.items, Item{Writing: w}), append(f.asked, part)
			return true
		}
	}
	return false
}

// questions adds those that have no place of their own.
func (f *flow) questions() {
	for i := range f.scene.Predictions {
		if p := &f.scene.Predictions[i]; !slices.Contains(f.asked, p.Part) {
			f.items = append(f.items, Item{Prediction: p})
		}
	}
	for i := range f.scene.Writings {
		if w := &f.scene.Writings[i]; !slices.Contains(f.asked, w.Part) {
			f.items = append(f.items, Item{Writing: w})
		}
	}
}

// measuresUntil adds what was measured up to a moment; the zero one is the end.
func (f *flow) measuresUntil(end time.Time) {
	for ; f.measured < len(f.scene.Evidence); f.measured++ {
		e := &f.scene.Evidence[f.measured]
		if !end.IsZero() && e.At.After(end) {
			return
		}
		f.items = append(f.items, Item{Measure: &measure{Number: f.measured + 1, Evidence: *e}})
	}
}

// diagram puts the sequence before the explanation that ends the scene, else
// last.
func (f *flow) diagram() {
	if len(f.scene.Events) == 0 {
		return
	}
	at := len(f.items)
	for at > f.opened && f.items[at-1].Prose != nil {
		at--
	}
	f.items = slices.Insert(f.items, at, Item{Sequence: true})
}
