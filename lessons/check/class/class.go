// Package class judges the programs of a whole class: those of each folder, or
// file, of a folder. Each program is copied, and judged by a process of labo's
// own, where possible in a network of its own.
package class

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labo/lessons/check"
	"labo/lessons/check/runner"
	"labo/lessons/text"
)

// Student is a folder, or a file, and what was found in it. Names are bytes as
// the system gives them, which need not be text.
type Student struct {
	Name     string // of the folder or file
	Programs []*Program
	Notes    []string // what was left out, and why: French sentences
}

// Program is a program of a student, with what came of it.
type Program struct {
	Path    string // from the folder of the class
	Alone   bool   // a file of the class's folder: what is beside it is not of this student
	Outcome        // once it was judged
}

// Outcome is what a judging process says of a program.
type Outcome struct {
	Judged   *check.Document `json:"judged"`   // nil where it could not be judged
	Fault    string          `json:"fault"`    // why it was not: a French sentence
	Hint     string          `json:"hint"`     // what to do then
	Machine  bool            `json:"machine"`  // labo or the machine is to blame for that
	Feedback []string        `json:"feedback"` // lines for the student
	Hindered bool            `json:"hindered"` // it was judged, but the machine was in the way of some checks
	Held     runner.Limits   `json:"held"`     // of a trial: to what a program is held here
}

// How much is looked at in what a student hands in.
const (
	maxDepth    = 3
	maxPrograms = 8 // of one student
)

// Students returns those of a folder, by name as a French list has it, and the names of what belongs to
// nobody: files that are no program. Links are not followed. Error: that of
// reading the folder.
func Students(dir string) (students []*Student, others []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(text.Fold(a.Name()), text.Fold(b.Name())) })
	for _, e := range entries {
		name := e.Name()
		switch {
		case ignored(name):
		case e.IsDir():
			students = append(students, handedIn(dir, name))
		case e.Type()&fs.ModeSymlink != 0:
			students = append(students, &Student{Name: name, Notes: []string{linkNote(name)}})
		case e.Type().IsRegular() && isPython(name):
			students = append(students, &Student{Name: name, Programs: []*Program{{Path: name, Alone: true}}})
		default:
			others = append(others, name)
		}
	}
	return students, others, nil
}

// OfOne returns the programs of a folder that is of one student: it has some of the
// sheet by their names, and no other folder. It is nil for that of a class.
func OfOne(dir string) (programs []string) {
	students, _, _ := Students(dir)
	for _, s := range students {
		if !isPython(s.Name) {
			return nil
		}
	}
	for _, role := range check.Roles {
		name := role.String() + ".py"
		if slices.ContainsFunc(students, func(s *Student) bool { return s.Name == name && len(s.Programs) == 1 }) {
			programs = append(programs, filepath.Join(dir, name))
		}
	}
	return programs
}

// ignored are the folders and files that systems and tools leave.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "__")
}

func isPython(name string) bool { return strings.EqualFold(filepath.Ext(name), ".py") }

func linkNote(path string) string {
	return "« " + text.Visible(path) + " » est un lien vers un autre endroit : labo ne le suit pas"
}

// handedIn returns a student by what is in a folder: a program for each role
// that a name tells, or, where no name does, all programs.
func handedIn(dir, name string) *Student {
	s := &Student{Name: name}
	var found []string
	_ = filepath.WalkDir(filepath.Join(dir, name), func(path string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(dir, path)
		if relErr != nil {
			return relErr
		}
		switch depth := strings.Count(rel, string(filepath.Separator)); {
		case err != nil:
			s.Notes = append(s.Notes, "« "+text.Visible(rel)+" » n'a pas pu être lu")
			if e != nil && e.IsDir() {
				return fs.SkipDir
			}
		case rel != name && ignored(e.Name()), e.IsDir() && depth >= maxDepth:
			if e.IsDir() {
				return fs.SkipDir
			}
		case e.Type()&fs.ModeSymlink != 0:
			if isPython(e.Name()) {
				s.Notes = append(s.Notes, linkNote(rel))
			}
		case e.Type().IsRegular() && isPython(e.Name()):
			found = append(found, rel)
		}
		return nil
	})
	s.choose(found)
	return s
}

// choose keeps one program of each role: the one with the plainest name. The
// others are named. Where no name tells a role, each is judged on what it does.
func (s *Student) choose(found []string) {
	slices.SortStableFunc(found, func(a, b string) int { return len(filepath.Base(a)) - len(filepath.Base(b)) })
	taken := map[check.Role]string{}
	var unnamed []string
	for _, path := range found {
		role := check.RoleOfName(path)
		switch first := taken[role]; {
		case role == check.NoRole:
			unnamed = append(unnamed, path)
		case first != "":
			s.Notes = append(s.Notes, "« "+text.Visible(path)+" » n'est pas jugé : « "+text.Visible(first)+" » a le même rôle")
		default:
			taken[role] = path
		}
	}
	if len(taken) == 0 {
		if len(unnamed) > maxPrograms {
			s.Notes = append(s.Notes, "seuls "+text.Plural(maxPrograms, "programme")+" sur "+text.Number(len(unnamed))+" sont jugés")
			unnamed = unnamed[:maxPrograms]
		}
		for _, path := range unnamed {
			s.Programs = append(s.Programs, &Program{Path: path})
		}
	}
	for _, role := range check.Roles {
		if path := taken[role]; path != "" {
			s.Programs = append(s.Programs, &Program{Path: path})
		}
	}
	if len(found) == 0 && len(s.Notes) == 0 {
		s.Notes = append(s.Notes, "aucun fichier .py : rien à juger")
	}
}
