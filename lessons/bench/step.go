package bench

import (
	"context"
	"fmt"
	"slices"

	"labo/lessons/prose"
	"labo/lessons/scene"
)

// Step is one part of the sheet.
type Step struct {
	Number int
	Scenes []Scene

	Text    *prose.Step // of scenes that are of no step of the sheet; else nil
	Command string      // what is typed to play those; else ""
}

// Scene is the unit of teaching: predict, act, observe, explain. It starts
// from nothing and leaves nothing (no socket, no child, no goroutine), so it
// can be replayed, skipped to, or run alone. Its text is the section of the
// step's prose that bears its ID.
type Scene struct {
	ID  string // stable words: saved progress survives a new release
	Run func(ctx context.Context, b *Bench)
}

// Prose returns the text of the step.
func (s Step) Prose() (*prose.Step, error) {
	if s.Text != nil {
		return s.Text, nil
	}
	return prose.Load(s.Number)
}

// Heads returns the head of each scene, with its title, its place and its time
// from the prose.
func (s Step) Heads() ([]scene.Head, error) {
	text, err := s.Prose()
	if err != nil {
		return nil, err
	}
	all, heads := scene.Heads(s.Number, text), make([]scene.Head, len(s.Scenes))
	for i, sc := range s.Scenes {
		at := slices.IndexFunc(all, func(h scene.Head) bool { return h.ID == sc.ID })
		if at < 0 {
			return nil, fmt.Errorf("step %d: scene %s has no prose", s.Number, sc.ID)
		}
		heads[i] = all[at]
	}
	return heads, nil
}
