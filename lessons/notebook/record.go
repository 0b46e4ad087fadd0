package notebook

import (
	"slices"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
)

// maxTries bounds what is kept of one question: the first answer, which is the
// prediction, and the newest.
const maxTries = 20

// Begun records that a scene opens. What a complete play of it showed is kept
// until it has been played to its end again.
func (s *Session) Begun(h scene.Head) {
	step := s.begin(h)
	step.Last = h.ID
	sc := s.scene
	if sc.Begun.IsZero() {
		sc.Begun = s.run.Begun
	}
	if sc.Run == nil || sc.Run.Ended.IsZero() || sc.Run.Unattended {
		sc.Run = s.run
	}
	s.save()
}

// Unattended records that a scene opens with nobody at the keyboard. What it
// shows is kept where the reader has not played the scene; it changes nothing
// of what the reader has done, nor where to go on.
func (s *Session) Unattended(h scene.Head) {
	s.begin(h)
	s.run.Unattended = true
	if sc := s.scene; sc.Run == nil || sc.Run.Unattended && sc.Run.Ended.IsZero() {
		sc.Run = s.run
	}
	s.save()
}

// begin makes room for a play of a scene.
func (s *Session) begin(h scene.Head) *Step {
	step := s.book.step(h.Step)
	step.Title = h.StepTitle
	sc := step.Scene(h.ID)
	if sc == nil {
		sc = &Scene{ID: h.ID}
		step.Scenes = append(step.Scenes, sc)
	}
	sc.Title = h.Title
	s.scene, s.run = sc, &Run{Begun: moment(s.opt.Now()), Machine: clean(s.opt.Machine)}
	return step
}

// Told records a part of the prose; it is saved with what follows.
func (s *Session) Told(_, part string, blocks []prose.Block) {
	if s.run == nil || len(s.run.Prose) >= maxProse {
		return
	}
	s.changed = true
	s.run.Prose = append(s.run.Prose, Told{At: moment(s.opt.Now()), Part: part, Text: keepQuestion(blocks)})
}

// Happened records an event; it is saved with what follows.
func (s *Session) Happened(_ string, e evidence.Event) {
	if s.run == nil {
		return
	}
	s.changed = true
	if len(s.run.Events) >= maxEvents {
		s.run.LostEvents++
		return
	}
	s.run.Events = append(s.run.Events, keepEvent(e))
}

// Measured records evidence; it is saved with what follows.
func (s *Session) Measured(_ string, e evidence.Evidence) {
	if s.run == nil {
		return
	}
	s.changed = true
	s.run.Evidence = append(s.run.Evidence, keepEvidence(e))
	s.run.bound()
}

// bound drops the oldest evidence of a title that has too many, or of all.
func (r *Run) bound() {
	newest := r.Evidence[len(r.Evidence)-1].Title
	first, same := -1, 0
	for i, e := range r.Evidence {
		if e.Title == newest {
			same++
			if first < 0 {
				first = i
			}
		}
	}
	switch {
	case same > maxSameTitle:
		r.Evidence = slices.Delete(r.Evidence, first, first+1)
		r.LostEvidence++
	case len(r.Evidence) > maxEvidence:
		r.Evidence = slices.Delete(r.Evidence, 0, 1)
		r.LostEvidence++
	}
}

// Answered records a prediction and what was measured, and saves.
func (s *Session) Answered(_, part string, a scene.Answer) {
	if s.scene == nil {
		return
	}
	p := s.scene.prediction(part)
	unasked := s.run.Unattended
	if unasked && slices.ContainsFunc(p.Tries, func(t Try) bool { return !t.Unasked }) {
		return // what the reader was asked stands
	}
	p.Tries = slices.DeleteFunc(p.Tries, func(t Try) bool { return t.Unasked })
	p.Question, p.Options = keepQuestion(a.Question.Blocks), keepOptions(a.Question.Options)
	id := func(i int) *string {
		if i < 0 || i >= len(p.Options) {
			return nil
		}
		return &p.Options[i].ID
	}
	p.Tries = append(p.Tries, Try{
		At: moment(s.opt.Now()), Chosen: id(a.Chosen), Right: id(a.Right), Measured: clean(a.Measured), Unasked: unasked,
	})
	if len(p.Tries) > maxTries { // the first answer stays
		p.Tries = slices.Delete(p.Tries, p.oldest(), p.oldest()+1)
	}
	s.save()
}

// oldest is the index of the try to forget: the oldest one but the first
// answer.
func (p *Prediction) oldest() int {
	if p.Tries[0].Chosen != nil {
		return 1
	}
	return 0
}

// Wrote records an answer in the reader's own words, and saves. An earlier
// answer to the same part is kept beside it, unless it is the same.
func (s *Session) Wrote(_, part string, question []prose.Block, answer string) {
	if s.scene == nil {
		return
	}
	w := s.scene.writing(part)
	w.Question = keepQuestion(question)
	if w.Latest() != answer {
		w.Versions = append(w.Versions, Version{At: moment(s.opt.Now()), Text: answer})
	}
	s.save()
}

// Written returns what the reader wrote last to a part of a scene, "" for
// nothing.
func (s *Session) Written(step int, scene, part string) string {
	sc := s.book.Step(step).Scene(scene)
	if sc == nil {
		return ""
	}
	for _, w := range sc.Writings {
		if w.Part == part {
			return w.Latest()
		}
	}
	return ""
}

// Done records that the scene was played to its end, and saves.
func (s *Session) Done(string) {
	if s.scene == nil {
		return
	}
	now := moment(s.opt.Now())
	s.run.Ended = now
	if s.run.Unattended {
		s.seen(now)
		return
	}
	s.scene.Run = s.run
	s.scene.Plays++
	if s.scene.Done.IsZero() {
		s.scene.Done = now
	}
	s.save()
}

// seen is [Session.Done] with nobody at the keyboard.
func (s *Session) seen(now time.Time) {
	if s.scene.Run.Unattended {
		s.scene.Run = s.run
	}
	if s.scene.Seen.IsZero() {
		s.scene.Seen = now
	}
	s.save()
}
