package roster

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"labo/lessons/check"
	"labo/lessons/check/class"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// sample is a class whose names are hostile; all four roles, each verdict, and
// who could not be judged.
func sample() []*class.Student {
	students := []*class.Student{
		{Name: "Vide", Notes: []string{"aucun fichier .py : rien à juger"}},
		{Name: "Non\x1b[31m\xff\n", Programs: []*class.Program{{Path: "x.py", Outcome: class.Outcome{Fault: "le rôle de ce programme n'a pas été reconnu"}}, {Path: "y.py"}}},
	}
	for i, name := range []string{"<b>Zoé</b>", "Un nom qui n'en finit pas, et qui ne tient dans aucune colonne", "con", "CON"} {
		s := &class.Student{Name: name}
		for _, role := range check.Roles {
			d := &check.Document{Role: role.String()}
			for k, id := range check.IDs(role) {
				idea := "une idée, assez longue pour tenir sur deux lignes d'un petit écran"
				verdict := []check.Verdict{check.Passed, check.Failed, check.NotChecked}[(i*k)%3]
				d.Checks = append(d.Checks, check.CheckRecord{ID: id, Level: check.LevelOf(role, id).String(), Verdict: verdict.String(), Title: "un titre", Idea: &idea, Actual: &idea})
			}
			s.Programs = append(s.Programs, &class.Program{Path: name + "/" + role.String() + ".py", Outcome: class.Outcome{Judged: d, Feedback: []string{"vu"}}})
		}
		students = append(students, s)
	}
	return students
}

// On any screen every table fits, each student is there, each letter is explained,
// and nothing from outside acts on the terminal.
func TestTheTablesFit(t *testing.T) {
	for width := 60; width <= 140; width += 10 {
		for _, colour := range []bool{false, true} {
			lines := View{Palette: paint.New(colour), Width: width}.Lines(sample())
			for _, line := range lines {
				bare := text.Bare(line)
				if text.Width(bare) > width {
					t.Errorf("%d cells of %d: %q", text.Width(bare), width, bare)
				}
				if strings.Contains(bare, "\x1b") || !utf8.ValidString(bare) {
					t.Errorf("hostile: %q", bare)
				}
			}
			all := text.Bare(strings.Join(lines, "\n"))
			if n := strings.Count(all, "con   "); n < 8 {
				t.Errorf("%d cells wide: a student is in %d tables", width, n)
			}
			for _, role := range check.Roles {
				for _, id := range check.IDs(role) {
					if !strings.Contains(all, text.NBSP+id) {
						t.Errorf("%s is not explained", id)
					}
				}
			}
		}
	}
}

// Each student has a file of their own, by a name that every system takes, and
// the page leads to it. No name becomes a part of the page.
func TestTheFolderOfAClass(t *testing.T) {
	name := filepath.Join(t.TempDir(), "verdicts")
	students := sample()
	for n, want := range []string{name, name + "-2"} {
		f, err := NewFolder(name, true)
		if err != nil || f.Path != want {
			t.Fatalf("%v, %v", f, err)
		}
		for range 2 { // a second time, when a judgement was made again
			for _, s := range students {
				if err := f.Student(s); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := f.Tables(&Page{Title: "x", Students: students}); err != nil {
			t.Fatal(err)
		}
		files, _ := os.ReadDir(filepath.Join(f.Path, feedbackFolder))
		if len(files) != len(students) {
			t.Errorf("%d: %d files for %d students", n, len(files), len(students))
		}
		page, _ := os.ReadFile(filepath.Join(f.Path, pageFile))
		for _, file := range files {
			if strings.ContainsAny(file.Name(), "<>:\"/\\|?*\x1b\n ") || strings.EqualFold(file.Name(), "con.txt") {
				t.Errorf("a file is called %q", file.Name())
			}
		}
		if bytes.Contains(page, []byte("<b>")) || !bytes.Contains(page, []byte(`href="retours/eleve_con.txt"`)) {
			t.Error("the page does not name its students as it should")
		}
	}
	if _, err := NewFolder(name, false); err == nil {
		t.Error("a folder is taken twice")
	}
}
