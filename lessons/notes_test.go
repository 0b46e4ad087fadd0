package lessons

import (
	"fmt"
	"testing"

	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
)

// Every scene has its notes, every prediction what each of its options reveals,
// a hint and a question to ask next, and nothing is said of what is not asked.
// The answer that is expected is the one that was measured when the scene was
// recorded.
func TestEveryPredictionHasItsNotes(t *testing.T) {
	for _, step := range Steps() {
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		notes, err := prose.LoadNotes(step.Number)
		if err != nil {
			t.Fatal(err)
		}
		heads, err := step.Heads()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notes.Scenes {
			if _, ok := text.Section(n.ID); !ok {
				t.Errorf("notes%d.md: %s is no scene", step.Number, n.ID)
			}
		}
		must := 0
		for _, head := range heads {
			sec, _ := text.Section(head.ID)
			note := notes.Scene(head.ID)
			if note == nil {
				t.Errorf("notes%d.md: nothing for %s", step.Number, head.ID)
				continue
			}
			if note.Must {
				must++
			}
			questionsNoted(t, fmt.Sprintf("notes%d.md: %s", step.Number, head.ID), sec, note)
			played, err := recording.Load("stage/screen/testdata", head, sec)
			if err != nil {
				t.Errorf("%v: record it", err)
				continue
			}
			for _, c := range played.Calls {
				if c.Kind != recording.Answer || c.Answer.Right < 0 {
					continue
				}
				q := note.Question(c.Answer.Question.Part)
				if measured := c.Answer.Question.Options[c.Answer.Right].ID; q != nil && q.Expected != "" && q.Expected != measured {
					t.Errorf("notes%d.md: %s, %s expects %q; measured: %q", step.Number, head.ID, q.Part, q.Expected, measured)
				}
			}
		}
		if must == 0 || must == len(heads) {
			t.Errorf("notes%d.md: %d of %d scenes must be played: no choice is left", step.Number, must, len(heads))
		}
	}
}

// questionsNoted holds the notes of a scene against what it asks.
func questionsNoted(t *testing.T, where string, sec *prose.Section, note *prose.Note) {
	for _, q := range note.Questions {
		if p, ok := sec.Part(q.Part); !ok || len(p.Options) == 0 && q.Part != "question" {
			t.Errorf("%s does not ask %q", where, q.Part)
		}
	}
	for _, p := range sec.Parts {
		q := note.Question(p.Name)
		switch {
		case p.Name == "question" && (q == nil || len(q.Blocks) == 0):
			t.Errorf("%s: nothing is said of the open question", where)
		case len(p.Options) == 0:
			continue
		case q == nil:
			t.Errorf("%s: nothing is said of %s", where, p.Name)
			continue
		case len(q.Hint) == 0 || len(q.Follow) == 0:
			t.Errorf("%s: %s has no hint, or nothing to ask next", where, p.Name)
		}
		for _, o := range p.Options {
			if len(q.Reveals(o.ID)) == 0 {
				t.Errorf("%s: %s does not say what %q reveals", where, p.Name, o.ID)
			}
		}
		if q != nil && len(q.Options) != len(p.Options) {
			t.Errorf("%s: %s speaks of %d options, and asks %d", where, p.Name, len(q.Options), len(p.Options))
		}
	}
}
