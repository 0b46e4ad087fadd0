package prose

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// written has every text, each after its [Mark], and what [PlayOf] reads.
//
//go:embed compiled.data
var written string

// Mark is the line that stands before one text, or the plays, in what is compiled.
func Mark(name string) string { return "-- " + name + " --\n" }

// compiled returns what stands after the mark of that name, to the next one.
func compiled(name string) ([]byte, error) {
	_, rest, ok := strings.Cut(written, Mark(name))
	if !ok {
		return nil, fmt.Errorf("no text %s", name)
	}
	text, _, _ := strings.Cut(rest, "\n-- ")
	return []byte(text), nil
}

// Markdown holds the texts of the steps and the notes as they are written:
// "etape1.md", "notes1.md"… Nothing is played from it; it is what a teacher changes.
//
//go:embed etape[1-9].md notes[1-9].md
var Markdown embed.FS

// Steps is the number of steps of the sheet.
const Steps = 4

// Load returns the text of step n, from 1 to [Steps]. It is shared: it must not
// be changed.
func Load(n int) (*Step, error) {
	if n < 1 || n > Steps {
		return nil, fmt.Errorf("no step %d, only 1 to %d", n, Steps)
	}
	return text(n)
}

// States returns the text of the eleven states: one section each, named by the
// state in lower case. It is shared: it must not be changed.
func States() (*Step, error) { return read[0]() }

// Neighbours returns the text of the scenes that two machines play. It is shared:
// it must not be changed.
func Neighbours() (*Step, error) { return neighbours() }

var neighbours = reader("voisin")

// Glossary returns the words that are explained anywhere: one section each. It is
// shared: it must not be changed.
func Glossary() (*Step, error) { return glossary() }

var glossary = reader("mots")

// Recap returns what a reader knows at the end of step n, from 1 to [Steps]: its
// three ideas (the part ""), and which questions of the sheet they can now
// answer ("fiche"). It is shared: it must not be changed.
func Recap(n int) (*Section, error) { return recap(fmt.Sprintf("etape%d", n)) }

// NeighboursRecap returns what a reader knows at the end of [Neighbours]: the part
// "". It is shared: it must not be changed.
func NeighboursRecap() (*Section, error) { return recap("voisin") }

func recap(id string) (*Section, error) {
	all, err := read[recaps]()
	if err != nil {
		return nil, err
	}
	s, ok := all.Section(id)
	if !ok {
		return nil, fmt.Errorf("no recap of %s", id)
	}
	return s, nil
}

const recaps = Steps + 1

// read reads each text once, when it is asked for: the states, the steps, the
// recaps, then the notes.
var read = func() (all [recaps + Steps + 1]func() (*Step, error)) {
	for n := range all {
		name := fmt.Sprintf("etape%d", n)
		switch {
		case n == 0:
			name = "etats"
		case n == recaps:
			name = "bilan"
		case n > recaps:
			name = fmt.Sprintf("notes%d", n-recaps)
		}
		all[n] = reader(name)
	}
	return all
}()

// reader reads a text once, when it is asked for.
func reader(name string) func() (*Step, error) {
	return sync.OnceValues(func() (*Step, error) {
		src, err := compiled(name)
		if err != nil {
			return nil, err
		}
		step := new(Step)
		if err := json.Unmarshal(src, step); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return step, nil
	})
}
