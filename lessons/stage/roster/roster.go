// Package roster draws what was found of a class: tables of students × checks,
// what most of them miss, and the page for a browser. It is pure.
package roster

import (
	"fmt"
	"strings"

	"labo/lessons/check"
	"labo/lessons/check/class"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// View is how a class is drawn on a terminal.
type View struct {
	Palette paint.Palette
	Width   int // columns
}

// levels, with the letter of the first check of each and its name.
var levels = []struct {
	word  string
	first rune
	name  string
}{{"fiche", 'A', "la fiche"}, {"defi", 'a', "les défis"}}

// column is a check in a table: a letter stands for it.
type column struct {
	letter string
	id     string
}

// columns returns the checks of a level that were made of some programs.
func columns(programs []*class.Program, role check.Role, level string, first rune) (all []column) {
	for _, id := range check.IDs(role) {
		for _, p := range programs {
			if p.Verdict(id) != "" && check.LevelOf(role, id).String() == level {
				all = append(all, column{string(first + rune(len(all))), id})
				break
			}
		}
	}
	return all
}

// row is a program in a table.
type row struct {
	name    string
	program *class.Program
}

// rows returns the programs of a role with their students' names: the program's
// as well where a student has several of that role.
func rows(students []*class.Student, role check.Role) (all []row) {
	for _, s := range students {
		mine := class.Of([]*class.Student{s}, role)
		for _, p := range mine {
			name := text.Visible(s.Name)
			if len(mine) > 1 {
				name = text.Visible(p.Path)
			}
			all = append(all, row{name, p})
		}
	}
	return all
}

// Lines returns all that is known of a class: the tables, what most miss, and
// who was not judged.
func (v View) Lines(students []*class.Student) []string {
	var lines []string
	for _, role := range check.Roles {
		lines = append(lines, v.role(students, role)...)
	}
	lines = append(lines, v.missed(students)...)
	return append(lines, v.left(students)...)
}

func (v View) role(students []*class.Student, role check.Role) []string {
	all := rows(students, role)
	if len(all) == 0 {
		return nil
	}
	programs := class.Of(students, role)
	var lines []string
	for _, level := range levels {
		cols := columns(programs, role, level.word, level.first)
		if len(cols) == 0 {
			continue
		}
		lines = append(lines, "", v.Palette.Strong(text.French(role.String()+" : "+level.name)))
		lines = append(lines, v.table(all, cols, level.word)...)
		lines = append(lines, v.legend(cols)...)
	}
	return lines
}

const (
	minName   = 12
	maxName   = 32
	countRoom = 8 // "  13/13"
)

// table returns the head and one line a program.
func (v View) table(all []row, cols []column, level string) []string {
	wide := 0
	for _, r := range all {
		wide = max(wide, text.Width(r.name))
	}
	wide = max(min(wide, maxName, v.Width-2*len(cols)-countRoom-1), minName)
	head := strings.Repeat(" ", wide)
	for _, c := range cols {
		head += " " + c.letter
	}
	lines := []string{v.Palette.Faint(head)}
	for _, r := range all {
		line := text.PadRight(text.Truncate(r.name, wide), wide)
		for _, c := range cols {
			sign, look := signOf(r.program.Verdict(c.id))
			line += " " + v.Palette.Paint(look, sign)
		}
		passed, of := r.program.Passed(level)
		lines = append(lines, line+text.PadLeft(fmt.Sprintf("%d/%d", passed, of), countRoom-1))
	}
	return lines
}

func signOf(verdict string) (string, paint.Role) {
	switch verdict {
	case check.Passed.String():
		return "✓", paint.Good
	case check.Failed.String():
		return "✗", paint.Bad
	case check.NotChecked.String():
		return "–", paint.Faint
	}
	return " ", paint.Plain
}

// legend says what the letters stand for.
func (v View) legend(cols []column) []string {
	words := make([]string, len(cols))
	for i, c := range cols {
		words[i] = c.letter + text.NBSP + c.id
	}
	var lines []string
	for _, line := range text.Paragraph(strings.Join(words, ", "), max(v.Width, 20)) {
		lines = append(lines, v.Palette.Faint(line))
	}
	return lines
}

// missed says what most miss of the sheet, what several do, and counts the
// challenges.
func (v View) missed(students []*class.Student) []string {
	var lines []string
	head := func(s string) { lines = append(lines, "", v.Palette.Strong(s)) }
	sheet := class.MostMissed(students, "fiche")
	under := ""
	for _, m := range sheet {
		if now := heading(m); now != under {
			under = now
			head(now)
		}
		lines = append(lines, v.hanging(fmt.Sprintf("%s, `%s` (%s) : %d sur %d. Souvent, l'idée à reprendre : %s",
			m.Role, m.ID, m.Title, m.Failed, m.Of, m.Idea))...)
	}
	challenges := class.MostMissed(students, "defi")
	if len(challenges) == 0 {
		return lines
	}
	head("Les défis ratés")
	var words []string
	for _, m := range challenges {
		words = append(words, fmt.Sprintf("%s %s %d/%d", m.Role, m.ID, m.Failed, m.Of))
	}
	return append(lines, v.hanging(strings.Join(words, ", ")+".")...)
}

// heading is what a check that was missed stands under.
func heading(m class.Missed) string {
	switch {
	case m.Form:
		return "Ce que plusieurs affichent autrement"
	case 2*m.Failed > m.Of:
		return "Ce que la plupart ratent"
	}
	return "Ce que plusieurs ratent"
}

// left says who was not judged, and what was left out.
func (v View) left(students []*class.Student) []string {
	var lines, waiting []string
	for _, s := range students {
		said := append([]string{}, s.Notes...)
		for _, p := range s.Programs {
			switch {
			case p.Fault != "":
				said = append(said, strings.TrimSpace(text.Visible(p.Path)+" : "+strings.TrimSuffix(p.Fault, ".")+". "+p.Hint))
			case p.Judged == nil:
				waiting = append(waiting, text.Visible(p.Path))
			}
		}
		for _, what := range said {
			lines = append(lines, v.hanging(text.Visible(s.Name)+" : "+strings.TrimSuffix(what, ".")+".")...)
		}
	}
	if len(waiting) > 0 {
		lines = append(lines, v.hanging("Pas encore jugé : "+strings.Join(waiting, ", ")+".")...)
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{"", v.Palette.Strong("À savoir")}, lines...)
}

// hanging returns a sentence in lines two cells from the edge, all but the first
// two cells deeper.
func (v View) hanging(sentence string) []string {
	lines := text.Paragraph(sentence, max(v.Width-4, 20))
	for i := range lines {
		if lines[i] = "  " + lines[i]; i > 0 {
			lines[i] = "  " + lines[i]
		}
	}
	return lines
}
