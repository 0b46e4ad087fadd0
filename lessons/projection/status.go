package projection

import (
	"strings"
	"time"

	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// Status is where a lesson in projection is.
type Status struct {
	Head    scene.Head
	Port    uint16    // the port of the lesson
	Options string    // of the command that projects, to type them again: " --classe A"
	Started time.Time // when the lesson began
	Begun   time.Time // when this scene began
	Waiting Waiting   // "" while the scene acts
	Page    string    // "page 2, à suivre"
	Wall    []string  // the lines of that page
	Coming  []string  // those of the next page of this scene, where it is known
	Dark    bool      // the wall is black: a key brings the page back
	More    bool      // the page is not the last: Enter turns it, whatever is waited for
	Vote    *Vote     // the last question of this scene; nil before the first
	Next    time.Time // with a countdown, when it is over; zero: there is none
	Stopped bool      // the countdown was stopped
}

// Waiting is what a lesson waits for.
type Waiting string

const (
	ForVote    Waiting = "vote"
	ForEnter   Waiting = "pause"
	ForLine    Waiting = "saisie"
	ForProgram Waiting = "attente"
	ForChoice  Waiting = "liste"
	ForLeaving Waiting = "fin" // the step is over: only a key that says so leaves it
)

// Vote is a question as the class was asked it.
type Vote struct {
	Part     string // of the scene's text
	Question string
	Options  []Option
	vote.State
	By       []map[vote.Source]vote.Tally // for each round, the votes that each source reported
	At       int                          // index of the option whose hands are counted, -1 once all are
	Answered bool                         // the measurement has answered
	Right    int                          // index of the option it makes right, -1 for none; once answered
	Measured string
}

// Asked tells of a question and the votes on it; answer is nil until the
// measurement has answered.
func Asked(q scene.Question, v *vote.Vote, answer *scene.Answer) *Vote {
	told := &Vote{Part: q.Part, State: v.State(), By: v.BySource(), At: -1, Right: -1}
	for _, b := range q.Blocks {
		told.Question = strings.TrimSpace(told.Question + " " + prose.Text(b.Spans))
	}
	for _, o := range q.Options {
		told.Options = append(told.Options, Option{ID: o.ID, Text: strings.TrimSpace(prose.Text(o.Spans))})
	}
	if answer != nil {
		told.Answered, told.Right, told.Measured = true, answer.Right, answer.Measured
	}
	return told
}

// Option is one answer that a class could give.
type Option struct{ ID, Text string }

// Rounds are the splits of the rounds in which somebody voted, all sources
// together.
func (v *Vote) Rounds() (all []vote.Tally) {
	for _, by := range v.By {
		sum := make(vote.Tally, len(v.Options))
		for _, t := range by {
			for i := range min(len(t), len(sum)) {
				sum[i] += t[i]
			}
		}
		if sum.Total() > 0 {
			all = append(all, sum)
		}
	}
	return all
}

// clean makes what was read fit to be shown: the file is somebody's.
func (v *Vote) clean() {
	for _, p := range []*string{&v.Part, &v.Question, &v.Measured} {
		*p = text.Visible(*p)
	}
	for i := range v.Options {
		v.Options[i].ID, v.Options[i].Text = text.Visible(v.Options[i].ID), text.Visible(v.Options[i].Text)
	}
	for _, by := range v.By {
		for _, t := range by {
			for i := range t {
				t[i] = max(0, min(t[i], vote.Max))
			}
		}
	}
}
