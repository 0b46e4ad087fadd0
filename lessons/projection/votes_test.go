package projection

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/vote"
)

var ofScene = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// voted is a status in the middle of a vote.
func voted(part string, phase vote.Phase, hands ...vote.Tally) Status {
	s := status("ecouter", 3)
	s.Begun = ofScene
	v := &Vote{Part: part, Question: "Que se passe-t-il ?", Options: []Option{{"a", "oui ; sans doute"}, {"b", "=SOMME(1)"}}, State: vote.State{Phase: phase}, Right: -1}
	for _, h := range hands {
		v.By = append(v.By, map[vote.Source]vote.Tally{vote.Hands: h})
	}
	if phase == vote.Settled {
		v.Answered, v.Right = true, 1
	}
	s.Vote = v
	return s
}

// Each vote is written once, as it was when the class saw the measurement, or
// when the lesson went elsewhere; a vote that nobody took part in is none.
func TestEachVoteIsKeptOnce(t *testing.T) {
	home := t.TempDir()
	v := NewVotes(in(home), "2nde 4")
	for _, s := range []Status{
		status("ecouter", 3), voted("un", vote.Counting), voted("un", vote.Counting, vote.Tally{9, 0}), voted("un", vote.Closed, vote.Tally{9, 12}),
		voted("un", vote.Counting, vote.Tally{9, 12}, vote.Tally{2, 19}), voted("un", vote.Settled, vote.Tally{9, 12}, vote.Tally{2, 19}),
		voted("un", vote.Settled, vote.Tally{9, 12}, vote.Tally{2, 19}),                                 // the lesson goes on in the same scene
		voted("deux", vote.Counting), voted("deux", vote.Closed, vote.Tally{4, 4}), status("ctrl-c", 8), // left before the measurement
		voted("vide", vote.Counting), status("fin", 9),
	} {
		if notice := v.Take(s); notice != "" {
			t.Fatal(notice)
		}
	}
	if said := v.Close(); len(said) != 1 || !strings.HasPrefix(said[0], "2") || !strings.Contains(said[0], "votes de la classe 2nde 4") {
		t.Errorf("%q", said)
	}
	again := NewVotes(in(home), "2nde 4")
	again.Take(voted("un", vote.Closed, vote.Tally{1, 2}))
	again.Close()
	checkEarlier(t, NewVotes(in(home), "2nde 4"))
	got := table(t, filepath.Join(home, "classes", "votes 2nde 4.csv"))
	if len(got) != 7 || !slices.Equal(got[0], header) {
		t.Fatalf("%d rows: %q", len(got), got)
	}
	for i, want := range [][]string{
		{"un", "a", "oui ; sans doute", "mains levées", "9", "2", "non"}, {"un", "b", "'=SOMME(1)", "mains levées", "12", "19", "oui"},
		{"deux", "a", "oui ; sans doute", "mains levées", "4", "", ""}, {"deux", "b", "'=SOMME(1)", "mains levées", "4", "", ""},
		{"un", "a", "oui ; sans doute", "mains levées", "1", "", ""}, {"un", "b", "'=SOMME(1)", "mains levées", "2", "", ""},
	} {
		if row := got[i+1]; !slices.Equal(row[5:], want) || row[2] != "2nde 4" || row[4] != "ecouter" {
			t.Errorf("row %d: %q, want %q", i+1, row, want)
		}
	}
}

// checkEarlier holds that the votes of the day are read again, of each question the
// last, and those of no other class or day.
func checkEarlier(t *testing.T, v *Votes) {
	t.Helper()
	all := v.Earlier(time.Now())
	if len(all) != 2 || all[0].Part != "deux" || all[1].Part != "un" || all[1].Scene != "ecouter" || all[1].Step != 1 {
		t.Fatalf("%+v", all)
	}
	if p := all[1]; len(p.Rounds) != 1 || !slices.Equal(p.Rounds[0], vote.Tally{1, 2}) || p.Right != -1 {
		t.Errorf("the question that was voted on again: %+v", p)
	}
	if tomorrow := v.Earlier(time.Now().AddDate(0, 0, 1)); len(tomorrow) != 0 {
		t.Errorf("the next day: %+v", tomorrow)
	}
	other := *v
	other.class = "2nde 5"
	if all := other.Earlier(time.Now()); len(all) != 0 {
		t.Errorf("another class: %+v", all)
	}
}

// What was measured, both rounds and the sources of a vote are read again, also
// between rows that are none.
func TestBothRoundsAreReadAgain(t *testing.T) {
	home := t.TempDir()
	v := NewVotes(in(home), "2nde 4")
	both := voted("un", vote.Settled, vote.Tally{9, 12}, vote.Tally{2, 19})
	for i := range both.Vote.By {
		both.Vote.By[i]["machines"] = vote.Tally{1, 3}
	}
	v.Take(both)
	v.Close()
	f, err := os.OpenFile(v.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("une ligne;\"mal écrite\n" + strings.Repeat(";", 11) + "\n")
	f.Close()
	all := NewVotes(in(home), "2nde 4").Earlier(time.Now())
	if len(all) != 1 || all[0].Right != 1 || len(all[0].Rounds) != 2 || !slices.Equal(all[0].Rounds[0], vote.Tally{10, 15}) || !slices.Equal(all[0].Rounds[1], vote.Tally{3, 22}) {
		t.Errorf("%+v", all)
	}
}

func table(t *testing.T, path string) [][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A class without a name: nothing is written anywhere, and that is said.
func TestAClassWithoutANameIsNotKept(t *testing.T) {
	home := t.TempDir()
	v := NewVotes(in(home), "")
	v.Take(voted("un", vote.Settled, vote.Tally{9, 12}))
	said := v.Close()
	entries, _ := os.ReadDir(home)
	if len(entries) != 0 || len(said) != 1 || !strings.Contains(said[0], "--classe") {
		t.Errorf("%v, %q", entries, said)
	}
}

// Where the file cannot be written, the lesson is told once, and the end says so.
func TestVotesThatCannotBeKeptAreSaid(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "classes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	v := NewVotes(in(home), "2nde 4")
	first := v.Take(voted("un", vote.Settled, vote.Tally{9, 12}))
	second := v.Take(voted("deux", vote.Settled, vote.Tally{9, 12}))
	if first == "" || second != "" || len(v.Close()) != 1 {
		t.Errorf("%q, then %q", first, second)
	}
}

func TestNamesOfClasses(t *testing.T) {
	for name, ok := range map[string]bool{"2nde 4": true, "Terminale NSI-2": true, "élèves_B": true, "": false, "../x": false, "a/b": false, ".x": false,
		"=1": false, "a;b": false, "a ": false, "-a": false, strings.Repeat("a", 41): false, "a\x1b": false} {
		if got := CheckClass(name) == nil; got != ok {
			t.Errorf("%q: %v", name, got)
		}
	}
}
