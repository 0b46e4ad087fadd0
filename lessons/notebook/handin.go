package notebook

import (
	"path"
	"strings"
	"time"

	"labo/lessons/record"
)

// HandIn says who hands a notebook in, and when.
type HandIn struct {
	Name string    `json:"name"` // a pseudonym
	At   time.Time `json:"at"`

	record.Unknown
}

// MaxHandIn bounds a notebook that is handed in, in bytes.
const MaxHandIn = 4 << 20

// HandedIn returns the file of a notebook as it is handed in: what was
// predicted, written and judged. What was measured stays where it was: it may name
// the machine, its user and their folders. A judged program has the last name of
// its path.
func (n *Notebook) HandedIn(name string, at time.Time) ([]byte, error) {
	out := Notebook{Format: n.Format, Program: n.Program, Begun: n.Begun, Saved: n.Saved, HandIn: &HandIn{Name: record.Clean(name), At: record.Moment(at)}}
	for _, s := range n.Steps {
		step := *s
		step.Unknown, step.Scenes = nil, nil
		for _, sc := range s.Scenes {
			scene := *sc
			scene.Unknown, scene.Run = nil, nil
			scene.Predictions = nil
			for _, p := range sc.Predictions {
				prediction := *p
				prediction.Tries = make([]Try, len(p.Tries))
				for i, t := range p.Tries {
					t.Measured = "" // may name what was measured
					prediction.Tries[i] = t
				}
				scene.Predictions = append(scene.Predictions, &prediction)
			}
			step.Scenes = append(step.Scenes, &scene)
		}
		out.Steps = append(out.Steps, &step)
	}
	for _, j := range n.Judgements {
		judged := *j
		judged.Unknown, judged.Machine = nil, ""
		judged.File = path.Base(strings.ReplaceAll(j.File, `\`, "/"))
		judged.Checks = nil
		for _, c := range j.Checks {
			c.Cause, c.Actual = "", "" // may hold what the program wrote
			judged.Checks = append(judged.Checks, c)
		}
		out.Judgements = append(out.Judgements, &judged)
	}
	return out.bytes()
}

// Decode reads the file of a notebook. It is never nil; the error is a
// [*DamagedError] or a [*NewerError].
func Decode(data []byte) (*Notebook, error) {
	book, damage, err := parse(data)
	if damage != nil {
		return book, damage
	}
	return book, err
}
