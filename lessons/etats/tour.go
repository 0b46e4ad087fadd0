// Package etats shows the eleven states of TCP, each made for real.
package etats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"labo/lessons/act"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/probe"
)

// Tour shows the eleven states of TCP, each made for real.
type Tour struct {
	Stage  dialogue.Stage
	States []probe.State // which, and in which order
	// Hold keeps each state until the reader goes on; without it, a state is
	// shown and left at once.
	Hold bool
	// HoldDiagram waits for the reader after the diagram of several states.
	HoldDiagram bool
}

// Heads returns the head of each state, in order.
func (t *Tour) Heads() ([]scene.Head, error) {
	words, err := prose.States()
	if err != nil {
		return nil, err
	}
	return t.heads(words)
}

func (t *Tour) heads(words *prose.Step) (heads []scene.Head, err error) {
	for i, state := range t.States {
		section, ok := words.Section(strings.ToLower(state.String()))
		if !ok {
			return nil, fmt.Errorf("no words for %v", state)
		}
		heads = append(heads, scene.Head{StepTitle: words.Title, Index: i, Total: len(t.States), ID: section.ID, Title: section.Title})
	}
	return heads, nil
}

// Run makes and shows each state and, when there are several, the diagram of
// what was reached. It returns the states that were, and the context's error.
// A reader who leaves ends the tour.
func (t *Tour) Run(ctx context.Context) (reached []probe.State, err error) {
	words, err := prose.States()
	if err != nil {
		return nil, err
	}
	heads, err := t.heads(words)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(heads); {
		section, _ := words.Section(heads[i].ID)
		t.Stage.Begin(heads[i])
		made, err := t.show(ctx, t.States[i], section, reached)
		if made && !slices.Contains(reached, t.States[i]) {
			reached = append(reached, t.States[i])
		}
		jump, err := bench.AsJump(err)
		for err == nil && jump != nil && jump.Kind == dialogue.List {
			if jump, err = bench.AsJump(t.Stage.Outline(ctx, heads)); err == nil && jump == nil {
				jump = &dialogue.Jump{Kind: dialogue.Again}
			}
		}
		switch {
		case err != nil:
			return reached, err
		case jump != nil && jump.Kind == dialogue.Quit:
			return reached, nil
		}
		i = bench.Next(heads, i, jump)
	}
	if len(t.States) == 1 {
		return reached, nil
	}
	t.Stage.States(reached)
	if t.HoldDiagram {
		_, err = bench.AsJump(t.Stage.Pause(ctx))
	}
	return reached, err
}

// show makes one state, shows it, and holds it for the reader.
func (t *Tour) show(ctx context.Context, state probe.State, section *prose.Section, reached []probe.State) (made bool, err error) {
	var words []prose.Block // on one page
	for _, name := range []string{"", "recette"} {
		if part, ok := section.Part(name); ok {
			words = append(words, part.Blocks...)
		}
	}
	t.Stage.Prose(words)
	m, err := demo.MakeState(ctx, state)
	if missing, ok := errors.AsType[*demo.NotHereError](err); ok {
		t.Stage.Event(evidence.Event{What: state.String(), Outcome: evidence.Failed, Detail: act.NotHere(missing)})
		return false, nil
	}
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		t.Stage.Event(evidence.Event{What: state.String(), Outcome: evidence.Failed, Detail: "n'a pas pu être fabriqué : " + act.Said(err)})
		return false, nil
	}
	defer m.Close()
	if f, ok := t.Stage.(dialogue.Follower); ok {
		f.Follow(m.Port)
	}
	if state == probe.Closed {
		err = t.showClosed(m, section)
	} else {
		t.showRow(m)
	}
	if err != nil || !t.Hold {
		return true, err
	}
	if m, ok := t.Stage.(dialogue.Moving); ok && m.StatesMove() {
		if !slices.Contains(reached, state) {
			reached = append(slices.Clip(reached), state)
		}
		t.Stage.States(reached)
	}
	return true, t.Stage.Pause(ctx)
}

func (t *Tour) showRow(m *demo.Made) {
	notes := measured.Notes(m.Snapshot)
	if m.State == probe.CloseWait && m.Socket.RecvQueue.Or(0) > 0 {
		notes = append(notes, bench.FinCounts)
	}
	t.Stage.Evidence(evidence.Evidence{
		Title: "Ce que voit le noyau", At: m.Snapshot.TakenAt, Source: m.Snapshot.Source.String(),
		Sockets: &evidence.Table{Rows: m.Snapshot.Sockets},
		Notes:   notes,
		Checks:  measured.Checks(probe.Filter{Ports: []uint16{m.Port}}, measured.Shown{Sockets: m.Snapshot.Sockets}),
	})
}

// showClosed shows the proof of an absence.
func (t *Tour) showClosed(m *demo.Made, section *prose.Section) error {
	proof, ok := section.Part("preuve")
	if !ok {
		return fmt.Errorf("no proof in the words of CLOSED")
	}
	filled, err := proof.Fill(map[string]string{
		"inode": fmt.Sprint(m.Inode), "lignes": text.Plural(len(m.Snapshot.Sockets), "ligne"),
	})
	if err != nil {
		return err
	}
	t.Stage.Prose(filled.Blocks)
	return nil
}
