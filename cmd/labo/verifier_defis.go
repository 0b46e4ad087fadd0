package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"labo/lessons/atelier"
	"labo/lessons/check"
	"labo/lessons/fault"
	"labo/lessons/notebook"
	"labo/lessons/text"
)

// listChallenges shows the challenges, and how far the reader is: of all programs,
// or of those that are named.
func (o *verifierOptions) listChallenges(c *console, args []string) error {
	book, err := notebook.Read(c.getenv)
	if err != nil {
		book = &notebook.Notebook{} // nothing was passed that labo knows of
	}
	view := o.view(c)
	wanted := check.Roles
	if len(args) > 0 {
		wanted = nil
		for _, arg := range args {
			role, ok := check.ParseRole(text.Fold(trimmed(arg)))
			if !ok {
				return fault.Usage("« "+text.Visible(arg)+" » n'est pas un programme de la fiche", "Par exemple : `labo verifier --defis serveur.py`.")
			}
			wanted = append(wanted, role)
		}
	}
	for i, role := range wanted {
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		name := role.String() + ".py"
		j := judged(book, role)
		if j != nil {
			name = j.File
		}
		writeLines(c, view.Challenges(name, role, passedIn(j)))
	}
	return nil
}

// judged returns the newest judgement of a program of that role, nil where there
// is none.
func judged(book *notebook.Notebook, role check.Role) (newest *notebook.Judgement) {
	for _, j := range book.Judgements {
		if j.Role == role.String() && (newest == nil || j.At.After(newest.At)) {
			newest = j
		}
	}
	return newest
}

// passedIn tells the checks that a judgement, which may be nil, found passed.
func passedIn(j *notebook.Judgement) func(id string) bool {
	return func(id string) bool {
		return j != nil && slices.ContainsFunc(j.Checks, func(c notebook.CheckVerdict) bool { return c.ID == id && c.Verdict == check.Passed.String() })
	}
}

// challengeLines say, of each program that was judged, how many challenges it has
// passed, and the next.
func challengeLines(book *notebook.Notebook) []string {
	var lines []string
	for _, role := range check.Roles {
		j := judged(book, role)
		if j == nil {
			continue
		}
		n, next, ids := 0, "", check.Challenges(role)
		for _, id := range ids {
			switch passed := passedIn(j); {
			case passed(id):
				n++
			case next == "":
				next = id
			}
		}
		line := fmt.Sprintf("%s : %d sur %d", text.Visible(j.File), n, len(ids))
		if next != "" {
			line += " ; le suivant, " + next + " : " + check.WordsOf(next, "").Title
		}
		lines = append(lines, line+".")
	}
	return lines
}

// trimmed is a role from the name of its file.
func trimmed(file string) string {
	if isPython(file) {
		return file[:len(file)-len(".py")]
	}
	return file
}

// tellHoles says where a program that is not whole yet is written.
func tellHoles(c *console, file string, r *check.Report) {
	step := atelier.Step(filepath.Base(file))
	if step == 0 || r.OK() {
		return
	}
	b, err := os.ReadFile(file)
	if empty := atelier.Empty(b); err == nil && len(empty) > 0 {
		fmt.Fprintln(c.out, text.Prose(fmt.Sprintf("Le trou %d attend encore vos lignes : `labo etape %d` vous y mène.", slices.Min(empty), step)))
	}
}
