//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"labo/lessons/notebook"
	"labo/lessons/prose"
	"labo/lessons/scene"
)

// missed makes a notebook in which two questions were missed that day, one without
// hesitation, and one was passed.
func missed(t *testing.T, day time.Time) (home string) {
	t.Helper()
	home = t.TempDir()
	s := notebook.Open(notebook.Options{Getenv: environment(map[string]string{"LABO_HOME": home}), Now: func() time.Time { return day }})
	q := scene.Question{Blocks: []prose.Block{{Spans: []prose.Span{{Text: "Que se passe-t-il ?"}}}},
		Options: []prose.Option{{ID: "reussit", Spans: []prose.Span{{Text: "la connexion réussit"}}}, {ID: "refusee", Spans: []prose.Span{{Text: "elle est refusée"}}}}}
	for _, a := range []struct {
		id            string
		chosen, right int
		sure          bool
	}{{"reserver-le-port", -1, 1, false}, {"ecouter", 1, 0, true}} {
		s.Begun(scene.Head{Step: 1, StepTitle: "Un serveur simple", ID: a.id, Title: a.id})
		s.Answered(a.id, "prediction", scene.Answer{Question: q, Chosen: a.chosen, Sure: a.sure, Right: a.right})
		s.Done(a.id)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return home
}

// What was missed without hesitation comes first, on another port; what was said
// before stands beside the new answer, on the screen and in the notebook.
func TestReviewing(t *testing.T) {
	home, port := missed(t, time.Now().AddDate(0, 0, -notebook.ReviewDays)), somePort(t)
	p := atTerminal(t, home, "revoir", "--texte", "--port", port)
	p.sees("Réviser")
	p.sees("1/2")
	p.sees("listen(1)")
	p.sees("1! sans hésiter")
	p.types("1!\n")
	p.sees("Vous aviez prédit 1, et la mesure le confirme.")
	p.sees("vous aviez répondu « elle est refusée », sans hésiter.")
	p.sees("C'est le noyau qui accepte")
	p.sees(pauses)
	p.types("\n")
	p.sees("2/2")
	p.sees("port " + port)
	p.sees("p pour passer")
	p.types("p\n")
	p.sees("vous aviez passé cette question.")
	p.sees(pauses)
	p.types("\n")
	p.sees("Révision finie")
	p.sees("juste ; une dernière fois")
	p.sees("passée ; elle revient")
	p.types("\n") // Enter ends nothing
	p.sees("tapez q pour quitter")
	p.types("q\n")
	p.sees("2 questions à revoir, dès")
	if exit := p.ends(); exit != 0 {
		t.Errorf("exit status %d", exit)
	}
	p = atTerminal(t, home, "cahier", "1")
	p.sees("Revue le")
	p.sees("sur le port " + port + " : passée")
	p.sees("sur le port " + port + " : juste, sans hésiter")
	if exit := p.ends(); exit != 0 {
		t.Errorf("exit status %d", exit)
	}
	p = atTerminal(t, home, "revoir")
	p.sees("Rien à revoir aujourd'hui. 2 questions à revoir, dès")
	if exit := p.ends(); exit != 0 {
		t.Errorf("exit status %d", exit)
	}
}

// The notebook goes through the reader's pager; its summary comes last, below.
// Ctrl+C ends both.
func TestTheNotebookIsPaged(t *testing.T) {
	recorded, err := os.ReadFile(filepath.Join("..", "..", "lessons", "stage", "export", "testdata", "home", "cahier.json"))
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), recorded, 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	const pager = "PAGER=sed 's/^/page:/'; read line </dev/tty; echo tourne"
	cmd.Env = []string{pager}
	p := inTerminal(t, cmd, home, "cahier")
	p.sees("page:Votre cahier")
	p.sees("page:━━ Étape 4")
	p.typesAhead("\n")
	p.sees("tourne")
	p.sees("━━ Le bilan")
	p.sees("La suite")
	if exit := p.ends(); exit != 0 {
		t.Errorf("exit status %d", exit)
	}
	cmd = exec.CommandContext(t.Context(), self)
	cmd.Env = []string{pager}
	p = inTerminal(t, cmd, home, "cahier")
	p.sees("page:━━ Étape 4")
	p.typesAhead("\x03")
	if exit := p.ends(); exit != 130 {
		t.Errorf("Ctrl+C: exit status %d", exit)
	}
	cmd = exec.CommandContext(t.Context(), self)
	cmd.Env = []string{"PAGER=programme-qui-n-existe-pas"}
	p = inTerminal(t, cmd, home, "cahier")
	p.sees("Votre cahier")
	p.sees("━━ Le bilan")
	if exit := p.ends(); exit != 0 {
		t.Errorf("exit status %d", exit)
	}
}
