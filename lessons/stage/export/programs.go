package export

import (
	"fmt"
	"strconv"
	"strings"

	"labo/lessons/check"
	"labo/lessons/notebook"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// programsTitle heads what `labo verifier` said of the reader's own programs.
const programsTitle = "Vos programmes"

// Program is the newest judgement of one of the reader's programs.
type Program struct {
	Name   string
	Role   string // "serveur", "client", "serveur2" or "client2"
	When   string // "jugé 3 fois, la dernière le 22 novembre 2026 à 14:02"
	Scores []string
	Checks []Judged
	Remark string // "" for none
	Whole  bool   // every check of the role was asked for
	Sheet  bool   // all that the sheet asks was passed
}

// Judged is the verdict of one check.
type Judged struct {
	ID, Title string
	Challenge bool
	Verdict   check.Verdict
	Seen      string // what a failure rests on, or why it was not checked; "" where it passed
}

// word is the verdict with its sign: never colour alone.
func (j Judged) word() string {
	switch j.Verdict {
	case check.Passed:
		return "✓ réussi"
	case check.Failed:
		return "✗ échoué"
	}
	return "– non vérifié"
}

// level is what the check belongs to.
func (j Judged) level() string {
	if j.Challenge {
		return "défi"
	}
	return "fiche"
}

func program(j *notebook.Judgement) Program {
	p := Program{Name: text.Visible(j.File), Role: text.Visible(j.Role), Whole: !j.Partial, When: "jugé le " + text.Date(j.At)}
	if j.Tries > 1 {
		p.When = "jugé " + strconv.Itoa(j.Tries) + " fois, la dernière le " + text.Date(j.At)
		if p.Whole {
			p.When = "jugé " + strconv.Itoa(j.Tries) + " fois, la dernière en entier le " + text.Date(j.At)
		}
	}
	for _, level := range []check.Level{check.Sheet, check.Challenge} {
		passed, all := j.Count(level, check.Passed)
		if all == 0 {
			continue
		}
		name := "La fiche"
		if level == check.Challenge {
			name = "Les défis"
		} else {
			p.Sheet = p.Whole && passed == all
		}
		p.Scores = append(p.Scores, fmt.Sprintf("%s : %s sur %d.", name, text.Plural(passed, "réussi"), all))
	}
	for i := range j.Checks {
		p.Checks = append(p.Checks, judged(&j.Checks[i]))
	}
	if j.Partial {
		p.Remark = "Une partie seulement des vérifications a été demandée."
	}
	return p
}

func judged(c *notebook.CheckVerdict) Judged {
	shown := Judged{ID: text.Visible(c.ID), Title: text.Visible(c.Title), Challenge: c.Level == check.Challenge.String()}
	switch c.Verdict {
	case check.Passed.String():
		shown.Verdict = check.Passed
		return shown
	case check.Failed.String():
		shown.Verdict = check.Failed
		shown.Seen = text.Visible(c.Actual)
		if c.Line > 0 {
			shown.Seen = strings.TrimSpace(shown.Seen + fmt.Sprintf(" (ligne %d)", c.Line))
		}
	default:
		shown.Seen = text.Visible(c.Cause)
	}
	return shown
}

// programWords says in one sentence how the reader's programs fare.
func programWords(programs []Program) string {
	sheet := 0
	for _, p := range programs {
		if p.Sheet {
			sheet++
		}
	}
	n := len(programs)
	switch {
	case n == 1 && sheet == 1:
		return "Votre programme jugé fait tout ce que demande la fiche."
	case n == 1:
		return "Un de vos programmes a été jugé. Il ne fait pas encore tout ce que demande la fiche."
	case sheet == n:
		return "Vos " + strconv.Itoa(n) + " programmes jugés font tout ce que demande la fiche."
	}
	return strconv.Itoa(n) + " de vos programmes ont été jugés, dont " + strconv.Itoa(sheet) + " " +
		verb(sheet) + " tout ce que demande la fiche."
}

func verb(n int) string {
	if n > 1 {
		return "font"
	}
	return "fait"
}

// programs writes them as lines: the scores, then what did not pass.
func (t *terminal) programs(all []Program) {
	if len(all) == 0 {
		return
	}
	t.line("")
	t.line(t.paint.Strong("━━ " + programsTitle + " " + strings.Repeat("━", max(t.width()-text.Width(programsTitle)-4, 2))))
	for i := range all {
		p := &all[i]
		t.line("")
		for _, l := range text.Wrap(p.Name+" · "+p.Role, t.width()-3) {
			t.line("  " + t.paint.Title(l))
		}
		t.prose("  ", p.When)
		for _, s := range p.Scores {
			t.prose("  ", s)
		}
		for _, c := range p.Checks {
			if c.Verdict != check.Passed {
				t.judged(c)
			}
		}
		if p.Remark != "" {
			t.prose("  ", p.Remark)
		}
	}
}

// judgedColumn is where the name of a check begins: after "– non vérifié".
const judgedColumn = 19

func (t *terminal) judged(c Judged) {
	role := paint.Faint
	if c.Verdict == check.Failed {
		role = paint.Bad
	}
	head := "    " + t.paint.Paint(role, c.word()) + strings.Repeat(" ", max(judgedColumn-4-text.Width(c.word()), 1))
	what := c.level() + " " + c.ID + " : " + c.Title
	if c.Seen != "" {
		what += ". Vu : " + c.Seen
		if c.Verdict == check.NotChecked {
			what = c.level() + " " + c.ID + " : " + c.Seen
		}
	}
	for i, l := range text.Wrap(text.French(what), t.width()-judgedColumn-1) {
		if i > 0 {
			head = strings.Repeat(" ", judgedColumn)
		}
		t.line(head + l)
	}
}

func (m *markdown) programs(all []Program) {
	if len(all) == 0 {
		return
	}
	m.para("## " + programsTitle)
	for _, p := range all {
		m.para("### " + mdEscape(p.Name) + " · " + mdEscape(p.Role))
		m.para("*" + mdEscape(text.French(p.When)) + "*")
		for _, s := range p.Scores {
			m.para(mdEscape(text.French(s)))
		}
		var rows [][]string
		for _, c := range p.Checks {
			rows = append(rows, []string{c.level(), mdEscape(c.ID), mdEscape(text.French(c.Title)), c.word(), mdEscape(text.French(c.Seen))})
		}
		if len(rows) > 0 {
			m.table([]string{"niveau", "vérification", "ce qui est demandé", "verdict", "ce que labo a vu"}, rows)
		}
		if p.Remark != "" {
			m.para("*" + mdEscape(text.French(p.Remark)) + "*")
		}
	}
}

// judgedClass is the class of a verdict in the page.
func judgedClass(j Judged) string {
	switch j.Verdict {
	case check.Passed:
		return "alive"
	case check.Failed:
		return "closing"
	}
	return "lingering"
}
