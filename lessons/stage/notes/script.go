package notes

import (
	"bytes"
	"fmt"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// script is what a step says, for its instructor.
type script struct {
	number int
	port   uint16
	step   *prose.Step
	notes  *prose.Notes
	values map[string]string // what is known before a scene is played
}

// newScript reads the text of a step.
func newScript(number int, port uint16) (*script, error) {
	step, err := prose.Load(number)
	if err != nil {
		return nil, err
	}
	notes, err := prose.LoadNotes(number)
	if err != nil {
		return nil, err
	}
	return &script{number: number, port: port, step: step, notes: notes, values: map[string]string{"port": fmt.Sprint(port), "python": "python"}}, nil
}

// is reports whether s is that of a step and a port.
func (s *script) is(number int, port uint16) bool {
	return s != nil && s.number == number && s.port == port
}

// scene returns the section of a scene of the main path, by its place.
func (s *script) scene(index int) *prose.Section {
	if s == nil || index < 0 || index >= len(s.step.Essential()) {
		return nil
	}
	return s.step.Essential()[index]
}

// heads returns the head of each scene, from its text.
func (s *script) heads() []scene.Head { return scene.Heads(s.number, s.step) }

// named returns the section of that scene, nil when the step has none.
func (s *script) named(id string) *prose.Section {
	if s == nil {
		return nil
	}
	sec, _ := s.step.Section(id)
	return sec
}

// note returns what the instructor reads of a scene, nil where there is nothing.
func (s *script) note(id string) *prose.Note {
	sec := s.named(id)
	if sec == nil {
		return nil
	}
	note := s.notes.Scene(id)
	if note == nil && sec.Like != "" { // a teacher's own scene, without notes of its own
		note = s.notes.Scene(sec.Like)
	}
	return note
}

// same says that the notes of a scene are those of another of the step, where they
// stand already: of a teacher's own scene, without notes of its own. "" for any
// other.
func (s *script) same(sec *prose.Section) string {
	other, note := s.named(sec.Like), s.note(sec.ID)
	if sec.Like == "" || other == nil || note == nil || note.ID != sec.Like {
		return ""
	}
	return fmt.Sprintf("En classe : %d min. Les notes sont celles de « %s ».", note.Minutes, other.Title)
}

// questions returns what a scene asks, in its order: what is voted on, and what
// is answered in words.
func (s *script) questions(sec *prose.Section) []*prose.Part {
	if sec == nil {
		return nil
	}
	var all []*prose.Part
	for _, p := range sec.Parts {
		if strings.HasPrefix(p.Name, "prediction") || p.Name == "question" {
			all = append(all, p.Sketch(s.values))
		}
	}
	return all
}

// column draws lines of at most width cells.
type column struct {
	palette paint.Palette
	width   int
}

// margin stands before the text below a heading.
const margin = "  "

func (p column) rule(title string) string { return frame.Rule(p.palette, title, "", p.width) }

// prose draws text as the linear stage does, without blank lines around.
func (p column) prose(part *prose.Part) []string {
	if part == nil || len(part.Blocks) == 0 {
		return nil
	}
	var b bytes.Buffer
	linear.New(&b, p.palette, func() int { return p.width }, nil, nil).Prose(part.Blocks)
	lines := strings.Split(strings.Trim(b.String(), "\n"), "\n")
	for i, l := range lines { // a screen narrower than the linear stage knows
		lines[i] = text.Truncate(l, p.width)
	}
	return lines
}

// sentence draws one paragraph with its no-break spaces set.
func (p column) sentence(s string) []string { return p.hanging(margin, text.French(s)) }

// title draws the title of a scene.
func (p column) title(s string) []string {
	lines := text.Wrap(text.French(s), max(p.width-text.Width(margin)-1, 8))
	for i, l := range lines {
		lines[i] = margin + p.palette.Title(l)
	}
	return lines
}

// hanging draws a paragraph under itself after a mark.
func (p column) hanging(mark, s string) []string {
	lines := text.Wrap(s, max(p.width-text.Width(mark)-1, 8))
	for i, l := range lines {
		if i > 0 {
			mark = strings.Repeat(" ", text.Width(mark))
		}
		lines[i] = mark + l
	}
	return lines
}

// question draws what is asked and its options, numbered.
func (p column) question(part *prose.Part) []string {
	lines := p.prose(part)
	for i, o := range part.Options {
		lines = append(lines, p.hanging(fmt.Sprintf("    %d  ", i+1), text.French(strings.TrimSpace(prose.Text(o.Spans))))...)
	}
	return lines
}
