package handin

import (
	"cmp"
	"slices"
	"strings"

	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/text"
)

// Question is a prediction, as a class answered it: each by their first answer
// and by their last one.
type Question struct {
	Step        int
	Scene, Part string // IDs
	Title       string // of the scene
	Asked       string // the first paragraph of the question
	Answered    int    // by how many, where a measurement said which answer is right
	First, Last int    // of them, right the first time; the last time
	Errors      []Error
}

// Error is an answer that a measurement gave wrong to somebody.
type Error struct {
	ID, Text string // of the option
	Reveals  string // what choosing it reveals, from the instructor's notes; "" for nothing
	First    int    // who answered it first; they are the sum of the four that follow
	Moved    int    // of them, whose last answer is right
	Stood    int    // who were asked again, and answered it again
	Other    int    // whose last answer is another wrong one
	Once     int    // who never answered again: what they think now is not known
	Came     int    // whose first answer was another, and whose last is this one
}

// Answers are the first and the last measured answer of one student.
type Answers struct {
	First, Last     notebook.Try
	Again           bool // there is more than one
	firstOK, lastOK bool
}

// answers returns them, and false where there is none that was measured.
func answers(p *notebook.Prediction) (a Answers, ok bool) {
	for _, t := range p.Tries {
		if t.Chosen == nil || t.Right == nil || t.Left != "" || t.Unasked {
			continue
		}
		if ok {
			a.Again = true
		} else {
			a.First = t
		}
		a.Last, ok = t, true
	}
	if ok {
		a.firstOK, a.lastOK = *a.First.Chosen == *a.First.Right, *a.Last.Chosen == *a.Last.Right
	}
	return a, ok
}

// Questions returns the predictions that somebody answered, in the order of the
// lesson; those that it has not, last.
func Questions(all []Copy, contents notebook.Contents) []Question {
	type key struct {
		step        int
		scene, part string
	}
	found, order := map[key]*Question{}, []key{}
	for _, c := range all {
		for _, step := range c.Book.Steps {
			for _, sc := range step.Scenes {
				for _, p := range sc.Predictions {
					a, ok := answers(p)
					if !ok {
						continue
					}
					k := key{step.Number, sc.ID, p.Part}
					q := found[k]
					if q == nil {
						q = &Question{Step: k.step, Scene: k.scene, Part: k.part, Title: text.Visible(sc.Title), Asked: asked(p)}
						found[k] = q
						order = append(order, k)
					}
					q.add(p, a)
				}
			}
		}
	}
	place := func(q *Question) int {
		for i, s := range contents {
			if s.Number == q.Step {
				at := slices.IndexFunc(s.Scenes, func(sc notebook.SceneContents) bool { return sc.ID == q.Scene })
				if at < 0 {
					at = 999
				}
				return 1000*i + at
			}
		}
		return 1000 * len(contents)
	}
	out := make([]Question, 0, len(order))
	for _, k := range order {
		q := found[k]
		slices.SortStableFunc(q.Errors, func(a, b Error) int { return cmp.Compare(b.First+b.Came, a.First+a.Came) })
		q.reveal()
		out = append(out, *q)
	}
	slices.SortStableFunc(out, func(a, b Question) int { return cmp.Compare(place(&a), place(&b)) })
	return out
}

func (q *Question) add(p *notebook.Prediction, a Answers) {
	of := func(t notebook.Try) func() *Error {
		return func() *Error { return q.error(*t.Chosen, optionText(p, *t.Chosen)) }
	}
	q.answer(a.firstOK, a.lastOK, a.Again, *a.First.Chosen == *a.Last.Chosen, of(a.First), of(a.Last))
}

// answer counts the first answer and the last of one participant: whether they are
// right, there is more than one, they are the same; the errors that they are.
func (q *Question) answer(firstOK, lastOK, again, same bool, first, last func() *Error) {
	q.Answered++
	q.First, q.Last = q.First+one(firstOK), q.Last+one(lastOK)
	if !firstOK {
		e := first()
		e.First++
		switch {
		case !again:
			e.Once++
		case lastOK:
			e.Moved++
		case same:
			e.Stood++
		default:
			e.Other++
		}
	}
	if !lastOK && !same {
		last().Came++
	}
}

// error returns what is counted of an option, and makes it where there is nothing.
func (q *Question) error(option, words string) *Error {
	at := slices.IndexFunc(q.Errors, func(e Error) bool { return e.ID == option })
	if at < 0 {
		q.Errors = append(q.Errors, Error{ID: option, Text: words})
		at = len(q.Errors) - 1
	}
	return &q.Errors[at]
}

// reveal takes from the instructor's notes what the errors reveal.
func (q *Question) reveal() {
	if q.Step < 1 || q.Step > prose.Steps {
		return
	}
	notes, err := prose.LoadNotes(q.Step)
	if err != nil {
		return // the counts stand without them
	}
	n := notes.Scene(q.Scene).Question(q.Part)
	for i := range q.Errors {
		q.Errors[i].Reveals = strings.TrimSpace(prose.Text(n.Reveals(q.Errors[i].ID)))
	}
}

func asked(p *notebook.Prediction) string {
	for _, b := range notebook.Blocks(p.Question) {
		if words := strings.TrimSpace(prose.Text(b.Spans)); words != "" {
			return words
		}
	}
	return text.Visible(p.Part)
}

func optionText(p *notebook.Prediction, id string) string {
	for _, o := range p.Options {
		if o.ID == id {
			return strings.TrimSpace(prose.Text(notebook.Spans(o.Text)))
		}
	}
	return text.Visible(id)
}
