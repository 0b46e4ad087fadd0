package class

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"labo/lessons/check"
	"labo/lessons/text"
)

// Missed is a check that several programs of a role failed.
type Missed struct {
	Role   check.Role
	ID     string
	Level  string // "fiche" or "defi"
	Title  string
	Idea   string // behind most of the failures
	Failed int
	Of     int  // programs that it could be judged of
	Form   bool // the program does what was asked, and shows it otherwise
}

// MostMissed returns the checks that more than one program failed, of a level
// ("fiche" or "defi"), those that the largest part failed first, and differences of
// form after all others. A check that could not be made counts for nothing.
func MostMissed(students []*Student, level string) (missed []Missed) {
	for _, role := range check.Roles {
		for _, id := range check.IDs(role) {
			m := Missed{Role: role, ID: id, Level: level, Form: check.OfForm(id)}
			ideas := map[string]int{}
			for _, p := range Of(students, role) {
				c := p.check(id)
				if c == nil || c.Level != level || c.Verdict == check.NotChecked.String() {
					continue
				}
				m.Of++
				if c.Verdict == check.Failed.String() {
					m.Failed++
					if c.Idea != nil {
						ideas[*c.Idea]++
					}
				}
				m.Title = c.Title
			}
			for idea, n := range ideas {
				if n > ideas[m.Idea] || n == ideas[m.Idea] && idea < m.Idea {
					m.Idea = idea
				}
			}
			if m.Failed > 1 {
				missed = append(missed, m)
			}
		}
	}
	slices.SortStableFunc(missed, func(a, b Missed) int {
		switch {
		case a.Form && !b.Form:
			return 1
		case b.Form && !a.Form:
			return -1
		}
		return cmp.Compare(b.Failed*a.Of, a.Failed*b.Of)
	})
	return missed
}

// Of returns the programs that were judged in a role, in the order of the students.
func Of(students []*Student, role check.Role) (programs []*Program) {
	for _, s := range students {
		for _, p := range s.Programs {
			if p.Judged != nil && p.Judged.Role == role.String() {
				programs = append(programs, p)
			}
		}
	}
	return programs
}

// check returns what was found of a check, nil where it was not asked for.
func (p *Program) check(id string) *check.CheckRecord {
	for i := range p.Judged.Checks {
		if p.Judged.Checks[i].ID == id {
			return &p.Judged.Checks[i]
		}
	}
	return nil
}

// Verdict returns the word of the JSON form, "" where the check was not made of
// this program.
func (p *Program) Verdict(id string) string {
	if p.Judged == nil {
		return ""
	}
	if c := p.check(id); c != nil {
		return c.Verdict
	}
	return ""
}

// Passed returns how many checks of a level were passed, and how many there are.
func (p *Program) Passed(level string) (passed, of int) {
	if p.Judged == nil {
		return 0, 0
	}
	for i := range p.Judged.Checks {
		if c := &p.Judged.Checks[i]; c.Level == level {
			of++
			if c.Verdict == check.Passed.String() {
				passed++
			}
		}
	}
	return passed, of
}

// words of the verdicts in a table.
var words = map[string]string{"passed": "réussi", "failed": "échoué", "not_checked": "non vérifié"}

// Word is a verdict of the JSON form in French, "" for none.
func Word(verdict string) string { return words[verdict] }

// CSV writes one line a program, and one a student who has none: for a
// spreadsheet set to French, which wants semicolons and the mark of UTF-8.
func CSV(w io.Writer, students []*Student, seed uint64) error {
	var ids []string
	for _, role := range check.Roles {
		for _, id := range check.IDs(role) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	out := bytes.NewBufferString("\ufeff")
	rows := csv.NewWriter(out)
	rows.Comma, rows.UseCRLF = ';', true
	head := []string{"élève", "programme", "rôle", "graine", "fiche : réussis", "fiche : en tout", "défis : réussis", "défis : en tout", "remarque"}
	_ = rows.Write(append(head, ids...)) // in memory
	for _, s := range students {
		for _, p := range s.Programs {
			row := []string{Cell(s.Name), Cell(p.Path), "", strconv.FormatUint(seed, 10), "", "", "", "", Cell(p.Fault)}
			if p.Judged != nil {
				row[2] = p.Judged.Role
				for i, level := range []string{"fiche", "defi"} {
					passed, of := p.Passed(level)
					row[4+2*i], row[5+2*i] = strconv.Itoa(passed), strconv.Itoa(of)
				}
			}
			for _, id := range ids {
				row = append(row, Word(p.Verdict(id)))
			}
			_ = rows.Write(row)
		}
		if len(s.Programs) == 0 {
			row := make([]string, len(head)+len(ids))
			row[0], row[len(head)-1] = Cell(s.Name), Cell(strings.Join(s.Notes, " ; "))
			_ = rows.Write(row)
		}
	}
	rows.Flush()
	_, err := w.Write(out.Bytes())
	return err
}

// Cell makes what comes from outside a text of a spreadsheet: never a formula.
func Cell(s string) string {
	s = text.Visible(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Document is the JSON form of a class.
type Document struct {
	Version  int             `json:"version"`
	Seed     uint64          `json:"seed"`
	Parallel bool            `json:"parallel"` // each in a network of its own
	Students []StudentRecord `json:"students"`
}

// StudentRecord is the JSON form of a [Student].
type StudentRecord struct {
	Name     string          `json:"name"`
	Notes    []string        `json:"notes"`
	Programs []ProgramRecord `json:"programs"`
}

// ProgramRecord is the JSON form of a [Program].
type ProgramRecord struct {
	Path   string          `json:"path"`
	Fault  *string         `json:"fault"`
	Report *check.Document `json:"report"`
}

// JSON returns the document of a class.
func JSON(students []*Student, seed uint64, parallel bool) Document {
	d := Document{Version: 2, Seed: seed, Parallel: parallel, Students: []StudentRecord{}}
	for _, s := range students {
		r := StudentRecord{Name: text.Visible(s.Name), Notes: append([]string{}, s.Notes...), Programs: []ProgramRecord{}}
		for _, p := range s.Programs {
			record := ProgramRecord{Path: text.Visible(p.Path), Report: p.Judged}
			if p.Fault != "" {
				record.Fault = &p.Fault
			}
			r.Programs = append(r.Programs, record)
		}
		d.Students = append(d.Students, r)
	}
	return d
}
