package bench

import (
	"context"
	"slices"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

// Again is a scene of which some questions are asked again.
type Again struct {
	Step  Step
	Scene string
	Parts []string // the questions
	// Time is which time they are asked again, from 1: it chooses the numbers that
	// they are asked with, see [Anew]. 0: those of the step.
	Time int
	// Before tells of a question, once it is answered, how it was before; it may
	// be nil.
	Before func(part string) string
}

// reviewTitle is in the head of every scene of a review.
const reviewTitle = "Réviser"

// Review plays questions again, each with what leads to it and what answers it:
// the rest of its scene is played, for the kernel must come there, and is not
// shown. It ends and returns as [Player.Play]. Step and Start are not used.
func (p *Player) Review(ctx context.Context, all []Again) error {
	turns := make([]turn, len(all))
	for i, a := range all {
		text, err := a.Step.Prose()
		if err != nil {
			return err
		}
		heads, err := a.Step.Heads()
		if err != nil {
			return err
		}
		at := indexOf(heads, a.Scene)
		if at < 0 {
			return &UnknownSceneError{Step: a.Step.Number, Scene: a.Scene}
		}
		t := turn{kept: heads[at], scene: a.Step.Scenes[at], text: text, again: &all[i]}
		t.section, _ = text.Section(a.Scene)
		t.shown = scene.Head{StepTitle: reviewTitle, Index: i, Total: len(all), ID: a.Scene, Title: t.kept.Title}
		turns[i] = t
	}
	p.Alone = true // the scene plays the reader's part, but for the questions
	return p.play(ctx, turns, 0)
}

// focus is the stage of a scene of which only some questions are asked: what
// leads to one of them is shown with it, then what answers it, to the next
// pause. All else is dropped.
type focus struct {
	dialogue.Stage
	again *Again
	left  []string // questions yet to be asked
	held  []func() // said since the last question
	shown bool     // what is said now belongs to a question that was asked
	open  []string // those of them that are not answered yet
	part  string   // the question that comes, told by the bench
}

func newFocus(s dialogue.Stage, a *Again) *focus {
	return &focus{Stage: s, again: a, left: slices.Clone(a.Parts)}
}

func (f *focus) say(show func()) {
	if f.shown {
		show()
		return
	}
	f.held = append(f.held, show)
}

func (f *focus) Prose(b []prose.Block) { f.say(func() { f.Stage.Prose(b) }) }

func (f *focus) Event(e evidence.Event) { f.say(func() { f.Stage.Event(e) }) }

func (f *focus) States(reached []probe.State) { f.say(func() { f.Stage.States(reached) }) }

func (f *focus) Evidence(e evidence.Evidence) { f.say(func() { f.Stage.Evidence(e) }) }

func (f *focus) Follow(port uint16) {
	if s, ok := f.Stage.(dialogue.Follower); ok {
		s.Follow(port)
	}
}

func (f *focus) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	if err := f.close(ctx); err != nil {
		return scene.Passed, err
	}
	at := slices.Index(f.left, f.part)
	if at < 0 {
		f.held = nil // it led to another question
		return scene.Passed, nil
	}
	f.left = slices.Delete(f.left, at, at+1)
	for _, show := range f.held {
		show()
	}
	f.held, f.shown, f.open = nil, true, append(f.open, f.part)
	return f.Stage.Ask(ctx, q)
}

// answer shows what the measurement says of a question, and reports whether it
// was asked.
func (f *focus) answer(part string, a scene.Answer) bool {
	at := slices.Index(f.open, part)
	if at < 0 {
		return false
	}
	f.open = slices.Delete(f.open, at, at+1)
	if a.Left == "" {
		f.Stage.Answer(a)
	}
	if f.again.Before != nil {
		if before := f.again.Before(part); before != "" {
			f.Stage.Prose([]prose.Block{{Kind: prose.Paragraph, Spans: spans(before)}})
		}
	}
	return true
}

// end is the end of a scene that went to its own: what was asked is read, and
// what was not, said.
func (f *focus) end(ctx context.Context) error {
	if err := f.close(ctx); err != nil || len(f.left) == 0 {
		return err
	}
	what := "La question à revoir n'a pas été posée : la scène n'y est pas venue ici. Elle reste à revoir."
	if len(f.left) > 1 {
		what = "Des questions à revoir n'ont pas été posées : la scène n'y est pas venue ici. Elles restent à revoir."
	}
	f.Stage.Event(evidence.Event{What: what})
	return f.Stage.Pause(ctx)
}

// close ends the questions that were answered, and the scene where no other is
// left.
func (f *focus) close(ctx context.Context) error {
	if !f.shown || len(f.open) > 0 {
		return ctx.Err()
	}
	f.shown = false
	if err := f.Stage.Pause(ctx); err != nil || len(f.left) > 0 {
		return err
	}
	return &dialogue.Jump{Kind: dialogue.Next}
}

// Pause is one for the reader only where they have just read an answer.
func (f *focus) Pause(ctx context.Context) error { return f.close(ctx) }

func (f *focus) Input(context.Context, string) (string, error) { return "", dialogue.ErrSkipped }
