package notebook

import (
	"strings"
	"testing"

	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
)

var contents3 = Contents{{Number: 1, Title: "Un serveur simple", Scenes: []SceneContents{{ID: "a"}, {ID: "a+", Further: true}, {ID: "b"}, {ID: "c"}}}}

func TestProgressAndWhereToGoOn(t *testing.T) {
	type play struct {
		id   string
		done bool
	}
	for _, tc := range []struct {
		name  string
		plays []play
		done  int
		next  string
	}{
		{"nothing", nil, 0, "a"},
		{"left in the first", []play{{"a", false}}, 0, "a"},
		{"one done", []play{{"a", true}}, 1, "b"},
		{"left in the second", []play{{"a", true}, {"b", false}}, 1, "b"},
		{"skipped one", []play{{"a", true}, {"c", true}}, 2, "b"},
		{"skipped, then left", []play{{"a", false}, {"c", false}}, 0, "c"},
		{"went back", []play{{"a", true}, {"b", true}, {"a", false}}, 2, "c"},
		{"what goes further does not count", []play{{"a", true}, {"a+", true}}, 1, "b"},
		{"left in what goes further", []play{{"a+", false}}, 0, "a"},
		{"all", []play{{"a", true}, {"b", true}, {"c", true}}, 3, ""},
		{"a scene of another release", []play{{"z", true}, {"a", true}, {"y", false}}, 1, "b"},
	} {
		s := open(t, t.TempDir(), &said{})
		for _, p := range tc.plays {
			s.Begun(head(p.id))
			if p.done {
				s.Done(p.id)
			}
		}
		got := s.Notebook().Progress(contents3)[0]
		next := ""
		if got.Next != nil {
			next = got.Next.ID
		}
		if got.Done != tc.done || got.Total() != 3 || next != tc.next || got.Begun != (len(tc.plays) > 0) || got.Complete() != (tc.done == 3) {
			t.Errorf("%s: %d of %d, next %q, begun %v, want %d, next %q", tc.name, got.Done, got.Total(), next, got.Begun, tc.done, tc.next)
		}
	}
}

// A question counts as passed as long as the reader, who was asked it, has never
// answered it.
func TestPassedQuestionsAreCounted(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	q := scene.Question{Options: []prose.Option{{ID: "oui"}, {ID: "non"}}}
	answered := func(part string, chosen int) {
		s.Answered("a", part, scene.Answer{Question: q, Chosen: chosen, Right: 0})
	}
	holds := func(when string, want int) {
		t.Helper()
		for name, n := range map[string]*Notebook{"session": s.Notebook(), "file": open(t, home, &said{}).Notebook()} {
			if got := n.Progress(contents3)[0].Passed; got != want {
				t.Errorf("%s (%s): %d passed, want %d", when, name, got, want)
			}
		}
	}
	s.Unattended(head("a"))
	answered("un", -1)
	s.Done("a")
	holds("nobody was asked", 0)
	s.Begun(head("a"))
	answered("un", -1)
	answered("deux", -1)
	answered("trois", 1)
	s.Wrote("a", "texte", nil, "")
	holds("two passed, and one to write", 3)
	s.Done("a")
	holds("the scene is done", 3)
	if got := s.Tally(1, []string{"a"}).Passed; got != 3 {
		t.Errorf("the last page of the step says %d passed", got)
	}
	s.Begun(head("a"))
	answered("un", 1)
	answered("trois", -1) // it was answered once
	s.Wrote("a", "texte", nil, "voilà")
	s.Done("a")
	holds("played again", 1)
	if words := PassedWords(1) + PassedWords(2) + PassedWords(0); strings.ReplaceAll(words, text.NBSP, " ") != ", 1 question passée, 2 questions passées" {
		t.Errorf("%q", words)
	}
}

func TestProgressOfAnEmptyStep(t *testing.T) {
	var n Notebook
	got := n.Progress(Contents{{Number: 4}})[0]
	if got.Next != nil || got.Complete() || got.Begun {
		t.Errorf("Progress = %+v", got)
	}
}

func TestNextIsTheStepThatWasLeft(t *testing.T) {
	contents := Contents{
		{Number: 1, Scenes: []SceneContents{{ID: "a"}, {ID: "b"}}},
		{Number: 2, Scenes: []SceneContents{{ID: "a"}, {ID: "c"}}},
		{Number: 3, Scenes: []SceneContents{{ID: "d"}}},
	}
	s := open(t, t.TempDir(), &said{})
	play := func(step int, id string) {
		h := head(id)
		h.Step = step
		s.Begun(h)
		s.Done(id)
	}
	next := func(want int, scene string) {
		t.Helper()
		p, ok := s.Notebook().Next(contents)
		if ok != (want > 0) || ok && (p.Step.Number != want || p.Next.ID != scene) {
			t.Errorf("Next = step %d, %+v, %v, want step %d, %q", p.Step.Number, p.Next, ok, want, scene)
		}
	}
	next(1, "a")
	play(2, "a")
	next(2, "c")
	play(2, "c")
	next(1, "a")
	play(1, "a")
	play(1, "b")
	next(3, "d")
	play(3, "d")
	next(0, "")
}
