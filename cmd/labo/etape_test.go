package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons"
	"labo/lessons/atelier"
	"labo/lessons/notebook"
	"labo/lessons/projection"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// What is proposed to go on plays on the port that was played on.
func TestTheFarewellKeepsThePort(t *testing.T) {
	home := t.TempDir()
	book := notebook.Open(notebook.Options{Getenv: func(string) string { return home }, Now: time.Now})
	defer book.Close()
	book.Begun(scene.Head{Step: 1, ID: "port-libre"})
	for port, want := range map[uint16]string{atelier.Port: "labo etape 1\n", 12346: "labo etape 1 --port 12346\n"} {
		var out bytes.Buffer
		farewell(newConsole(strings.NewReader(""), &out, &out, nil), book.Notebook(), 1, port, true, false)
		if !strings.Contains(out.String(), want) {
			t.Errorf("on port %d: %q", port, out.String())
		}
	}
}

// Steps 1 to 3 end by inviting to have their programs judged, once their last
// scene was played; before it, and after the others, nothing is said of that.
func TestStepsEndByInvitingToBeJudged(t *testing.T) {
	invited := map[int]string{1: "labo verifier serveur.py", 2: "labo verifier serveur.py client.py", 3: "labo verifier serveur2.py client2.py"}
	all, err := lessons.Contents()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range all {
		home := t.TempDir()
		book := notebook.Open(notebook.Options{Getenv: func(string) string { return home }, Now: time.Now})
		said := func() string {
			var out bytes.Buffer
			farewell(newConsole(strings.NewReader(""), &out, &out, nil), book.Notebook(), step.Number, atelier.Port, false, false)
			return strings.Join(strings.Fields(strings.ReplaceAll(out.String(), text.NBSP, " ")), " ")
		}
		for i, sc := range step.Scenes {
			if i == len(step.Scenes)-1 {
				if s := said(); strings.Contains(s, "labo verifier") {
					t.Errorf("step %d, before its last scene: %s", step.Number, s)
				}
			}
			book.Begun(scene.Head{Step: step.Number, StepTitle: step.Title, ID: sc.ID, Title: sc.Title})
			book.Done(sc.ID)
		}
		want, ok := invited[step.Number]
		if s := said(); strings.Contains(s, "« "+want+" »") != ok || strings.Contains(s, "labo atelier") != ok {
			t.Errorf("step %d ends with: %s", step.Number, s)
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Where the port is taken, the whole command is given again.
func TestTheCommandIsGivenAgainWhole(t *testing.T) {
	auto := 20 * time.Second
	o := etapeOptions{projection: true, class: "2nde 4", scene: "ecouter", film: "mon cours.film", folder: "cours", auto: &auto, page: pageOptions{wanted: true, silent: true}}
	want := `labo etape 1 --projection --page --sans-navigateur --dossier cours --classe "2nde 4" --auto=20s --film "mon cours.film" --scene ecouter`
	if got := o.command("1"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// The last page of a browser's projection says what the class voted that day in the step.
func TestTheClassVotesAreSaidAtTheEnd(t *testing.T) {
	step, _ := lessons.StepByNumber(1)
	got := votedWords(step, []projection.Past{
		{Step: 1, Scene: "port-libre", Rounds: []vote.Tally{{9, 12, 6}, {20, 6, 2}}, Right: 0},
		{Step: 1, Scene: "ctrl-c", Rounds: []vote.Tally{{3, 4, 5}}, Right: -1},
		{Step: 2, Scene: "exit", Rounds: []vote.Tally{{1, 1, 1}}, Right: 1},
		{Step: 1, Scene: "une-autre", Rounds: []vote.Tally{{1, 1}}, Right: 1},
	})
	want := []string{"Vote « Un port libre » : 33 % → 71 % l'avaient prédit", "Vote « Ctrl+C : le noyau range » : sans réponse mesurée"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
