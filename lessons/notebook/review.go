package notebook

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// A question that was missed or passed comes back every [ReviewDays] days, until
// it was answered right [reviewTwice] times in a row on such days. Spacing over
// days is what helps, and growing gaps help no more than equal ones (Latimier
// 2021). What is answered before its day changes nothing, unless it is wrong.
const (
	ReviewDays  = 3
	reviewTwice = 2
)

// ReviewRule says that rule to the reader.
var ReviewRule = "Une question manquée ou passée revient " + strconv.Itoa(ReviewDays) + " jours plus tard, puis tous les " +
	strconv.Itoa(ReviewDays) + " jours. Deux bonnes réponses de suite, et elle est acquise."

// Due is a question that is to be asked again.
type Due struct {
	Step        int
	Scene, Part string
	On          time.Time // the day it comes back, at its midnight
	Sure        bool      // the reader was sure of what they missed
	Passed      bool      // they have never answered it
	Right       int       // right answers in a row, on its days
}

// Reviews returns the questions to be asked again of the scenes of c, in the
// order to ask them: those that were missed without hesitation first, for they
// correct best and come back soonest, then the others that were missed, then
// those that were passed. Days are those of the time zone in.
func (n *Notebook) Reviews(c Contents, in *time.Location) []Due {
	var all []Due
	for _, step := range c {
		kept := n.Step(step.Number)
		for _, sc := range step.Scenes {
			k := kept.Scene(sc.ID)
			if k == nil {
				continue
			}
			for _, p := range k.Predictions {
				if d, ok := p.due(in); ok {
					d.Step, d.Scene, d.Part = step.Number, sc.ID, p.Part
					all = append(all, d)
				}
			}
		}
	}
	rank := func(d Due) int {
		switch {
		case d.Sure:
			return 0
		case !d.Passed:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b Due) int { return rank(a) - rank(b) })
	return all
}

// due returns when a question comes back, false where it does not.
func (p *Prediction) due(in *time.Location) (d Due, ok bool) {
	answered := false
	for _, t := range p.Tries {
		today := midnight(t.At.In(in))
		early := ok && today.Before(d.On)
		passed := t.Chosen == nil
		if t.Unasked || t.Left != "" || t.Right == nil || passed && (early || answered && !ok) {
			continue // it says nothing of what the reader knows
		}
		answered = answered || !passed
		switch {
		case passed || *t.Chosen != *t.Right:
			d.Right, d.Sure = 0, t.Sure || d.Sure && passed
		case !ok || early:
			continue
		default:
			d.Right++
		}
		d.On, ok = today.AddDate(0, 0, ReviewDays), d.Right < reviewTwice
		if !ok {
			d = Due{}
		}
	}
	d.Passed = !answered
	return d, ok
}

// Due returns the day on which a question comes back, in the time zone of its last
// answer; false where it does not.
func (p *Prediction) Due() (on time.Time, ok bool) {
	d, ok := p.due(p.Tries[len(p.Tries)-1].At.Location())
	return d.On, ok
}

// midnight is the beginning of a day.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Today returns those of all that are to be asked on the day of now, and the
// next day on which others are, zero for none.
func Today(all []Due, now time.Time) (due []Due, next time.Time) {
	for _, d := range all {
		if !d.On.After(now) {
			due = append(due, d)
		} else if next.IsZero() || d.On.Before(next) {
			next = d.On
		}
	}
	return due, next
}

// ReviewAhead says when questions come back, "" where none does.
func ReviewAhead(all []Due, now time.Time) string {
	switch due, next := Today(all, now); {
	case len(due) > 0:
		return text.Plural(len(due), "question") + " à revoir aujourd'hui, en cinq minutes : `labo revoir`"
	case len(all) > 0:
		return text.Plural(len(all), "question") + " à revoir, dès " + When(next, now) + " : `labo revoir`"
	}
	return ""
}

// When says a coming day beside now: "demain", "jeudi 3 décembre".
func When(day, now time.Time) string {
	if midnight(now).AddDate(0, 0, 1).Equal(day) {
		return "demain"
	}
	return text.Weekday(day)
}

// Before says how a question was answered last, to set beside a new answer: "" for
// one that nobody was asked.
func (p *Prediction) Before() string {
	for _, t := range slices.Backward(p.Tries) {
		switch {
		case t.Unasked || t.Left != "":
			continue
		case t.Chosen == nil:
			return "Le " + text.Day(t.At) + ", vous aviez passé cette question."
		}
		a := p.Answer(t)
		return "Le " + text.Day(t.At) + ", vous aviez répondu « " + strings.TrimSpace(quoted(a.Question.Options[a.Chosen].Spans)) + " »" + scene.SureWords(t.Sure) + "."
	}
	return ""
}

// Reviewed counts how often a question was asked again, as far as that is kept.
func (p *Prediction) Reviewed() (n int) {
	for _, t := range p.Tries {
		if t.Review != 0 {
			n++
		}
	}
	return n
}

// Prediction returns what is kept of a question, nil for nothing. A nil Scene
// has none.
func (s *Scene) Prediction(part string) *Prediction {
	if s == nil {
		return nil
	}
	for _, p := range s.Predictions {
		if p.Part == part {
			return p
		}
	}
	return nil
}

// Review is a recorder of `labo revoir`: it keeps the answers, and the port that
// they were measured on. What the scene showed when it was played stays.
type Review struct {
	*Session
	Port uint16 // of the lesson
}

// Begun opens a scene.
func (r Review) Begun(h scene.Head) { r.begin(h, false).review = r.Port }

// Unattended opens a scene in which the reader is asked, and does nothing else.
func (r Review) Unattended(h scene.Head) { r.Begun(h) }

// What follows is kept of the play that the reader was in.
func (Review) Told(string, string, []prose.Block) {}

func (Review) Happened(string, evidence.Event) {}

func (Review) Measured(string, evidence.Evidence) {}

func (Review) Wrote(string, string, []prose.Block, string) {}

func (Review) Done(string) {}
