// Package scene holds the words of a scene that outlive it: what a notebook, a
// projection and a class keep of what was asked and answered.
package scene

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"labo/lessons/prose"
	"labo/lessons/text"
)

// Head names a scene: its place in its step and its title.
type Head struct {
	Step      int // 0 where it belongs to none
	StepTitle string
	Index     int // from 0, on the main path
	Total     int // scenes of the main path
	ID        string
	Title     string
	Further   int           // from 1: which of those that go further than the scene Index; 0 on the main path
	Takes     time.Duration // an estimate, for a reader; 0 where there is none
}

// Heads returns the head of each scene of a step, from its text.
func Heads(step int, text *prose.Step) []Head {
	heads := make([]Head, len(text.Sections))
	total, at := len(text.Essential()), Head{Index: -1}
	for i, s := range text.Sections {
		if s.Further {
			at.Further++
		} else {
			at.Index, at.Further = at.Index+1, 0
		}
		heads[i] = Head{
			Step: step, StepTitle: text.Title, Index: at.Index, Further: at.Further, Total: total,
			ID: s.ID, Title: s.Title, Takes: s.Takes(step),
		}
	}
	return heads
}

// Reading is [Head.Takes] in whole minutes, never less than one; 0 where there is
// none. What is said of several scenes is the sum of these.
func (h Head) Reading() int {
	if h.Takes == 0 {
		return 0
	}
	return max(int(math.Round(h.Takes.Minutes())), 1)
}

// ReadingWords say it: "lecture 4 min"; "" where there is no estimate. A class
// takes longer, as its notes say.
func (h Head) ReadingWords() string {
	if h.Takes == 0 {
		return ""
	}
	return fmt.Sprintf("lecture %d%smin", h.Reading(), text.NBSP)
}

// Reading is how long a reader is in scenes of the main path, in whole minutes.
func Reading(heads []Head) (minutes int) {
	for _, h := range heads {
		if h.Further == 0 {
			minutes += h.Reading()
		}
	}
	return minutes
}

// After reports whether h comes later in its step than that.
func (h Head) After(that Head) bool {
	return h.Index > that.Index || h.Index == that.Index && h.Further > that.Further
}

// Place says where the scene is in its step: "scène 3/9", or "plus loin".
func (h Head) Place() string {
	if h.Further > 0 {
		return "plus loin"
	}
	return fmt.Sprintf("scène %d/%d", h.Index+1, h.Total)
}

// Number is how a reader counts the scene: "3", or "+" for one that goes further.
func (h Head) Number() string {
	if h.Further > 0 {
		return "+"
	}
	return strconv.Itoa(h.Index + 1)
}

// Question is a prediction: asked before the act that answers it.
type Question struct {
	Part    string // of the scene's text, by its name; "" where that is not known
	Blocks  []prose.Block
	Options []prose.Option
}

// Choice is what a reader answered before the act: the index of an option, or -1
// where they passed or nobody was there.
type Choice struct {
	Option int
	Sure   bool // they said so
}

// SureWords says that an answer was given without hesitation; "" where that was
// not said.
func SureWords(sure bool) string {
	if sure {
		return ", sans hésiter"
	}
	return ""
}

// Passed is the [Choice] of nobody.
var Passed = Choice{Option: -1}

// Tally counts how predictions fared.
type Tally struct {
	Right, Wrong int
	Sure         int // of the wrong ones, those made without hesitation
	Passed       int
	Open         int // answered, where the measurement fits no option or nothing was measured
}

// Add counts an answer.
func (t *Tally) Add(a Answer) {
	switch {
	case a.Chosen < 0:
		t.Passed++
	case a.Right < 0:
		t.Open++
	case a.Chosen == a.Right:
		t.Right++
	default:
		t.Wrong++
		if a.Sure {
			t.Sure++
		}
	}
}

// Asked is how many predictions are counted.
func (t Tally) Asked() int { return t.Right + t.Wrong + t.Passed + t.Open }

// Answer is the outcome of a [Question]. Chosen and Right are indexes into
// Options; Chosen is -1 where the reader did not answer, Right is -1 where the
// measurement fits none of the options (Measured then says what it was), or
// where nothing that answers could be measured (Left then says why).
type Answer struct {
	Question Question
	Chosen   int
	Sure     bool // of what they chose
	Right    int
	Measured string
	Left     string
}

// Verdict says in a sentence what the measurement says of the answer.
func (a Answer) Verdict() string {
	said, sentence := "", ""
	if a.Right >= 0 {
		said = fmt.Sprintf("%d (%s)", a.Right+1, strings.TrimSpace(prose.Text(a.Question.Options[a.Right].Spans)))
	}
	switch {
	case a.Right < 0:
		sentence = "La mesure ne donne raison à aucune de ces réponses."
	case a.Chosen < 0:
		sentence = "La mesure dit " + said + "."
	case a.Chosen == a.Right:
		sentence = fmt.Sprintf("Vous aviez prédit %d, et la mesure le confirme.", a.Chosen+1)
	default:
		sentence = fmt.Sprintf("Vous aviez prédit %d, la mesure dit %s.", a.Chosen+1, said)
	}
	if a.Measured != "" {
		sentence += " Mesuré : " + text.Visible(a.Measured) + "."
	}
	return sentence
}
