// Package export turns a notebook into something to read and to hand in: lines
// for a terminal, Markdown, or one HTML file that needs nothing else.
//
// All three come from one [Report], so that they say the same. Everything here
// is pure but for the writer it is given.
package export

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/notebook"
	"labo/lessons/text"
	"labo/probe"
)

// Report is a notebook beside the contents of the program. Its texts are
// French with plain spaces, visible, with `code` between backquotes.
type Report struct {
	Program  string
	Made     time.Time
	Machines []string // what the measurements were made on
	Summary  []string // whole sentences
	Steps    []Step
	Programs []Program // the reader's own, as they were judged last
	Traces   []Trace   // the same, as they were traced last
}

// Step is a step that was begun, or that the program has.
type Step struct {
	Number      int
	Title       string
	Done, Total int // of the scenes that the program has
	Known       bool
	Scenes      []Scene
}

// begun reports whether there is something to show of a scene of the step.
func (s *Step) begun() bool {
	return slices.ContainsFunc(s.Scenes, func(sc Scene) bool { return sc.Begun })
}

// passed counts the questions of the step that were asked and never answered.
func (s *Step) passed() int {
	n := 0
	for _, sc := range s.Scenes {
		n += sc.passed
	}
	return n
}

// todo returns the titles of the scenes that the reader has not begun.
func (s *Step) todo() []string {
	var titles []string
	for _, sc := range s.Scenes {
		switch {
		case sc.Further && !sc.Begun: // nobody has to
		case sc.Seen:
			titles = append(titles, sc.Title+" (vue, sans vous)")
		case !sc.Begun:
			titles = append(titles, sc.Title)
		}
	}
	return titles
}

// Scene is what is known of a scene. One that was not begun has only its title.
type Scene struct {
	Step        int
	Number      int // from 1, on the main path of its step; 0 for one that is not there
	Further     bool
	ID, Title   string
	Begun, Done bool
	Seen        bool   // begun only with nobody at the keyboard
	When        string // "jouée le 22 novembre 2026 à 14:02"
	Told        []told // what was explained and asked
	Predictions []Prediction
	Writings    []Writing
	Events      []evidence.Event
	Evidence    []evidence.Evidence
	Remarks     []string // what was not kept

	states probe.StateSet // of its sockets
	passed int            // questions that the reader was asked and never answered
}

// timeline returns what happened, in its order, with a mark where each
// measurement was made.
func (s *Scene) timeline() []evidence.Event {
	var all []evidence.Event
	s.inOrder(func(e evidence.Event) { all = append(all, e) }, func(i int) {
		e := s.Evidence[i]
		all = append(all, evidence.Event{At: e.At, What: fmt.Sprintf("◇ mesure %d : %s", i+1, e.Title)})
	})
	return all
}

// explanations are the parts of the prose that were told after what they
// explain: between a question and them, something happened or was measured.
func (s *Scene) explanations() []told {
	var all []told
	var asked time.Time
	for _, t := range s.Told {
		switch {
		case s.asks(t.Part):
			asked = t.At
		case asked.IsZero() || len(t.Blocks) == 0:
		case s.saw(asked, t.At):
			all = append(all, t)
		}
	}
	return all
}

// asks reports whether a part of the prose is a question.
func (s *Scene) asks(part string) bool {
	return slices.ContainsFunc(s.Predictions, func(p Prediction) bool { return p.Part == part }) ||
		slices.ContainsFunc(s.Writings, func(w Writing) bool { return w.Part == part })
}

// saw reports whether something happened or was measured in that time.
func (s *Scene) saw(from, to time.Time) bool {
	within := func(at time.Time) bool { return at.After(from) && !at.After(to) }
	return slices.ContainsFunc(s.Events, func(e evidence.Event) bool { return within(e.At) }) ||
		slices.ContainsFunc(s.Evidence, func(e evidence.Evidence) bool { return within(e.At) })
}

// inOrder tells events and evidence (by index), as they came.
func (s *Scene) inOrder(event func(evidence.Event), measured func(int)) {
	events := s.Events
	for i, e := range s.Evidence {
		for len(events) > 0 && !events[0].At.After(e.At) {
			event(events[0])
			events = events[1:]
		}
		measured(i)
	}
	for _, e := range events {
		event(e)
	}
}

// Writing is an answer in the reader's own words.
type Writing struct {
	Part     string // of the scene's prose
	Question []string
	Versions []Version // newest first
}

// Version is a dated text; line feeds are the reader's.
type Version struct {
	When string
	Text string
}

// New returns the report of a notebook. made is when the report is made.
func New(n *notebook.Notebook, contents notebook.Contents, made time.Time) *Report {
	r := &Report{Program: text.Visible(n.Program), Made: made}
	for _, c := range contents {
		r.Steps = append(r.Steps, knownStep(n.Step(c.Number), c))
	}
	for _, s := range n.Steps {
		if !slices.ContainsFunc(contents, func(c notebook.StepContents) bool { return c.Number == s.Number }) {
			step := Step{Number: s.Number, Title: text.Visible(s.Title)}
			for _, sc := range s.Scenes {
				step.Scenes = append(step.Scenes, newScene(s.Number, sc))
			}
			r.Steps = append(r.Steps, step)
		}
	}
	for _, s := range n.Steps {
		for _, sc := range s.Scenes {
			if sc.Run != nil && sc.Run.Machine != "" && !slices.Contains(r.Machines, text.Visible(sc.Run.Machine)) {
				r.Machines = append(r.Machines, text.Visible(sc.Run.Machine))
			}
		}
	}
	for _, j := range n.Judgements {
		r.Programs = append(r.Programs, program(j))
		if j.Machine != "" && !slices.Contains(r.Machines, text.Visible(j.Machine)) {
			r.Machines = append(r.Machines, text.Visible(j.Machine))
		}
	}
	for _, t := range n.Traces {
		r.Traces = append(r.Traces, traced(t))
		if t.Machine != "" && !slices.Contains(r.Machines, text.Visible(t.Machine)) {
			r.Machines = append(r.Machines, text.Visible(t.Machine))
		}
	}
	r.Summary = summary(r, n, contents)
	return r
}

// Keep leaves one step, and nothing of the reader's programs.
func (r *Report) Keep(step int) {
	r.Steps = slices.DeleteFunc(r.Steps, func(s Step) bool { return s.Number != step })
	r.Programs, r.Traces = nil, nil
}

// knownStep returns the scenes of the program in their order, then those that
// only the notebook has.
func knownStep(kept *notebook.Step, c notebook.StepContents) Step {
	s := Step{Number: c.Number, Title: text.Visible(c.Title), Known: true, Total: len(c.Essential())}
	number := 0
	for _, sc := range c.Scenes {
		shown := Scene{Step: c.Number, ID: sc.ID}
		if k := kept.Scene(sc.ID); k != nil {
			shown = newScene(c.Number, k)
		}
		shown.Title, shown.Further = text.Visible(sc.Title), sc.Further
		if !sc.Further {
			number++
			shown.Number = number
			if shown.Done {
				s.Done++
			}
		}
		s.Scenes = append(s.Scenes, shown)
	}
	if kept == nil {
		return s
	}
	for _, k := range kept.Scenes {
		if !slices.ContainsFunc(c.Scenes, func(sc notebook.SceneContents) bool { return sc.ID == k.ID }) {
			s.Scenes = append(s.Scenes, newScene(c.Number, k))
		}
	}
	return s
}

func newScene(step int, k *notebook.Scene) Scene {
	s := Scene{Step: step, ID: text.Visible(k.ID), Title: text.Visible(k.Title), Begun: true, Done: k.IsDone(), Seen: !k.IsBegun() && k.Run != nil && k.Run.Unattended}
	s.passed = k.Passed()
	for _, p := range k.Predictions {
		if len(p.Tries) > 0 {
			s.Predictions = append(s.Predictions, prediction(p))
		}
	}
	for _, w := range k.Writings {
		s.Writings = append(s.Writings, writing(w))
	}
	if k.Run == nil {
		if s.When = "pas encore jouée"; k.IsBegun() {
			s.When = "commencée le " + text.Date(k.Begun)
		}
		return s
	}
	s.When = when(k)
	s.When += notebook.PassedWords(s.passed)
	for _, t := range k.Run.Prose {
		s.Told = append(s.Told, told{t.At, t.Part, notebook.Blocks(t.Text)})
	}
	for i := range k.Run.Events {
		s.Events = append(s.Events, k.Run.Events[i].Shown())
	}
	for i := range k.Run.Evidence {
		e := k.Run.Evidence[i].Shown()
		if e.Sockets != nil {
			for _, row := range e.Sockets.Rows {
				s.states |= probe.NewStateSet(row.State)
			}
		}
		s.Evidence = append(s.Evidence, grouped(e))
	}
	slices.SortStableFunc(s.Evidence, func(a, b evidence.Evidence) int { return a.At.Compare(b.At) })
	if n := k.Run.LostEvidence; n > 0 {
		s.Remarks = append(s.Remarks, "Le cahier ne garde que les mesures les plus récentes de cette scène ("+text.Plural(n, "autre")+" à l'écran).")
	}
	if n := k.Run.LostEvents; n > 0 {
		s.Remarks = append(s.Remarks, "Le cahier ne garde que le début de ce qui s'est passé ("+text.Plural(n, "événement")+" de plus à l'écran).")
	}
	return s
}

// when says when the play that is shown took place.
func when(k *notebook.Scene) string {
	switch {
	case k.Run.Unattended && k.Run.Ended.IsZero():
		return "commencée sans personne au clavier le " + text.Date(k.Run.Begun) + ", pas jouée jusqu'au bout"
	case k.Run.Unattended:
		return "vue le " + text.Date(k.Run.Begun) + ", sans personne au clavier"
	case k.Run.Ended.IsZero():
		return "commencée le " + text.Date(k.Run.Begun) + ", pas jouée jusqu'au bout"
	case k.Plays > 1:
		return "jouée " + strconv.Itoa(k.Plays) + " fois, la dernière le " + text.Date(k.Run.Begun)
	}
	return "jouée le " + text.Date(k.Run.Begun)
}

// passedWriting stands in place of an answer in the reader's own words.
const passedWriting = "Vous avez passé cette question."

func writing(w *notebook.Writing) Writing {
	shown := Writing{Part: w.Part}
	for _, q := range w.Question {
		shown.Question = append(shown.Question, text.Visible(q))
	}
	for _, v := range slices.Backward(w.Versions) {
		shown.Versions = append(shown.Versions, Version{When: text.Date(v.At), Text: visibleLines(v.Text)})
	}
	return shown
}
