package stage

import "strings"

// moves are the letters (and words) by which a reader leaves a scene where
// they type lines.
var moves = map[string]JumpKind{
	"p": Previous, "précédente": Previous, "precedente": Previous,
	"r": Again, "rejouer": Again,
	"l": List, "liste": List,
	"q": Quit, "quitter": Quit,
	"s": Next, "suite": Next, "suivante": Next,
}

// Move returns where a typed word leads, whatever its case.
func Move(word string) (JumpKind, bool) {
	kind, ok := moves[strings.ToLower(strings.TrimSpace(word))]
	return kind, ok
}

// ParseCommand reads what stands behind the ":" of an input: a move, or "fin"
// (a nil Jump) for a reader who has nothing more to type. ok is false for
// anything else.
func ParseCommand(word string) (jump *Jump, ok bool) {
	if kind, ok := Move(word); ok {
		return &Jump{Kind: kind}, true
	}
	return nil, strings.EqualFold(strings.TrimSpace(word), "fin")
}
