package notebook

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/lessons/check"
)

// judgedAs is the document of a judgement in which every check of a role has
// one verdict.
func judgedAs(role check.Role, verdict check.Verdict) check.Document {
	d := check.Document{Version: 1, File: "serveur.py", Role: role.String(), Port: 12345, Seed: 7, TookMS: 4200}
	for i, id := range check.IDs(role) {
		level := check.Sheet
		if i > 3 {
			level = check.Challenge
		}
		d.Checks = append(d.Checks, check.CheckRecord{ID: id, Title: "titre de " + id, Level: level.String(), Verdict: verdict.String()})
	}
	return d
}

func TestTheNewestJudgementOfAProgramIsKept(t *testing.T) {
	home := t.TempDir()
	var told said
	s := open(t, home, &told)
	s.Judged("serveur.py", judgedAs(check.Server, check.Failed))
	first := reread(t, home).Judgements[0]
	s.Judged("serveur.py", judgedAs(check.Server, check.Passed))
	s.Judged("serveur.py", judgedAs(check.Server2, check.NotChecked))
	s.Judged("client.py", judgedAs(check.Client, check.Passed))
	s.Close()
	book := reread(t, home)
	if len(told) > 0 || book.Empty() || book.Format != fmt.Sprintf("%d.%d", formatMajor, formatMinor) {
		t.Errorf("told %q, empty %v, format %s", told, book.Empty(), book.Format)
	}
	var got []string
	for _, j := range book.Judgements {
		passed, all := j.Count(check.Sheet, check.Passed)
		got = append(got, fmt.Sprint(j.File, " ", j.Role, " ", j.Tries, " ", passed, "/", all))
	}
	want := []string{"serveur.py serveur 2 4/4", "serveur.py serveur2 1 0/4", "client.py client 1 4/4"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if now := book.Judgements[0]; !now.At.After(first.At) || now.Seed != 7 || now.Port != 12345 || now.Partial {
		t.Errorf("kept %+v after %v", now, first.At)
	}
}

// A partial judgement counts, and never hides a whole one.
func TestAPartialJudgementLeavesAWholeOne(t *testing.T) {
	home := t.TempDir()
	var told said
	s := open(t, home, &told)
	part := judgedAs(check.Client, check.Failed)
	part.Checks = part.Checks[:2]
	s.Judged("client.py", part)
	if j := s.Notebook().Judgements[0]; !j.Partial || len(j.Checks) != 2 || j.Tries != 1 {
		t.Errorf("the first, partial: %+v", j)
	}
	s.Judged("client.py", judgedAs(check.Client, check.Passed))
	s.Judged("client.py", part)
	j := reread(t, home).Judgements[0]
	if n, all := j.Count(check.Sheet, check.Passed); j.Partial || j.Tries != 3 || n != 4 || all != 4 {
		t.Errorf("after a whole one and another partial one: %+v", j)
	}
}

// What a program printed is made visible and bounded; bytes, sockets and
// output are not kept.
func TestAJudgementIsKeptVisibleAndBounded(t *testing.T) {
	home := t.TempDir()
	var told said
	s := open(t, home, &told)
	hostile := "\x1b[31m<script>\x00" + strings.Repeat("é", 2*maxWords)
	d := judgedAs(check.Server, check.Failed)
	for i := range d.Checks {
		d.Checks[i].Actual = &hostile
		d.Checks[i].Evidence = &check.EvidenceRecord{Stdout: "SECRET-OUTPUT", Traceback: &check.TracebackRecord{Line: 26, File: "/home/ada/serveur.py"}}
	}
	for i := range maxJudgements + 2 {
		s.Judged(fmt.Sprint("\x1bs", i, ".py"), d)
	}
	data, err := os.ReadFile(filepath.Join(home, fileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\x1b", `\u001b`, `\u0000`, "SECRET-OUTPUT", "/home/ada"} {
		if strings.Contains(string(data), bad) {
			t.Errorf("%q is in the file", bad)
		}
	}
	book := reread(t, home)
	if len(book.Judgements) != maxJudgements ||
		!strings.HasSuffix(book.Judgements[0].File, "s2.py") {
		t.Errorf("%d kept, the first %q", len(book.Judgements), book.Judgements[0].File)
	}
	want := CheckVerdict{ID: "demarre", Title: "titre de demarre", Level: "fiche", Verdict: "failed", Line: 26}
	if diff := cmp.Diff(want, book.Judgements[0].Checks[0], cmpopts.IgnoreFields(CheckVerdict{}, "Actual")); diff != "" {
		t.Errorf("check (-want +got):\n%s", diff)
	}
}

// Where nothing can be saved, that is told once and nothing else happens.
func TestAJudgementThatCannotBeKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var told said
	s := open(t, filepath.Join(file, "home"), &told)
	s.Judged("serveur.py", judgedAs(check.Server, check.Passed))
	s.Judged("client.py", judgedAs(check.Client, check.Passed))
	if len(told) != 1 || !strings.HasPrefix(told[0], "Rien n'est gardé") {
		t.Errorf("told %q", told)
	}
}

// What only an edited file has does no harm.
func TestJudgementsOfAnEditedFile(t *testing.T) {
	book, damage, err := parse([]byte(`{"format": "1.1", "judgements": [null, {"file": "x.py", "checks": [null, {"id": "code"}]}]}`))
	if err != nil || damage != nil || len(book.Judgements) != 1 || len(book.Judgements[0].Checks) != 1 {
		t.Errorf("read %+v, left out %v, %v", book, damage, err)
	}
}
