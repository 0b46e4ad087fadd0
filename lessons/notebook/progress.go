package notebook

import (
	"slices"
	"time"

	"labo/lessons/scene"
)

// Contents are the steps and scenes that the program has, in their order.
type Contents []StepContents

// StepContents is a step of the program.
type StepContents struct {
	Number int
	Title  string
	Scenes []SceneContents
}

// SceneContents is a scene of the program.
type SceneContents struct {
	ID      string
	Title   string
	Further bool // off the main path: it does not count
}

// Essential returns the scenes of the main path.
func (s *StepContents) Essential() []SceneContents {
	return slices.DeleteFunc(slices.Clone(s.Scenes), func(sc SceneContents) bool { return sc.Further })
}

// Progress is how far a reader is in a step. Scenes that the program does not
// have, or that go further than its main path, do not count.
type Progress struct {
	Step  StepContents
	Done  int  // scenes played to their end
	Begun bool // by the reader
	Seen  int  // scenes that only went by with nobody at the keyboard
	// Passed counts the questions that the reader was asked and has never answered.
	Passed int
	// Next is the scene to play: the one that was left before its end, else
	// the first one after it that was never played, else the first of all;
	// nil when all are done.
	Next *SceneContents
}

// Total is the number of scenes of the main path.
func (p *Progress) Total() int { return len(p.Step.Essential()) }

// Complete reports whether every scene is done, and there is one.
func (p *Progress) Complete() bool { return p.Done == p.Total() && p.Done > 0 }

// Progress returns how far the reader is in each step of c.
func (n *Notebook) Progress(c Contents) []Progress {
	out := make([]Progress, len(c))
	for i, s := range c {
		out[i] = n.progress(s)
	}
	return out
}

// Next returns the step to go on with: the one that was played last, unless all
// its scenes are done, else the first that is not complete. ok is false where
// all are.
func (n *Notebook) Next(c Contents) (p Progress, ok bool) {
	var latest time.Time
	for _, q := range n.Progress(c) {
		if q.Next == nil {
			continue
		}
		played := n.Step(q.Step.Number).played()
		if !ok || played.After(latest) {
			p, ok, latest = q, true, played
		}
	}
	return p, ok
}

// played returns when a scene of the step was last begun, as far as that is
// kept; the zero time where none was.
func (s *Step) played() time.Time {
	var last time.Time
	if s == nil {
		return last
	}
	for _, sc := range s.Scenes {
		for _, t := range []time.Time{sc.Begun, sc.Done} {
			if t.After(last) {
				last = t
			}
		}
		if sc.Run != nil && !sc.Run.Unattended && sc.Run.Begun.After(last) {
			last = sc.Run.Begun
		}
	}
	return last
}

// Tally counts how the predictions of some scenes of a step fared: by the answer
// that counts, as everywhere; and the questions that were passed, those to answer
// in writing too.
func (n *Notebook) Tally(step int, scenes []string) (t scene.Tally) {
	for _, id := range scenes {
		sc := n.Step(step).Scene(id)
		if sc == nil {
			continue
		}
		t.Passed += sc.Passed()
		for _, p := range sc.Predictions {
			if try, answered := p.First(); answered {
				t.Add(p.Answer(try))
			}
		}
	}
	return t
}

// unasked reports whether the reader was never asked.
func (p *Prediction) unasked() bool {
	return !slices.ContainsFunc(p.Tries, func(t Try) bool { return !t.Unasked })
}

func (n *Notebook) progress(c StepContents) Progress {
	kept := n.Step(c.Number)
	p := Progress{Step: c}
	last := 0
	scenes := c.Essential()
	for _, sc := range c.Scenes {
		k := kept.Scene(sc.ID)
		p.Begun = p.Begun || k.IsBegun()
		p.Passed += k.Passed()
	}
	for i, sc := range scenes {
		k := kept.Scene(sc.ID)
		switch {
		case k.IsDone():
			p.Done++
		case k.IsSeen():
			p.Seen++
		}
		if kept != nil && kept.Last == sc.ID {
			last = i
		}
	}
	order := slices.Concat(scenes[min(last, len(scenes)):], scenes[:min(last, len(scenes))])
	for i := range order {
		if !kept.Scene(order[i].ID).IsDone() {
			p.Next = &order[i]
			break
		}
	}
	return p
}
