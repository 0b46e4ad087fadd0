package roster

import (
	"fmt"
	"io"
	"slices"

	"labo/lessons/check"
	"labo/lessons/check/class"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// Page is what the page for a browser tells.
type Page struct {
	Title    string // of the class: its folder
	At       string // when it was judged
	Seed     uint64
	Students []*class.Student
	// Feedback is the file of a student's feedback, as seen from the page; "" for none.
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

// pageStyle is that of the page.
const pageStyle = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: bold; padding-bottom: .5rem; }
th, td { padding: .2rem .5rem; border-bottom: 1px solid #8886; }
tbody th { text-align: left; font-weight: normal; max-width: 20rem; overflow-wrap: anywhere; }
thead th.id { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; font-weight: normal; }
td { text-align: center; }
td.failed { font-weight: bold; background: #c003; }
td.not_checked { opacity: .6; }
@media print { .wide { overflow: visible; } }
`

// html writes the page: one file that needs nothing else.
func (p *Page) html(w io.Writer) error {
	var b markup.Builder
	b.F(`{}<h1>{}</h1>
<p>{} {}, graine {}. ✓ réussi, ✗ échoué, – non vérifié{}une vérification dont celle-ci dépend a échoué, ou elle n'a pas pu être faite.</p>
`, markup.Head(p.Title, "", pageStyle), p.Title, text.French("Jugé par labo"), p.At, p.Seed, text.French(" : "))
	missed := class.MostMissed(p.Students, "fiche")
	for len(missed) > 0 {
		under := heading(missed[0])
		n := slices.IndexFunc(missed, func(m class.Missed) bool { return heading(m) != under })
		if n < 0 {
			n = len(missed)
		}
		b.F("<h2>{}</h2>\n<ul>\n{}</ul>\n", under, markup.Each(missed[:n], func(m class.Missed) markup.HTML {
			return markup.F("<li>{}, <code>{}</code> ({}){}{} sur {}. {} {}</li>\n", m.Role, m.ID, text.French(m.Title), text.French(" : "), m.Failed, m.Of, text.French("Souvent, l'idée à reprendre :"), text.French(m.Idea))
		}))
		missed = missed[n:]
	}
	b.F("{}", markup.Each(p.tables(), pageTable.html))
	if left := p.left(); len(left) > 0 {
		b.F("<h2>À savoir</h2>\n<ul>\n{}</ul>\n", markup.Each(left, func(s string) markup.HTML { return markup.F("<li>{}</li>\n", s) }))
	}
	b.F("</body>\n</html>\n")
	_, err := io.WriteString(w, b.HTML().String())
	return err
}

func (t pageTable) html() markup.HTML {
	return markup.F(`<div class="wide"><table>
<caption>{}{}{}</caption>
<thead><tr><th scope="col">élève</th>{}<th scope="col">réussis</th></tr></thead>
<tbody>
{}</tbody>
</table></div>
`, t.Role, text.French(" : "), t.Level, markup.Each(t.IDs, func(id string) markup.HTML { return markup.F(`<th scope="col" class="id">{}</th>`, id) }), markup.Each(t.Rows, pageRow.html))
}

func (r pageRow) html() markup.HTML {
	name := markup.F("{}", r.Name)
	if r.Link != "" {
		name = markup.F(`<a href="{}">{}</a>`, markup.Link(r.Link), r.Name)
	}
	return markup.F("<tr><th scope=\"row\">{}</th>{}<td>{}</td></tr>\n", name, markup.Each(r.Cells, func(c pageCell) markup.HTML {
		return markup.F(`<td class="{}" title="{}">{}</td>`, c.Class, c.Title, c.Sign)
	}), r.Count)
}

// tables are those of the page, by role and level.
func (p *Page) tables() (tables []pageTable) {
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

// left says who was not judged, and what was left out.
func (p *Page) left() []string {
	lines := View{Width: 1 << 20}.left(p.Students)
	return lines[min(2, len(lines)):]
}
