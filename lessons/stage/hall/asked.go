package hall

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"labo/lessons/prose"
	"labo/lessons/room"
)

// lessonQuestion is a prediction of the lesson, that an instructor may ask.
type lessonQuestion struct {
	room.Ballot
	step  int
	title string // of its scene
	ids   []string
	notes *prose.QuestionNote
}

// lessonQuestions are those of all steps, in their order. One that cannot be read
// is left out: playing the step says why.
func lessonQuestions() (all []lessonQuestion) {
	for step := 1; step <= prose.Steps; step++ {
		words, err := prose.Load(step)
		if err != nil {
			continue
		}
		notes, _ := prose.LoadNotes(step) // nil: no notes
		for _, sec := range words.Sections {
			for _, p := range sec.Parts {
				if len(p.Options) < 2 {
					continue
				}
				q := lessonQuestion{step: step, title: sec.Title, notes: notes.Scene(sec.ID).Question(p.Name)}
				sketch := p.Sketch(map[string]string{"port": "12345"})
				q.ID = fmt.Sprintf("%d-%s-%s", step, sec.ID, p.Name)
				q.Scene = fmt.Sprintf("%d-%s", step, sec.ID)
				q.Question = plain(sketch.Blocks)
				for _, o := range sketch.Options {
					q.Options = append(q.Options, strings.TrimSpace(prose.Text(o.Spans)))
					q.ids = append(q.ids, o.ID)
				}
				all = append(all, q)
			}
		}
	}
	return all
}

// expected is the option that the measurement usually makes right, -1 for none.
func (q *lessonQuestion) expected() int {
	if q == nil || q.notes == nil {
		return -1
	}
	return slices.Index(q.ids, q.notes.Expected)
}

func plain(blocks []prose.Block) string {
	var all []string
	for _, b := range blocks {
		all = append(all, prose.Text(b.Spans))
		for _, item := range b.Items {
			all = append(all, prose.Text(item))
		}
		all = append(all, b.Lines...)
	}
	return strings.Join(strings.Fields(strings.Join(all, " ")), " ")
}

// ownQuestion is what an instructor has typed: a question, and its options, one a
// line; none asks for a few words.
func ownQuestion(question, options string, now time.Time) room.Ballot {
	b := room.Ballot{ID: "libre-" + strings.ToLower(now.Format("20060102-150405")), Question: strings.Join(strings.Fields(question), " ")}
	for line := range strings.Lines(options) {
		if line = strings.TrimSpace(line); line != "" {
			b.Options = append(b.Options, line)
		}
	}
	return b
}
