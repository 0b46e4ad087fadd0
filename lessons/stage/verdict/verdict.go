// Package verdict draws what lessons/check found: the result of each check as
// it comes, what a failure rests on, and what changed since the last time. It
// is pure: the same report gives the same lines.
package verdict

import (
	"fmt"
	"path/filepath"
	"strings"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// View is how reports are drawn.
type View struct {
	Palette paint.Palette
	Width   int  // columns
	Hint    int  // degree of the hints shown, 0 to 2, or -1 for none
	Details bool // the evidence of failed challenges too
	Step    bool // one challenge at a time: what is failed is the next
}

// Columns of a result: sign and word, then ID, then title.
const (
	margin    = 2
	wordWidth = 13 // "✗ échoué", "– non vérifié"
	idWidth   = 17 // "envoie-plusieurs"
)

// inner is where the details of a result begin.
const inner = margin + 2

// words and signs of the verdicts: never colour alone.
func wordOf(v check.Verdict) (word string, role paint.Role) {
	switch v {
	case check.Passed:
		return "✓ réussi", paint.Good
	case check.Failed:
		return "✗ échoué", paint.Bad
	}
	return "– non vérifié", paint.Faint
}

// Head returns the lines before the first result.
func (v View) Head(r check.Report) []string {
	name := text.Visible(Name(&r))
	line := "rôle " + r.Role.String()
	if r.Guessed != "" {
		line += " (reconnu " + r.Guessed + ")"
	}
	line += fmt.Sprintf(" · port %d · graine %d", r.Port, r.Seed)
	lines := append([]string{v.Palette.Title(text.Truncate(name, v.Width))}, v.wrap(0, line)...)
	for _, file := range r.Shadows {
		what, remedy := check.ShadowWords(file)
		lines = append(lines, v.wrap(0, "! "+what+". "+remedy)...)
	}
	return lines
}

// Name returns what the report calls the program: its file or its command.
func Name(r *check.Report) string {
	if r.File != "" {
		return filepath.ToSlash(r.File)
	}
	return strings.Join(r.Argv, " ")
}

// Level returns the heading before the first result of a level.
func (v View) Level(l check.Level) []string {
	if l == check.Challenge {
		return append([]string{"", v.Palette.Strong("Les défis")},
			v.faint(0, "Les programmes de la fiche y échouent : c'est le but. À vous d'aller plus loin.")...)
	}
	return []string{"", v.Palette.Strong("La fiche")}
}

// Result returns the lines of one result.
func (v View) Result(r check.Result, program string) []string {
	word, role := wordOf(r.Verdict)
	if v.Step && r.Level == check.Challenge && r.Verdict == check.Failed {
		word, role = "→ le prochain", paint.Plain
	}
	head := strings.Repeat(" ", margin) + v.Palette.Paint(role, word) + strings.Repeat(" ", max(1, wordWidth-text.Width(word)+2))
	at := margin + wordWidth + 2
	id := text.PadRight(r.ID, idWidth)
	what := check.WordsOf(r.ID, "").Title
	if r.Blocker != "" {
		what = r.Cause // the same for many: in place of the title
	}
	lines := text.Paragraph(what, max(v.Width-at-idWidth, 20))
	out := []string{head + v.Palette.Strong(id) + lines[0]}
	for _, line := range lines[1:] {
		out = append(out, strings.Repeat(" ", at+idWidth)+line)
	}
	if r.Verdict == check.NotChecked && r.Blocker == "" {
		out = append(out, v.faint(inner, upper(r.Cause)+".")...)
	}
	out = append(out, v.labelled("remarque", r.Remark)...)
	if v.Step && r.Level == check.Challenge && r.Verdict == check.Failed {
		out = append(out, v.challenge(r.ID)...)
	}
	if r.Finding != nil {
		out = append(out, v.finding(&r, program)...)
	}
	return out
}

// challenge says why a challenge is worth it, and what the adversary will do.
func (v View) challenge(id string) []string {
	w := check.WordsOf(id, "")
	return append(v.labelled("pourquoi", w.Idea), v.labelled("adversaire", w.Peer)...)
}

// Challenges lists the challenges of a role: those that were passed, and the next,
// with its words; with Details, the words of each.
func (v View) Challenges(program string, role check.Role, passed func(id string) bool) []string {
	ids := check.Challenges(role)
	n, next := 0, ""
	for _, id := range ids {
		switch {
		case passed(id):
			n++
		case next == "":
			next = id
		}
	}
	lines := []string{v.Palette.Strong(text.French(fmt.Sprintf("%s : %d sur %d", text.Visible(program), n, len(ids))))}
	for _, id := range ids {
		sign, as := "·", paint.Faint
		switch {
		case passed(id):
			sign, as = "✓", paint.Good
		case id == next:
			sign, as = "→", paint.Plain
		}
		title := text.Paragraph(check.WordsOf(id, "").Title, max(v.Width-idWidth-5, 20))
		lines = append(lines, "  "+v.Palette.Paint(as, sign)+" "+v.Palette.Strong(text.PadRight(id, idWidth))+title[0])
		for _, more := range title[1:] {
			lines = append(lines, strings.Repeat(" ", idWidth+4)+more)
		}
		if id == next || v.Details {
			lines = append(lines, v.challenge(id)...)
		}
	}
	return lines
}

// upper returns s with its first letter a capital, unless it begins with the
// name of a function or of a file.
func upper(s string) string {
	if first, _, _ := strings.Cut(s, " "); strings.ContainsAny(strings.TrimRight(first, ".,"), "(.") {
		return s
	}
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

// Tale returns what labo did and saw, in order, so that it can be done again by
// hand.
func (v View) Tale(r *check.Report) []string {
	lines := []string{"", v.Palette.Strong(text.French("Le récit")),
		v.Palette.Faint(text.French("Chaque essai commence à 0,00 s ; \"…\" est ce qui est envoyé, \\n un saut de ligne."))}
	for _, line := range r.Tale {
		at, said, timed := strings.Cut(line, " s  ")
		if at += " s  "; !timed {
			at, said = "", line
		}
		for _, part := range text.Wrap(text.Visible(said), max(v.Width-len(at), 20)) {
			lines = append(lines, at+part)
			at = strings.Repeat(" ", len(at))
		}
	}
	return lines
}

// End returns the lines after the last result.
func (v View) End(r *check.Report) []string {
	lines := []string{""}
	for _, level := range []check.Level{check.Sheet, check.Challenge} {
		passed, failed, not := r.Count(level, check.Passed), r.Count(level, check.Failed), r.Count(level, check.NotChecked)
		if passed+failed+not == 0 {
			continue
		}
		name := "La fiche"
		if level == check.Challenge {
			name = "Les défis"
		}
		if v.Step && level == check.Challenge {
			lines = append(lines, v.wrap(0, fmt.Sprintf("%s : %d sur %d. Un à la fois ; `labo verifier --defis` montre la liste, `--tous` les juge tous.", name, passed, passed+failed+not))...)
			continue
		}
		line := fmt.Sprintf("%s : %s%s, %s, %d non %s", name, text.Plural(passed, "réussi"), remarked(r.Remarked(level)), text.Plural(failed, "échoué"),
			not, strings.SplitN(text.Plural(not, "vérifié"), text.NBSP, 2)[1])
		role := paint.Good
		switch {
		case failed > 0 && level == check.Sheet:
			role = paint.Bad
		case failed+not > 0:
			role = paint.Plain
		}
		for _, l := range v.wrap(0, line+".") {
			lines = append(lines, v.Palette.Paint(role, l))
		}
	}
	lines = append(lines, v.faint(0, "Jugé en "+text.Duration(r.Took)+".")...)
	return append(lines, v.next(r)...)
}

// remarked says how many of those that passed have a remark.
func remarked(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (dont %d avec une remarque)", n)
}

// next proposes what to type next, when something failed.
func (v View) next(r *check.Report) []string {
	for i := range r.Results {
		res := &r.Results[i]
		if res.Verdict == check.Failed && v.Hint < 2 {
			options := fmt.Sprintf("--seulement %s --indice=%d", res.ID, v.Hint+2)
			if r.Port != atelier.Port {
				options += fmt.Sprintf(" --port %d", r.Port)
			}
			return []string{text.French("Pour un indice :"), "  " + again(r, options)}
		}
	}
	return nil
}

// again is a command to copy, that judges the program with these options.
func again(r *check.Report, options string) string {
	if r.File == "" {
		command := "labo verifier " + options + " --role " + r.Role.String() + " --"
		for _, arg := range r.Argv {
			command += " " + quoted(text.Visible(arg))
		}
		return command
	}
	file := r.File
	if strings.HasPrefix(file, "-") { // it would be an option
		file = "./" + file
	}
	return "labo verifier " + quoted(text.Visible(file)) + " " + options
}

func quoted(s string) string {
	if strings.ContainsAny(s, " '\"()&;$*?|<>") {
		return `"` + s + `"`
	}
	return s
}

// changes says what is no longer as it was in the report before, by verdict;
// nothing when there is no report before.
func (v View) changes(before, after *check.Report) []string {
	if before == nil {
		return nil
	}
	lines := []string{"", v.Palette.Strong(text.French("Depuis la dernière fois"))}
	none := len(lines)
	for _, verdict := range []check.Verdict{check.Passed, check.Failed, check.NotChecked} {
		var ids []string
		for i := range after.Results {
			now := &after.Results[i]
			if was, ok := before.Result(now.ID); ok && was.Verdict != now.Verdict && now.Verdict == verdict {
				ids = append(ids, now.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		word, role := wordOf(verdict)
		names := v.wrap(margin+wordWidth+2, strings.Join(ids, ", "))
		names[0] = "  " + v.Palette.Paint(role, word) + strings.Repeat(" ", wordWidth-text.Width(word)+2) + strings.TrimLeft(names[0], " ")
		lines = append(lines, names...)
	}
	if len(lines) == none {
		lines = append(lines, v.faint(margin, "Rien n'a changé.")...)
	}
	return lines
}

// wrap returns a French sentence in lines that begin at a column.
func (v View) wrap(at int, sentence string) []string {
	lines := text.Paragraph(sentence, max(v.Width-at, 20))
	for i := range lines {
		lines[i] = strings.Repeat(" ", at) + lines[i]
	}
	return lines
}

func (v View) faint(at int, sentence string) []string {
	lines := v.wrap(at, sentence)
	for i, line := range lines {
		trimmed := strings.TrimLeft(line, " ")
		lines[i] = line[:len(line)-len(trimmed)] + v.Palette.Faint(trimmed)
	}
	return lines
}
