package linear

import (
	"errors"
	"strings"
	"testing"

	"labo/lessons/dialogue"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// "+" leads further where a scene offers it, at its next pause and nowhere else.
func TestPlusLeadsFurtherWhereItIsOffered(t *testing.T) {
	s, out := converse(t, "+\n+\n\n")
	s.Offer("La suite")
	jump, _ := errors.AsType[*dialogue.Jump](s.Pause(t.Context()))
	if jump == nil || jump.Kind != dialogue.Further {
		t.Errorf("+ leads to %v", jump)
	}
	if said := strings.ReplaceAll(out.String(), text.NBSP, " "); !strings.Contains(said, "Pour aller plus loin, + : La suite") {
		t.Errorf("said %q", said)
	}
	if err := s.Pause(t.Context()); err != nil { // "+" again, then Enter
		t.Errorf("nothing was offered, and + leads to %v", err)
	}
	heads := []scene.Head{{ID: "un", Title: "Un"}, {ID: "plus", Title: "Plus", Further: 1}, {Index: 1, ID: "deux", Title: "Deux"}}
	for typed, want := range map[string]string{"2\n": "deux", "plus\n": "plus", "3\n1\n": "un"} {
		s, _ := converse(t, typed)
		if jump, _ := errors.AsType[*dialogue.Jump](s.Outline(t.Context(), heads)); jump == nil || jump.Scene != want {
			t.Errorf("%q leads to %v, not to %s", typed, jump, want)
		}
	}
}

// "i" explains the words of what was said, and answers nothing.
func TestIExplainsWhatWasSaid(t *testing.T) {
	s, out := converse(t, "i\n2\ni\n\n:i\nbonjour\n")
	s.Prose([]prose.Block{{Spans: []prose.Span{{Text: "Un descripteur, rendu par socket()."}}}})
	if chosen, err := s.Ask(t.Context(), question()); chosen.Option != 1 || err != nil {
		t.Errorf("answered %d, %v", chosen.Option, err)
	}
	asked := out.String()
	if !strings.Contains(asked, "Le petit numéro") || strings.Contains(asked, "socket()  ") {
		t.Errorf("during a question, words are explained and calls are not: %s", asked)
	}
	if err := s.Pause(t.Context()); err != nil || !strings.Contains(out.String()[len(asked):], "socket()  Demande") {
		t.Errorf("at a pause, calls are explained: %v, %s", err, out.String()[len(asked):])
	}
	if line, err := s.Input(t.Context(), "Votre message"); line != "bonjour" || err != nil {
		t.Errorf("typed %q, %v", line, err)
	}
}
