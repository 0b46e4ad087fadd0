// Package scene holds the words of a scene that outlive it: what a notebook, a
// projection and a class keep of what was asked and answered.
package scene

import (
	"fmt"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/text"
)

// Head names a scene: its place in its step and its title.
type Head struct {
	Step      int // 0 where it belongs to none
	StepTitle string
	Index     int // from 0
	Total     int
	ID        string
	Title     string
}

// Question is a prediction: asked before the act that answers it.
type Question struct {
	Blocks  []prose.Block
	Options []prose.Option
}

// Answer is the outcome of a [Question]. Chosen and Right are indexes into
// Options; Chosen is -1 where the reader did not answer, Right is -1 where the
// measurement fits none of the options (Measured then says what it was).
type Answer struct {
	Question Question
	Chosen   int
	Right    int
	Measured string
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
