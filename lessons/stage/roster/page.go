package roster

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"labo/lessons/check"
	"labo/lessons/check/class"
	"labo/lessons/text"
)

//go:embed page.html
var pageSource string

// Page is what the page for a browser tells.
type Page struct {
	Title    string // of the class: its folder
	At       string // when it was judged
	Seed     uint64
	Students []*class.Student
	// Feedback is the address of a student's feedback, as seen from the page.
	Feedback func(*class.Student) string
}

// pageTable is a table of the page.
type pageTable struct {
	Role  string
	Level string
	IDs   []string
	Rows  []pageRow
}

type pageRow struct {
	Name, Link string
	Cells      []pageCell
	Count      string
}

type pageCell struct{ Sign, Class, Title string }

// HTML writes the page: one file that needs nothing else.
func (p *Page) HTML(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{"french": text.French}).Parse(pageSource)
	if err != nil {
		return err
	}
	return page.Execute(w, p)
}

// Tables are those of the page, by role and level.
func (p *Page) Tables() (tables []pageTable) {
	links := map[*class.Program]string{}
	for _, s := range p.Students {
		for _, program := range s.Programs {
			links[program] = p.Feedback(s)
		}
	}
	for _, role := range check.Roles {
		for _, level := range levels {
			t := pageTable{Role: role.String(), Level: level.name}
			cols := columns(class.Of(p.Students, role), role, level.word, level.first)
			for _, c := range cols {
				t.IDs = append(t.IDs, c.id)
			}
			if len(cols) == 0 {
				continue
			}
			for _, r := range rows(p.Students, role) {
				passed, of := r.program.Passed(level.word)
				line := pageRow{Name: r.name, Link: links[r.program], Count: fmt.Sprintf("%d sur %d", passed, of)}
				for _, c := range cols {
					line.Cells = append(line.Cells, cellOf(r.program, c.id))
				}
				t.Rows = append(t.Rows, line)
			}
			tables = append(tables, t)
		}
	}
	return tables
}

// cellOf is one verdict: its sign, and what was seen.
func cellOf(p *class.Program, id string) pageCell {
	verdict := p.Verdict(id)
	sign, _ := signOf(verdict)
	c := pageCell{Sign: sign, Class: verdict}
	for i := range p.Judged.Checks {
		if r := &p.Judged.Checks[i]; r.ID == id {
			for _, why := range []*string{r.Actual, r.Cause, r.Remark} {
				if why != nil {
					c.Title = text.French(*why)
					break
				}
			}
		}
	}
	return c
}

// pageMissed is what several failed, under one heading.
type pageMissed struct {
	Heading string
	Checks  []class.Missed
}

// Missed are the checks of the sheet that several failed.
func (p *Page) Missed() (all []pageMissed) {
	for _, m := range class.MostMissed(p.Students, "fiche") {
		if now := heading(m); len(all) == 0 || all[len(all)-1].Heading != now {
			all = append(all, pageMissed{Heading: now})
		}
		last := &all[len(all)-1]
		last.Checks = append(last.Checks, m)
	}
	return all
}

// Left says who was not judged, and what was left out.
func (p *Page) Left() []string {
	lines := View{Width: 1 << 20}.left(p.Students)
	return lines[min(2, len(lines)):]
}
