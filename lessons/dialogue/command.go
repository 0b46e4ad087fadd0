package dialogue

import "strings"

// moves are the letters (and words) by which a reader leaves a scene where
// they type lines. On the whole screen the same letters are keys.
var moves = map[string]JumpKind{
	"a": Previous, "avant": Previous, "précédente": Previous, "precedente": Previous,
	"r": Again, "rejouer": Again,
	"s": List, "scènes": List, "scenes": List, "l": List, "liste": List,
	"q": Quit, "quitter": Quit,
	"n": Next, "suivante": Next,
}

// Move returns where a typed word leads, whatever its case.
func Move(word string) (JumpKind, bool) {
	kind, ok := moves[strings.ToLower(strings.TrimSpace(word))]
	return kind, ok
}

// Passes reports whether a typed word passes a question, or a wait. Enter never
// does.
func Passes(word string) bool {
	word = strings.ToLower(strings.TrimSpace(word))
	return word == "p" || word == "passer"
}

// Furthers reports whether a typed word leads further, where that is offered.
func Furthers(word string) bool {
	word = strings.ToLower(strings.TrimSpace(word))
	return word == "+" || word == "plus" || word == "plus loin"
}

// Explains reports whether a typed word asks what is on screen.
func Explains(word string) bool {
	word = strings.ToLower(strings.TrimSpace(word))
	return word == "i" || word == "mots"
}

// ParseCommand reads what stands behind the ":" of an input: a move, or "fin"
// (a nil Jump) for a reader who has nothing more to type, or who passes. ok is
// false for anything else.
func ParseCommand(word string) (jump *Jump, ok bool) {
	if kind, ok := Move(word); ok {
		return &Jump{Kind: kind}, true
	}
	return nil, Passes(word) || strings.EqualFold(strings.TrimSpace(word), "fin")
}
