package handin

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/check"
	"labo/lessons/notebook"
	"labo/lessons/record"
	"labo/lessons/room"
	"labo/lessons/vote"
)

// drawn is a notebook with random answers to questions of step 1.
func drawn(r *rand.Rand, hostile string) *notebook.Notebook {
	var day time.Time
	options := []notebook.Option{{ID: "a", Text: "Un " + hostile}, {ID: "b", Text: "Deux"}, {ID: "c", Text: "Trois"}}
	step := &notebook.Step{Number: 1}
	for i := range 4 {
		p := &notebook.Prediction{Part: "prediction", Question: []string{"Que se passe-t-il " + hostile}, Options: options}
		for range r.IntN(4) {
			day = day.AddDate(0, 0, 1)
			t := notebook.Try{At: day, Measured: "secret-de-la-machine"}
			if r.IntN(8) > 0 {
				t.Chosen = &options[r.IntN(3)].ID
			}
			if r.IntN(8) > 0 {
				t.Right = &options[0].ID
			} else if r.IntN(2) == 0 {
				t.Left = "rien"
			}
			p.Tries = append(p.Tries, t)
		}
		step.Scenes = append(step.Scenes, &notebook.Scene{ID: fmt.Sprintf("scene-%d", i), Title: hostile, Predictions: []*notebook.Prediction{p},
			Run: &notebook.Run{Machine: "secret-de-la-machine", Evidence: []record.Evidence{{Title: "secret-de-la-machine"}}}})
	}
	n := &notebook.Notebook{Format: "1.4", Steps: []*notebook.Step{step}}
	j := &notebook.Judgement{File: "/home/secret-de-la-machine/tp/serveur.py", Role: check.Roles[0].String(), At: day, Machine: "secret-de-la-machine"}
	for _, id := range check.IDs(check.Roles[0]) {
		v := []check.Verdict{check.Passed, check.Failed, check.NotChecked}[r.IntN(3)]
		j.Checks = append(j.Checks, notebook.CheckVerdict{ID: id, Title: hostile, Idea: hostile, Actual: "secret-de-la-machine", Level: check.Sheet.String(), Verdict: v.String()})
	}
	n.Judgements = append(n.Judgements, j)
	return n
}

func handed(t *testing.T, seed uint64, names ...string) (string, []Copy) {
	t.Helper()
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(seed, 1))
	for i, name := range names {
		data, err := drawn(r, name).HandedIn(name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("secret-de-la-machine")) {
			t.Errorf("what was measured is handed in:\n%s", data)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, FileName(name))), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Read(dir)
	if err != nil || len(all) != len(names) {
		t.Fatalf("%d notebooks of %d, %v", len(all), len(names), err)
	}
	return dir, all
}

var hostile = []string{"<script>alert(1)</script>", "=1+1", "\x1b[2Jrien", "\u202eloutre", "a\";\nb;c", "loutre 7"}

// Each wrong first answer is in one of the four ends, and everybody who answered
// is right or wrong.
func TestEveryFirstAnswerIsCountedOnce(t *testing.T) {
	moved, stood, once, came := 0, 0, 0, 0
	for seed := range uint64(40) {
		_, all := handed(t, seed, hostile...)
		for _, q := range Questions(all, nil) {
			wrong, last := 0, 0
			for _, e := range q.Errors {
				wrong += e.First
				last += e.Stood + e.Once + e.Came
				if e.First != e.Moved+e.Stood+e.Other+e.Once {
					t.Fatalf("%+v", e)
				}
				moved, stood, once, came = moved+e.Moved, stood+e.Stood, once+e.Once, came+e.Came
			}
			if q.First+wrong != q.Answered || q.Last+last != q.Answered {
				t.Fatalf("of %d, %d right and %d wrong at first; %d and %d at last: %+v", q.Answered, q.First, wrong, q.Last, last, q.Errors)
			}
		}
	}
	if moved == 0 || stood == 0 || once == 0 || came == 0 {
		t.Errorf("moved %d, stood %d, once %d, came %d: little was proved", moved, stood, once, came)
	}
}

// A spreadsheet reads one line for each, of one length, and no formula.
func TestTheTable(t *testing.T) {
	_, all := handed(t, 7, hostile...)
	var b bytes.Buffer
	if err := CSV(&b, Class{Copies: all}, nil); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != len(hostile)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) || strings.ContainsAny(cell, "\x1b\u202e\n") {
				t.Errorf("a cell is %q", cell)
			}
		}
	}
}

// A file that is no notebook stops nothing, and is named.
func TestAFileThatIsNoNotebook(t *testing.T) {
	dir, _ := handed(t, 1, "loutre 7")
	for name, content := range map[string]string{"vide.json": "", "autre.json": `{"a": 1}`, "plus.json": `{"format": "9.0"}`, "image.png": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Read(dir)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d, %v", len(all), err)
	}
	for _, c := range all {
		if (c.Note == "") != (c.Name == "loutre 7") || c.Book == nil {
			t.Errorf("%s: %q", c.Name, c.Note)
		}
	}
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{"loutre 7": "cahier-loutre-7.json", "Éléonore / ../..": "cahier-eleonore.json", "": "cahier.json", "\x1b«»": "cahier.json",
		strings.Repeat("a b", 90): "cahier-" + strings.TrimSuffix(strings.Repeat("a-b", 90)[:40], "-") + ".json"} {
		if got := FileName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// What became of each error is counted from the votes one by one: never from hands,
// which are of nobody. Who handed nothing in has a line too.
func TestVotesAreCountedOneByOne(t *testing.T) {
	dir := t.TempDir()
	if err := Keep(dir, "un", "loutre 7", time.Now(), []byte(`{"format": "1.4"}`)); err != nil {
		t.Fatal(err)
	}
	copies, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	class := Class{Copies: copies, Members: []room.Member{{ID: "un", Pseudonym: "loutre 7"}, {ID: "deux", Pseudonym: "=1+1"}, {ID: "trois", Pseudonym: "gecko 3"}, {ID: "muet", Pseudonym: "muet"}}}
	by := func(round map[string]int) map[string]room.Vote {
		votes := map[string]room.Vote{}
		for id, option := range round {
			votes[id] = room.Vote{Option: option}
		}
		return votes
	}
	class.Polls = []room.Poll{
		{Ballot: room.Ballot{ID: "1-reserver-le-port-prediction-2", Scene: "1-reserver-le-port", Question: "Que se passe-t-il ?", Options: []string{"refusée", "reçue", "attend"}},
			Standing: room.Standing{Right: 2, State: vote.State{Round: 2, Phase: vote.Settled, Hands: [][]int{{100, 0}, {0, 100}}}},
			By:       [2]map[string]room.Vote{by(map[string]int{"un": 1, "deux": 1, "trois": 1}), by(map[string]int{"un": 2, "deux": 1})}},
		{Ballot: room.Ballot{ID: "libre-1", Question: "Un mot ?"}, Standing: room.Standing{State: vote.State{Round: 1}}, By: [2]map[string]room.Vote{{"deux": {Word: "@refus"}}, {}}},
	}
	voted := class.Voted()
	q := voted[0]
	if len(q.Errors) != 1 || q.Answered != 3 || q.First != 0 || q.Last != 1 {
		t.Fatalf("%+v", q.Question)
	}
	if e := q.Errors[0]; e.First != 3 || e.Moved != 1 || e.Stood != 1 || e.Once != 1 || e.Reveals == "" {
		t.Errorf("%+v", e)
	}
	if q.Title == "" || q.Part != "prediction" || q.Poll.Split(1).Total() != 103 {
		t.Errorf("%+v", q)
	}
	var b bytes.Buffer
	if err := CSV(&b, class, nil); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v:\n%s", len(rows), err, b.String())
	}
	for _, want := range [][]string{{"'=1+1", "1", "0", "0", "faux : refusée", "faux : refusée", "'@refus"}, {"gecko 3", "1", "0", "0", "faux : refusée", "", ""}, {"loutre 7", "1", "0", "1", "faux : refusée", "juste", ""}} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(append(row[:1:1], row[2:8]...), want) }) {
			t.Errorf("no row %q in\n%s", want, b.String())
		}
	}
}
