// Package compiled is the text of the steps as the program has it: Go that
// “go generate ./lessons/prose” writes from the Markdown beside. So labo starts
// without a Markdown parser, which would be the longest part of its start.
package compiled

import (
	"fmt"

	"labo/lessons/prose"
)

// Steps is the number of steps of the sheet.
const Steps = 4

// Load returns the text of step n, from 1 to [Steps]. It is shared: it must not
// be changed.
func Load(n int) (*prose.Step, error) {
	if n < 1 || n > Steps {
		return nil, fmt.Errorf("no step %d, only 1 to %d", n, Steps)
	}
	return [...]*prose.Step{etape1, etape2, etape3, etape4}[n-1], nil
}

// States returns the text of the eleven states: one section each, named by the
// state in lower case. It is shared: it must not be changed.
func States() *prose.Step { return etats }
