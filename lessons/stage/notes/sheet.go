package notes

import (
	"strings"

	"labo/lessons/prose"
	"labo/lessons/text"
)

// Sheet is what is printed of a step, from the same text as the notes: a
// worksheet for the class, or its answer key.
type Sheet struct {
	Number         int
	Title, Summary string
	Key            bool // the answers that are expected, and what the others reveal
	Minutes        int  // of the scenes of the main path
	Scenes         []sheetScene
}

type sheetScene struct {
	Title, Duty string
	Questions   []sheetQuestion
}

type sheetQuestion struct {
	Text         []string // paragraphs
	Code         []string
	Options      []sheetOption
	Said         []string // of an open question
	Hint, Follow string
}

type sheetOption struct {
	Letter, Text string
	Expected     bool
	Reveals      string
}

// NewSheet makes the sheet of a step.
func NewSheet(step int, port uint16, key bool) (*Sheet, error) {
	sc, err := newScript(step, port)
	if err != nil {
		return nil, err
	}
	s := &Sheet{Number: step, Title: sc.step.Title, Summary: text.French(sc.step.Summary), Key: key}
	for _, sec := range sc.step.Sections {
		note := sc.note(sec.ID)
		scene := sheetScene{Title: text.French(sec.Title)}
		if note != nil {
			if !sec.Further {
				s.Minutes += note.Minutes
			}
			scene.Duty = strings.TrimSpace(strings.Join(column{width: 1 << 20}.duty(note), " "))
		}
		same := sc.same(sec)
		if same != "" {
			scene.Duty = text.French(same)
		}
		for _, part := range sc.questions(sec) {
			of := note.Question(part.Name)
			if same != "" && of != nil {
				of = &prose.QuestionNote{Part: of.Part, Expected: of.Expected}
			}
			scene.Questions = append(scene.Questions, sheetQuestionOf(part, of))
		}
		s.Scenes = append(s.Scenes, scene)
	}
	return s, nil
}

func sheetQuestionOf(part *prose.Part, note *prose.QuestionNote) (q sheetQuestion) {
	for _, b := range part.Blocks {
		switch b.Kind {
		case prose.Code:
			q.Code = append(q.Code, b.Lines...)
		case prose.Paragraph:
			q.Text = append(q.Text, text.French(prose.Text(b.Spans)))
		}
	}
	for i, o := range part.Options {
		option := sheetOption{Letter: itoa(i + 1), Text: text.French(strings.TrimSpace(prose.Text(o.Spans)))}
		if note != nil {
			option.Expected = note.Expected == o.ID
			option.Reveals = text.French(prose.Text(note.Reveals(o.ID)))
		}
		q.Options = append(q.Options, option)
	}
	if note != nil {
		q.Hint, q.Follow = text.French(prose.Text(note.Hint)), text.French(prose.Text(note.Follow))
		for _, b := range note.Blocks {
			q.Said = append(q.Said, text.French(prose.Text(b.Spans)))
		}
	}
	return q
}
