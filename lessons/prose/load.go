package prose

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed *.json
var written embed.FS

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

// read reads each text once, when it is asked for: the states, the steps, then
// the notes.
var read = func() (all [1 + 2*Steps]func() (*Step, error)) {
	for n := range all {
		name := "etats"
		switch {
		case n > Steps:
			name = fmt.Sprintf("notes%d", n-Steps)
		case n > 0:
			name = fmt.Sprintf("etape%d", n)
		}
		all[n] = sync.OnceValues(func() (*Step, error) {
			src, err := written.ReadFile(name + ".json")
			if err != nil {
				return nil, err
			}
			step := new(Step)
			if err := json.Unmarshal(src, step); err != nil {
				return nil, fmt.Errorf("%s.json: %w", name, err)
			}
			return step, nil
		})
	}
	return all
}()
