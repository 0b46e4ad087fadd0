package bench

import (
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
)

// Recorder keeps what happens in the scenes of a step. Its methods are called
// in order, by one goroutine; what a Recorder cannot keep it tells by its own
// means, and the scene goes on.
type Recorder interface {
	// Begun: the scene opens. What follows is of this scene.
	Begun(scene.Head)
	// Unattended is Begun where nobody is at the keyboard (--auto, a pipe).
	Unattended(scene.Head)
	// Told: this part of the prose was shown. A question is told where it is
	// asked; how it was answered comes later (Answered, Wrote), if ever.
	Told(scene, part string, blocks []prose.Block)
	// Happened: this was done, or observed, and shown.
	Happened(scene string, e evidence.Event)
	// Answered: the reader chose an option (index, or -1) where right was measured,
	// or nothing was that answers.
	Answered(scene, part string, a scene.Answer)
	// Wrote: the reader answered a part in their own words; "" where they passed.
	Wrote(scene, part string, question []prose.Block, answer string)
	// Written returns what the reader wrote last to a part, "" for nothing.
	Written(step int, scene, part string) string
	// Measured: this evidence was shown.
	Measured(scene string, e evidence.Evidence)
	// Done: the scene was played to its end. A scene that is left before is
	// never done.
	Done(scene string)
	// Tally counts how the predictions of those scenes of a step fared, as far as
	// that is kept.
	Tally(step int, scenes []string) scene.Tally
}

// recorder is who keeps what happens.
func (p *Player) recorder() Recorder {
	if p.Recorder == nil {
		return noRecord{}
	}
	return p.Recorder
}

// noRecord keeps nothing: before a class.
type noRecord struct{}

func (noRecord) Begun(scene.Head) {}

func (noRecord) Unattended(scene.Head) {}

func (noRecord) Told(string, string, []prose.Block) {}

func (noRecord) Happened(string, evidence.Event) {}

func (noRecord) Answered(string, string, scene.Answer) {}

func (noRecord) Wrote(string, string, []prose.Block, string) {}

func (noRecord) Written(int, string, string) string { return "" }

func (noRecord) Measured(string, evidence.Evidence) {}

func (noRecord) Done(string) {}

func (noRecord) Tally(int, []string) scene.Tally { return scene.Tally{} }
