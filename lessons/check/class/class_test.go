package class

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"labo/lessons/check"
	"labo/probe/probetest"
)

// handIn makes the folder of a class: empty files by their paths.
func handIn(t *testing.T, paths ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, path := range paths {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Each folder and each Python file is a student, with a program for each role.
func TestStudentsOfAFolder(t *testing.T) {
	dir := handIn(t, "Zoé L/serveur.py", "Zoé L/client.py", "Zoé L/serveur_vieux.py", "Zoé L/outils.py", "Ali/tp/ex 1/serveur2.py",
		"Ben/essai.py", "Ben/__pycache__/serveur.py", "Ben/.git/client.py", "PDF/rapport.pdf", "Émile/client.py", "seul.py", "enonce.pdf", ".cache/serveur.py")
	students, others, err := Students(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range students {
		for _, p := range s.Programs {
			got = append(got, filepath.ToSlash(p.Path))
		}
	}
	want := []string{"Ali/tp/ex 1/serveur2.py", "Ben/essai.py", "Émile/client.py", "seul.py", "Zoé L/serveur.py", "Zoé L/client.py"}
	if !slices.Equal(got, want) {
		t.Errorf("programs %q, want %q", got, want)
	}
	if !slices.Equal(others, []string{"enonce.pdf"}) {
		t.Errorf("others %q", others)
	}
	for _, s := range students {
		if silent := len(s.Notes) == 0; silent == (s.Name == "PDF" || s.Name == "Zoé L") {
			t.Errorf("of %q it is noted %q", s.Name, s.Notes)
		}
	}
}

// Neither a link nor what it leads to is a program, or copied with one.
func TestLinksAreNotFollowed(t *testing.T) {
	dir, secret := handIn(t, "Ali/serveur.py"), filepath.Join(t.TempDir(), "client.py")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for to, link := range map[string]string{secret: "Ali/client.py", filepath.Dir(secret): "Ali/dossier", dir: "tout"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			probetest.Missing(t, "no links here: %v", err) // Windows, without the right
		}
	}
	students, _, err := Students(dir)
	if err != nil || len(students) != 2 || len(students[0].Programs) != 1 || len(students[1].Programs) != 0 {
		t.Fatalf("%+v, %v", students, err)
	}
	to := t.TempDir()
	if _, err := copyProgram(filepath.Join(dir, "Ali", "serveur.py"), to, false); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(to); len(entries) != 1 {
		t.Errorf("copied: %v", entries)
	}
}

func TestACopyHasAnEnd(t *testing.T) {
	dir := handIn(t, "a/serveur.py")
	if err := os.Truncate(filepath.Join(dir, "a", "serveur.py"), maxBytes+1); err != nil {
		t.Fatal(err)
	}
	for _, alone := range []bool{false, true} {
		if _, err := copyProgram(filepath.Join(dir, "a", "serveur.py"), t.TempDir(), alone); !errors.Is(err, errTooMuch) {
			t.Errorf("alone %t: %v", alone, err)
		}
	}
}

// judged is a program of which some checks are known.
func judged(path string, role check.Role, verdicts map[string]check.Verdict) *Program {
	d := &check.Document{Role: role.String()}
	for _, id := range check.IDs(role) {
		v, made := verdicts[id]
		if !made {
			v = check.Passed
		}
		idea := "idée de " + id
		d.Checks = append(d.Checks, check.CheckRecord{ID: id, Level: check.LevelOf(role, id).String(), Verdict: v.String(), Idea: &idea})
	}
	return &Program{Path: path, Outcome: Outcome{Judged: d}}
}

// What could not be judged counts neither for nor against.
func TestWhatMostMiss(t *testing.T) {
	failed := map[string]check.Verdict{"message": check.Failed, "etiquette": check.NotChecked}
	students := []*Student{
		{Name: "a", Programs: []*Program{judged("a", check.Server, failed), judged("a2", check.Client2, failed)}},
		{Name: "b", Programs: []*Program{judged("b", check.Server, failed), {Path: "b2"}}},
		{Name: "c", Programs: []*Program{judged("c", check.Server, nil)}},
		{Name: "d", Programs: []*Program{judged("d", check.Server, map[string]check.Verdict{"message": check.NotChecked, "depart": check.Failed})}},
	}
	got := MostMissed(students, "fiche")
	if len(got) != 1 || got[0].ID != "message" || got[0].Role != check.Server || got[0].Failed != 2 || got[0].Of != 3 || got[0].Idea != "idée de message" {
		t.Errorf("%+v", got)
	}
}

// What all show otherwise comes after what some do not do.
func TestAFormIsLessThanAFault(t *testing.T) {
	var students []*Student
	for i, failed := range []map[string]check.Verdict{{"annonce": check.Failed, "port": check.Failed}, {"annonce": check.Failed, "port": check.Failed}, {"annonce": check.Failed}} {
		students = append(students, &Student{Name: fmt.Sprint(i), Programs: []*Program{judged("serveur.py", check.Server, failed)}})
	}
	got := MostMissed(students, "fiche")
	if len(got) != 2 || got[0].ID != "port" || got[0].Form || got[1].ID != "annonce" || !got[1].Form {
		t.Errorf("%+v", got)
	}
}

// Each program is a line that a spreadsheet reads as text, whatever its name.
func TestCSV(t *testing.T) {
	name := "=1+1;\"\n\x1b\xff"
	students := []*Student{{Name: name, Programs: []*Program{judged("serveur.py", check.Server, nil), {Path: "x.py", Outcome: Outcome{Fault: "non"}}}},
		{Name: "vide", Notes: []string{"rien"}}}
	var b bytes.Buffer
	if err := CSV(&b, students, 7); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if len(row) != len(rows[0]) || strings.ContainsAny(row[0][:1], "=+-@") || strings.ContainsAny(row[0], "\n\x1b") || !utf8.ValidString(row[0]) {
			t.Errorf("%q", row)
		}
	}
	if rows[1][slices.Index(rows[0], "message")] != "réussi" || rows[1][slices.Index(rows[0], "connecte")] != "" {
		t.Errorf("%q", rows[1])
	}
}
