package notebook

import "slices"

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
	ID    string
	Title string
}

// Progress is how far a reader is in a step. Scenes that the program does not
// have do not count.
type Progress struct {
	Step  StepContents
	Done  int // scenes played to their end
	Begun bool
	// Next is the scene to play: the one that was left before its end, else
	// the first one after it that was never played, else the first of all;
	// nil when all are done.
	Next *SceneContents
}

// Total is the number of scenes of the step.
func (p *Progress) Total() int { return len(p.Step.Scenes) }

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

func (n *Notebook) progress(c StepContents) Progress {
	kept := n.Step(c.Number)
	p := Progress{Step: c}
	last := 0
	for i, sc := range c.Scenes {
		k := kept.Scene(sc.ID)
		p.Begun = p.Begun || k != nil
		if k.IsDone() {
			p.Done++
		}
		if kept != nil && kept.Last == sc.ID {
			last = i
		}
	}
	order := slices.Concat(c.Scenes[min(last, len(c.Scenes)):], c.Scenes[:min(last, len(c.Scenes))])
	for i := range order {
		if !kept.Scene(order[i].ID).IsDone() {
			p.Next = &order[i]
			break
		}
	}
	return p
}
