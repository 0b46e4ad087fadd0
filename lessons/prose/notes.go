package prose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Notes are what the instructor of a step reads, scene by scene.
type Notes struct {
	Scenes []*Note
}

// Note is what the instructor reads of one scene.
type Note struct {
	ID        string
	Minutes   int    // that it takes before a class, discussion included
	Must      bool   // it is to be played, even where time is short
	Why       []Span // it must, or may be skipped
	Text      Part
	Questions []*QuestionNote
}

// QuestionNote is what the instructor reads of one question.
type QuestionNote struct {
	Part     string
	Expected string   // the ID of the option that the measurement usually makes right, "" where that depends
	Options  []Option // what choosing each reveals
	Hint     []Span   // for when few are right
	Follow   []Span   // to ask next
	Blocks   []Block  // what an open question calls for, in words
}

// The names that are no option's, and the words that begin what is said of one.
const (
	minutesName, mustName, skipName = "minutes", "jouer", "passer"
	hintName, followName            = "indice", "relance"
	expectedWord, dependsWord       = "Attendue", "Selon la partie"
)

// LoadNotes returns the notes of step n, from 1 to [Steps].
func LoadNotes(n int) (*Notes, error) {
	if _, err := Load(n); err != nil {
		return nil, err
	}
	step, err := text(recaps + n)
	if err != nil {
		return nil, err
	}
	return ReadNotes(step)
}

// Scene returns the notes of a scene, nil where there are none.
func (n *Notes) Scene(id string) *Note {
	if n == nil {
		return nil
	}
	i := slices.IndexFunc(n.Scenes, func(x *Note) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return n.Scenes[i]
}

// Question returns the notes of a question of the scene, nil where there are none.
func (n *Note) Question(part string) *QuestionNote {
	if n == nil {
		return nil
	}
	i := slices.IndexFunc(n.Questions, func(q *QuestionNote) bool { return q.Part == part })
	if i < 0 {
		return nil
	}
	return n.Questions[i]
}

// Reveals returns what choosing an option reveals, nil where nothing is said.
func (q *QuestionNote) Reveals(option string) []Span {
	if q == nil {
		return nil
	}
	for _, o := range q.Options {
		if o.ID == option {
			return o.Spans
		}
	}
	return nil
}

// Fault is a mistake in a text: what it is, in French, and where.
type Fault struct {
	Line int // from 1, 0 where that is not known
	What string
}

func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.What
	}
	return fmt.Sprintf("ligne %d : %s", f.Line, f.What)
}

// Faultf returns a [Fault].
func Faultf(line int, format string, a ...any) *Fault {
	return &Fault{Line: line, What: fmt.Sprintf(format, a...)}
}

// ReadNotes reads the notes of a step from their text, of this form:
//
//	## Un port libre {#port-libre}
//
//	- `minutes` 4
//	- `jouer` why this scene is not to be missed; or `passer`: why it may be
//
//	What the instructor should know.
//
//	### prediction
//
//	- `personne` **Attendue.** The option that the measurement usually makes right;
//	  **Selon la partie.** where it depends on what the class does
//	- `noyau` what this error reveals
//	- `indice` a hint
//	- `relance` a question to ask next
//
// A part without options is what an open question calls for. The error is a
// [*Fault].
func ReadNotes(step *Step) (*Notes, error) {
	notes := &Notes{}
	for _, sec := range step.Sections {
		note, err := readNote(sec)
		if err != nil {
			return nil, err
		}
		notes.Scenes = append(notes.Scenes, note)
	}
	return notes, nil
}

func readNote(sec *Section) (*Note, error) {
	n, unnamed := &Note{ID: sec.ID}, 0
	for _, p := range sec.Parts {
		if p.Name != "" {
			q, err := readQuestion(sec, p)
			if err != nil {
				return nil, err
			}
			n.Questions = append(n.Questions, q)
			continue
		}
		n.Text = Part{Blocks: p.Blocks}
		unnamed = p.Unnamed
		for _, o := range p.Options {
			switch words := Text(o.Spans); o.ID {
			case minutesName:
				var err error
				if n.Minutes, err = strconv.Atoi(strings.TrimSpace(words)); err != nil || n.Minutes < 1 || n.Minutes > 120 {
					return nil, Faultf(o.Line, "« %s » n'est pas un nombre de minutes, de 1 à 120", words)
				}
			case mustName, skipName:
				n.Must, n.Why = o.ID == mustName, o.Spans
			default:
				return nil, Faultf(o.Line, "« %s » : seuls minutes, jouer et passer se disent d'une scène", o.ID)
			}
		}
	}
	if missing := n.Minutes == 0 || len(n.Why) == 0; missing && unnamed > 0 {
		return nil, Faultf(unnamed, "il faut d'abord `%s`, `%s` ou `%s`, entre accents graves, puis des mots", minutesName, mustName, skipName)
	} else if missing {
		return nil, Faultf(sec.Line, "la scène %s n'a pas ses minutes, ou ni jouer ni passer", sec.ID)
	}
	return n, nil
}

func readQuestion(sec *Section, p *Part) (*QuestionNote, error) {
	q := &QuestionNote{Part: p.Name, Blocks: p.Blocks}
	depends := 0
	for _, o := range p.Options {
		switch o.ID {
		case hintName:
			q.Hint = o.Spans
			continue
		case followName:
			q.Follow = o.Spans
			continue
		}
		q.Options = append(q.Options, o)
		switch lead := leading(o.Spans); {
		case strings.HasPrefix(lead, expectedWord) && q.Expected != "":
			return nil, Faultf(o.Line, "scène %s, %s : deux réponses sont attendues", sec.ID, p.Name)
		case strings.HasPrefix(lead, expectedWord):
			q.Expected = o.ID
		case strings.HasPrefix(lead, dependsWord):
			depends++
		}
	}
	if len(q.Options) > 0 && q.Expected == "" && depends < 2 {
		return nil, Faultf(p.Line, "scène %s, %s : aucune réponse n'est dite **%s.**, ni plusieurs **%s.**", sec.ID, p.Name, expectedWord, dependsWord)
	}
	return q, nil
}

// leading returns the bold words that something begins with.
func leading(spans []Span) string {
	for _, s := range spans {
		if s.Style == Strong {
			return s.Text
		}
		if strings.TrimSpace(s.Text) != "" {
			break
		}
	}
	return ""
}

// CheckAnswers refuses notes that speak of an answer which the question does not
// offer, as a [*Fault].
func CheckAnswers(note, asked *Part) error {
	if len(asked.Options) > 0 && len(note.Options) == 0 && note.Unnamed > 0 {
		return Faultf(note.Unnamed, notAnAnswer+" ; la question propose %s", optionNames(asked.Options))
	}
	for _, o := range note.Options {
		if o.ID != hintName && o.ID != followName && !slices.ContainsFunc(asked.Options, func(x Option) bool { return x.ID == o.ID }) {
			return Faultf(o.Line, "« %s » ne propose pas la réponse `%s` ; elle propose %s", note.Name, o.ID, optionNames(asked.Options))
		}
	}
	return nil
}
