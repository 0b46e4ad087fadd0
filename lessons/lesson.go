// Package lessons holds what is taught: steps made of scenes, and the player
// that runs them on a stage.
package lessons

import (
	"context"
	"fmt"

	"labo/lessons/prose"
	"labo/lessons/prose/compiled"
	"labo/lessons/stage"
)

// Step is one part of the sheet.
type Step struct {
	Number int
	Scenes []Scene
}

// Scene is the unit of teaching: predict, act, observe, explain. It starts
// from nothing and leaves nothing (no socket, no child, no goroutine), so it
// can be replayed, skipped to, or run alone. Its text is the section of the
// step's prose that bears its ID.
type Scene struct {
	ID  string // stable words: saved progress survives a new release
	Run func(ctx context.Context, b *Bench)
}

// Steps returns the steps of the workbook, in the order of the sheet.
func Steps() []Step {
	return []Step{etape1(), etape2(), etape3(), etape4()}
}

// StepByNumber returns step n.
func StepByNumber(n int) (Step, bool) {
	for _, s := range Steps() {
		if s.Number == n {
			return s, true
		}
	}
	return Step{}, false
}

// Prose returns the text of the step.
func (s Step) Prose() (*prose.Step, error) { return compiled.Load(s.Number) }

// Heads returns the head of each scene of the step.
func (s Step) Heads() ([]stage.Head, error) {
	text, err := s.Prose()
	if err != nil {
		return nil, err
	}
	return s.heads(text)
}

// heads returns the head of each scene, with its title from the prose.
func (s Step) heads(text *prose.Step) ([]stage.Head, error) {
	heads := make([]stage.Head, len(s.Scenes))
	for i, sc := range s.Scenes {
		section, ok := text.Section(sc.ID)
		if !ok {
			return nil, fmt.Errorf("step %d: scene %s has no prose", s.Number, sc.ID)
		}
		heads[i] = stage.Head{
			Step: s.Number, StepTitle: text.Title, Index: i, Total: len(s.Scenes),
			ID: sc.ID, Title: section.Title,
		}
	}
	return heads, nil
}
