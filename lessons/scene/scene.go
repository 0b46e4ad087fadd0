// Package scene holds the words of a scene that outlive it: what a notebook, a
// projection and a class keep of what was asked and answered.
package scene

import "labo/lessons/prose"

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
	Part    string // of the scene's text, by its name; "" where that is not known
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
