package handin

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"labo/lessons/check"
	"labo/lessons/check/class"
	"labo/lessons/notebook"
	"labo/lessons/text"
)

// CSV writes one line a participant: the pseudonym, the votes and the predictions
// before and after, the checks of the programs. It is for a spreadsheet set to French.
func CSV(w io.Writer, c Class, contents notebook.Contents) error {
	questions, voted, programs := Questions(c.Copies, contents), c.Voted(), checks(c.Copies)
	head := []string{"pseudonyme", "rendu le", "votes : mesurés", "votes : justes avant", "votes : justes après"}
	for i := range voted {
		head = append(head, voted[i].Name()+" : avant", voted[i].Name()+" : après")
	}
	head = append(head, "prédictions : mesurées", "prédictions : justes avant", "prédictions : justes après")
	for _, q := range questions {
		name := fmt.Sprintf("étape %d, %s, %s", q.Step, class.Cell(q.Scene), class.Cell(q.Part))
		head = append(head, name+" : avant", name+" : après")
	}
	for _, p := range programs {
		head = append(head, p.role+" : "+p.id)
	}
	out := bytes.NewBufferString("\ufeff")
	rows := csv.NewWriter(out)
	rows.Comma, rows.UseCRLF = ';', true
	_ = rows.Write(append(head, "remarque")) // in memory
	for _, p := range c.People() {
		row := []string{class.Cell(p.Name), "", "", "", ""}
		if answered, before, after := Votes(p, voted); answered > 0 {
			row[2], row[3], row[4] = strconv.Itoa(answered), strconv.Itoa(before), strconv.Itoa(after)
		}
		for i := range voted {
			row = append(row, class.Cell(voted[i].Said(p, 1)), class.Cell(voted[i].Said(p, 2)))
		}
		if p.Copy == nil {
			row = append(row, make([]string, 3+2*len(questions)+len(programs))...)
			_ = rows.Write(append(row, "cahier non rendu"))
			continue
		}
		if !p.Copy.At.IsZero() {
			row[1] = p.Copy.At.Local().Format("2006-01-02 15:04")
		}
		_ = rows.Write(append(p.Copy.cells(row, questions, programs), class.Cell(p.Copy.Note)))
	}
	rows.Flush()
	_, err := w.Write(out.Bytes())
	return err
}

// cells adds to a row what a notebook says.
func (c *Copy) cells(row []string, questions []Question, programs []checked) []string {
	answered, before, after := c.Counts()
	row = append(row, strconv.Itoa(answered), strconv.Itoa(before), strconv.Itoa(after))
	for _, q := range questions {
		first, last := "", ""
		if p := c.prediction(&q); p != nil {
			if a, ok := answers(p); ok {
				first, last = said(p, a.First), said(p, a.Last)
			}
		}
		row = append(row, first, last)
	}
	for _, p := range programs {
		row = append(row, c.verdict(p))
	}
	return row
}

func said(p *notebook.Prediction, t notebook.Try) string {
	if *t.Chosen == *t.Right {
		return "juste"
	}
	return class.Cell("faux : " + optionText(p, *t.Chosen))
}

// Counts returns how many predictions were answered and measured, and how many
// were right the first time and the last.
func (c *Copy) Counts() (answered, before, after int) {
	for _, step := range c.Book.Steps {
		for _, sc := range step.Scenes {
			for _, p := range sc.Predictions {
				if a, ok := answers(p); ok {
					answered++
					if a.firstOK {
						before++
					}
					if a.lastOK {
						after++
					}
				}
			}
		}
	}
	return answered, before, after
}

func (c *Copy) prediction(q *Question) *notebook.Prediction {
	return c.Book.Step(q.Step).Scene(q.Scene).Prediction(q.Part)
}

// Checked is a check of a role.
type checked struct{ role, id string }

// checks are those that were made of some program, in the order of the catalogue.
func checks(all []Copy) []checked {
	var out []checked
	for _, role := range check.Roles {
		for _, id := range check.IDs(role) {
			c := checked{role.String(), id}
			if slices.ContainsFunc(all, func(copy Copy) bool { return copy.verdict(c) != "" }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// verdict is that of the program of a role that was judged last, in French; ""
// where the check was not made.
func (c *Copy) verdict(of checked) string {
	j := c.program(of.role)
	if j == nil {
		return ""
	}
	for _, v := range j.Checks {
		if v.ID == of.id {
			return class.Word(v.Verdict)
		}
	}
	return ""
}

func (c *Copy) program(role string) (last *notebook.Judgement) {
	for _, j := range c.Book.Judgements {
		if j.Role == role && (last == nil || j.At.After(last.At)) {
			last = j
		}
	}
	return last
}

// Missed is a check that several programs failed.
type Missed struct {
	Role, ID, Title, Idea string
	Failed, Of            int
}

// MostMissed returns the checks of the sheet that more than one failed, those that
// most fail first. A check that could not be made counts for nothing.
func MostMissed(all []Copy) []Missed {
	var out []Missed
	for _, of := range checks(all) {
		m := Missed{Role: of.role, ID: of.id}
		for i := range all {
			j := all[i].program(of.role)
			if j == nil {
				continue
			}
			for _, v := range j.Checks {
				if v.ID != of.id || v.Level != check.Sheet.String() || v.Verdict == check.NotChecked.String() {
					continue
				}
				m.Of++
				m.Title = text.Visible(v.Title)
				if v.Verdict == check.Failed.String() {
					m.Failed++
					m.Idea = text.Visible(v.Idea)
				}
			}
		}
		if m.Failed > 1 {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Missed) int { return b.Failed*a.Of - a.Failed*b.Of })
	return out
}

// Programs returns how many checks of the sheet the student's programs passed, and
// of how many.
func (c *Copy) Programs() (passed, of int) {
	for _, role := range check.Roles {
		if j := c.program(role.String()); j != nil {
			n, all := j.Count(check.Sheet, check.Passed)
			passed, of = passed+n, of+all
		}
	}
	return passed, of
}
