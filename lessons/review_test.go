package lessons

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/lessontest"
	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe/probetest"
)

// answers is a recorder that keeps which questions were answered.
type answers struct {
	*notebook.Session
	parts []string
}

func (a *answers) Answered(_, part string, _ scene.Answer) { a.parts = append(a.parts, part) }

// Any question of any scene can be asked alone, on another port: it is asked and
// nothing else is, what leads to it is said before it, and what is shown after it
// ends with one pause.
func TestAnyQuestionIsAskedAlone(t *testing.T) {
	for _, step := range Steps() {
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range text.Sections {
			for _, part := range section.Parts {
				if len(part.Options) > 0 {
					t.Run(fmt.Sprintf("%d-%s-%s", step.Number, section.ID, part.Name), func(t *testing.T) { askAlone(t, step, section, part) })
				}
			}
		}
	}
}

func askAlone(t *testing.T, step bench.Step, section *prose.Section, part *prose.Part) {
	tape := lessontest.NewTape(io.Discard)
	kept := &answers{Session: notebook.Open(notebook.Options{Getenv: func(string) string { return "" }})}
	over := 0
	player := bench.Player{
		Stage: tape, Port: lessontest.FreePort(t), Self: lessontest.Self(t), Recorder: kept,
		Recap: func() dialogue.LastPage { over++; return dialogue.LastPage{} },
	}
	again := bench.Again{Step: step, Scene: section.ID, Parts: []string{part.Name}, Before: func(string) string { return "Avant." }}
	if err := player.Review(context.Background(), []bench.Again{again}); err != nil {
		t.Fatal(err)
	}
	if over != 1 {
		t.Errorf("the last page was shown %d times", over)
	}
	if len(tape.Asked) == 0 { // this system does not come to it
		if len(kept.parts) > 0 {
			t.Errorf("nothing was asked, and %q was answered", kept.parts)
		}
		probetest.Elsewhere(t, "%s does not ask %s here", section.ID, part.Name)
	}
	if len(tape.Asked) != 1 || len(tape.Asked[0].Options) != len(part.Options) || tape.Asked[0].Options[0].ID != part.Options[0].ID {
		t.Fatalf("asked %+v", tape.Asked)
	}
	if !slices.Equal(kept.parts, []string{part.Name}) || len(tape.Answers) > 1 {
		t.Errorf("answered %q, shown %d times", kept.parts, len(tape.Answers))
	}
	ask := slices.Index(tape.Order, "ask")
	if !slices.Contains(tape.Order[:ask], "prose") {
		t.Errorf("nothing leads to the question: %q", tape.Order)
	}
	after := tape.Order[ask:]
	if n := len(after); after[n-1] != "pause" || slices.Index(after, "pause") != n-1 || !slices.Contains(after, "prose") {
		t.Errorf("what follows the question is %q", after)
	}
}
