package handin

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"labo/lessons/check/class"
	"labo/lessons/prose"
	"labo/lessons/room"
	"labo/lessons/text"
)

// Class is what a class leaves: the notebooks that were handed in, and its votes.
type Class struct {
	Copies  []Copy
	Polls   []room.Poll   // nil: nothing is known of votes
	Members []room.Member // who may have voted
}

// Person is one participant, by their notebook, their votes or both.
type Person struct {
	Name string
	Copy *Copy // nil: none was handed in
	id   string
}

// People are the participants of whom something is known, in the order of their
// names. A notebook is a participant's by the name of its file, which [Keep] gave it.
func (c *Class) People() []Person {
	var all []Person
	for i := range c.Copies {
		file := filepath.Base(c.Copies[i].Path)
		all = append(all, Person{Name: c.Copies[i].Name, Copy: &c.Copies[i], id: strings.TrimSuffix(file, filepath.Ext(file))})
	}
	for _, m := range c.Members {
		voted := slices.ContainsFunc(c.Polls, func(p room.Poll) bool { return p.By[0][m.ID] != room.Vote{} || p.By[1][m.ID] != room.Vote{} })
		if voted && !slices.ContainsFunc(all, func(p Person) bool { return p.id == m.ID }) {
			all = append(all, Person{Name: text.Visible(m.Pseudonym), id: m.ID})
		}
	}
	slices.SortStableFunc(all, func(a, b Person) int { return cmp.Compare(text.Fold(a.Name), text.Fold(b.Name)) })
	return all
}

// Voted is a question that the class voted on.
type Voted struct {
	Poll     room.Poll
	Question          // by the first vote of each participant and the last; nothing is counted of one that nothing measured answers
	again    string   // ", 2e fois", "" for the first time that it is asked
	ids      []string // of the options
}

// Voted returns the questions that the class voted on, in the order they were asked.
func (c *Class) Voted() []Voted {
	all := make([]Voted, len(c.Polls))
	for i, p := range c.Polls {
		all[i] = Voted{Poll: p, Question: Question{Asked: text.Visible(p.Question)}}
		all[i].place()
		all[i].count()
	}
	return all
}

// place finds the question in the lesson, by the name of its ballot; the options of
// another are named by their numbers.
func (v *Voted) place() {
	for i := range v.Poll.Options {
		v.ids = append(v.ids, strconv.Itoa(i+1))
	}
	number, id, _ := strings.Cut(v.Poll.Scene, "-")
	part, ours := strings.CutPrefix(v.Poll.ID, v.Poll.Scene+"-")
	step, err := strconv.Atoi(number)
	cut := strings.LastIndex(part, "-") // how many times it was asked
	if !ours || err != nil || cut < 0 || step < 1 || step > prose.Steps {
		return
	}
	words, err := prose.Load(step)
	if err != nil {
		return // the counts stand without them
	}
	section, ok := words.Section(id)
	if !ok {
		return
	}
	if n, err := strconv.Atoi(part[cut+1:]); err == nil && n > 1 {
		v.again = fmt.Sprintf(", %de fois", n)
	}
	v.Step, v.Scene, v.Part, v.Title = step, id, part[:cut], section.Title+v.again
	if part, ok := section.Part(v.Part); ok && len(part.Options) == len(v.ids) {
		for i, o := range part.Options {
			v.ids[i] = o.ID
		}
	}
}

// vote is what a participant answered first and last, as options from 1; ok is false
// where nothing measured tells whether that is right, or they did not vote.
func (v *Voted) vote(id string) (first, last int, again, ok bool) {
	before, voted := v.Poll.By[0][id]
	after, again := v.Poll.By[1][id]
	switch {
	case v.Poll.Right == 0 || !voted && !again:
		return 0, 0, false, false
	case !voted:
		before, again = after, false
	case !again:
		after = before
	}
	return before.Option, after.Option, again, true
}

// count counts who answered what, first and last.
func (v *Voted) count() {
	everybody := maps.Clone(v.Poll.By[0])
	maps.Copy(everybody, v.Poll.By[1])
	for id := range everybody {
		first, last, again, ok := v.vote(id)
		if !ok {
			continue
		}
		v.answer(first == v.Poll.Right, last == v.Poll.Right, again, first == last,
			func() *Error { return v.wrong(first) }, func() *Error { return v.wrong(last) })
	}
	slices.SortFunc(v.Errors, func(a, b Error) int {
		return cmp.Or(cmp.Compare(b.First+b.Came, a.First+a.Came), cmp.Compare(a.ID, b.ID))
	})
	v.reveal()
}

// wrong is what is counted of an option, from 1.
func (v *Voted) wrong(option int) *Error {
	return v.error(v.ids[option-1], text.Visible(v.Poll.Options[option-1]))
}

// Said is what a participant answered in a round, 1 or 2: "" for nothing.
func (v *Voted) Said(p Person, round int) string {
	a, voted := v.Poll.By[round-1][p.id]
	switch {
	case !voted:
		return ""
	case v.Poll.Word():
		return text.Visible(a.Word)
	case a.Option == v.Poll.Right:
		return "juste"
	case v.Poll.Right > 0:
		return "faux : " + text.Visible(v.Poll.Options[a.Option-1])
	}
	return fmt.Sprintf("%d : %s", a.Option, text.Visible(v.Poll.Options[a.Option-1]))
}

// Name is what a column of a table calls the question.
func (v *Voted) Name() string {
	if v.Scene == "" {
		return "vote, " + text.Truncate(v.Asked, 60)
	}
	return fmt.Sprintf("vote, étape %d, %s, %s%s", v.Step, class.Cell(v.Scene), class.Cell(v.Part), v.again)
}

// Votes returns on how many questions a participant voted, with a measured answer,
// and of how many they were right the first time, and the last.
func Votes(p Person, all []Voted) (answered, before, after int) {
	for i := range all {
		if first, last, _, ok := all[i].vote(p.id); ok {
			answered++
			before, after = before+one(first == all[i].Poll.Right), after+one(last == all[i].Poll.Right)
		}
	}
	return answered, before, after
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
