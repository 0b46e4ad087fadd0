package notebook

import (
	"reflect"
	"slices"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/scene"
)

// maxTries bounds what is kept of one question: the first answer, which is the
// prediction, and the newest.
const maxTries = 20

// play is a scene that is being played, or was played last.
type play struct {
	head   scene.Head
	run    *Run
	review uint16 // the port of a review, which keeps answers alone; 0: the scene is played
}

// in returns the scene as n has it, and makes room for it: n may be new, or
// have forgotten it meanwhile.
func (p *play) in(n *Notebook) (*Step, *Scene) {
	step := n.step(p.head.Step)
	step.Title = p.head.StepTitle
	sc := step.Scene(p.head.ID)
	if sc == nil {
		sc = &Scene{ID: p.head.ID}
		step.Scenes = append(step.Scenes, sc)
	}
	sc.Title = p.head.Title
	if p.review != 0 {
		return step, sc
	}
	if sc.Begun.IsZero() && !p.run.Unattended {
		sc.Begun = p.run.Begun
	}
	if sc.Run == nil || sc.Run.Begun.Equal(p.run.Begun) && sc.Run.Unattended == p.run.Unattended { // the same play
		sc.Run = p.run
	}
	return step, sc
}

// Begun records that a scene opens. What a complete play of it showed is kept
// until it has been played to its end again.
func (s *Session) Begun(h scene.Head) {
	p := s.begin(h, false)
	s.record(func(n *Notebook) {
		step, sc := p.in(n)
		step.Last = h.ID
		if sc.Run.Ended.IsZero() || sc.Run.Unattended {
			sc.Run = p.run
		}
	})
}

// Unattended records that a scene opens with nobody at the keyboard. What it
// shows is kept where the reader has not played the scene; it changes nothing
// of what the reader has done, nor where to go on.
func (s *Session) Unattended(h scene.Head) {
	p := s.begin(h, true)
	s.record(func(n *Notebook) {
		if _, sc := p.in(n); sc.Run.Unattended && sc.Run.Ended.IsZero() {
			sc.Run = p.run
		}
	})
}

func (s *Session) begin(h scene.Head, unattended bool) *play {
	s.leave()
	s.play = &play{head: h, run: &Run{Begun: record.Moment(s.opt.Now()), Machine: record.Clean(s.opt.Machine), Unattended: unattended}}
	return s.play
}

// leave keeps what the scene that was played last has shown since the last save.
func (s *Session) leave() {
	if p := s.play; p != nil && s.changed {
		s.pending = append(s.pending, func(n *Notebook) { p.in(n) })
	}
	s.play = nil
}

// Told records a part of the prose; it is saved with what follows.
func (s *Session) Told(_, part string, blocks []prose.Block) {
	if s.play == nil || len(s.play.run.Prose) >= maxProse {
		return
	}
	s.changed = true
	s.play.run.Prose = append(s.play.run.Prose, Told{At: record.Moment(s.opt.Now()), Part: part, Text: keepQuestion(blocks)})
}

// Happened records an event; it is saved with what follows.
func (s *Session) Happened(_ string, e evidence.Event) {
	if s.play == nil {
		return
	}
	s.changed = true
	run := s.play.run
	if len(run.Events) >= maxEvents {
		run.LostEvents++
		return
	}
	run.Events = append(run.Events, record.OfEvent(e))
}

// Measured records evidence; it is saved with what follows.
func (s *Session) Measured(_ string, e evidence.Evidence) {
	if s.play == nil {
		return
	}
	s.changed = true
	run := s.play.run
	run.Evidence = append(run.Evidence, record.OfEvidence(e))
	run.bound()
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
	if s.play == nil {
		return
	}
	play, question, options := s.play, keepQuestion(a.Question.Blocks), keepOptions(a.Question.Options)
	id := func(i int) *string {
		if i < 0 || i >= len(options) {
			return nil
		}
		return &options[i].ID
	}
	try := Try{
		At: record.Moment(s.opt.Now()), Chosen: id(a.Chosen), Sure: a.Sure, Right: id(a.Right), Measured: record.Clean(a.Measured), Left: record.Clean(a.Left),
		Unasked: play.run.Unattended, Review: play.review,
	}
	s.record(func(n *Notebook) {
		_, sc := play.in(n)
		p := sc.prediction(part)
		if try.Unasked && slices.ContainsFunc(p.Tries, func(t Try) bool { return !t.Unasked }) {
			return // what the reader was asked stands
		}
		if try.Review == 0 || len(p.Tries) == 0 {
			p.Question, p.Options = question, options
		} else if !reflect.DeepEqual(p.Question, question) || !reflect.DeepEqual(p.Options, options) {
			try.Question, try.Options = question, options
		}
		p.Tries = append(slices.DeleteFunc(p.Tries, func(t Try) bool { return t.Unasked }), try)
		if len(p.Tries) > maxTries { // the first answer stays
			p.Tries = slices.Delete(p.Tries, p.oldest(), p.oldest()+1)
		}
	})
}

// oldest is the index of the try to forget: the oldest one but the first
// answer.
func (p *Prediction) oldest() int {
	first, _ := p.First()
	if p.Tries[0].At.Equal(first.At) {
		return 1
	}
	return 0
}

// Wrote records an answer in the reader's own words to a question of a scene of
// this step, which is not always the one that is played, and saves; "" is a
// question that was passed. An earlier answer to the same part is kept beside it,
// unless it is the same.
func (s *Session) Wrote(id, part string, question []prose.Block, answer string) {
	if s.play == nil {
		return
	}
	play, asked, now := s.play, keepQuestion(question), record.Moment(s.opt.Now())
	s.record(func(n *Notebook) {
		step, sc := play.in(n)
		if sc.ID != id {
			sc = step.asking(id)
		}
		w := sc.writing(part)
		w.Question = asked
		if w.Latest() != answer {
			w.Versions = append(w.Versions, Version{At: now, Text: answer})
		}
	})
}

// asking returns the scene of that name, whose question is answered in another,
// and makes room for it where it was never begun.
func (s *Step) asking(id string) *Scene {
	if sc := s.Scene(id); sc != nil {
		return sc
	}
	sc := &Scene{ID: id}
	if text, err := prose.Load(s.Number); err == nil {
		if sec, ok := text.Section(id); ok {
			sc.Title = sec.Title
		}
	}
	s.Scenes = append(s.Scenes, sc)
	return sc
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
	if s.play == nil {
		return
	}
	play, now := s.play, record.Moment(s.opt.Now())
	play.run.Ended = now
	s.record(func(n *Notebook) {
		_, sc := play.in(n)
		if play.run.Unattended {
			sc.seen(play.run)
			return
		}
		sc.Run = play.run
		sc.Plays++
		if sc.Done.IsZero() {
			sc.Done = now
		}
	})
}

// seen is the end of a play with nobody at the keyboard.
func (s *Scene) seen(run *Run) {
	if s.Run.Unattended {
		s.Run = run
	}
	if s.Seen.IsZero() {
		s.Seen = run.Ended
	}
}
