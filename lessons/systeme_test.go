package lessons

import (
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"labo/lessons/bench"
	"labo/lessons/lessontest"
	"labo/lessons/notebook"
	"labo/lessons/text"
	"labo/probe/probetest"
)

// The notebook keeps what step 4's first question traced: what the lines of the
// server called, and from the scene that goes further each line of both programs
// and the summary: the lines that reach the kernel, those that never do, the
// times.
func TestTheNotebookKeepsTheTraceOfStep4(t *testing.T) {
	probetest.Need(t, "python3")
	home := t.TempDir()
	getenv := func(name string) string {
		if name == "LABO_HOME" {
			return home
		}
		return ""
	}
	book := notebook.Open(notebook.Options{Getenv: getenv, Tell: func(s string) { t.Error(s) }})
	defer book.Close()
	step, _ := StepByNumber(4)
	for _, id := range []string{"systeme-implique", "ligne-par-ligne"} {
		one := step.Scenes[indexOfScene(t, step, id)]
		p := bench.Player{Step: bench.Step{Number: 4, Scenes: []bench.Scene{one}}, Stage: lessontest.NewTape(io.Discard), Port: lessontest.FreePort(t), Self: lessontest.Self(t), Alone: true, Recorder: book}
		if err := p.Play(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := notebook.Read(getenv)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	shown := kept.Step(4).Scene("systeme-implique").Run.Evidence
	for _, e := range append(shown, kept.Step(4).Scene("ligne-par-ligne").Run.Evidence...) {
		for _, v := range e.Shown().Values {
			said[e.Title] += strings.ReplaceAll(v.Label+" = "+v.Text+"\n", text.NBSP, " ")
		}
	}
	wants := map[string][]string{
		"Les appels de serveur.py":    {`(?m)^15 serveur\.bind.*bind`, `(?m)^17, 22, 28, 30 print.*write`, `(?m)^27 if message.lower.*= aucun appel$`, `(?m)^lignes 7 à 9, 25, 29 = aucun appel$`},
		"serveur.py, ligne par ligne": {`(?m)^15 serveur\.bind.*bind`, `(?m)^27 if message.lower.*= aucun appel$`},
		"client.py, ligne par ligne":  {`(?m)^13 client\.connect.*connect`},
		"serveur.py, en résumé":       {`(?m)^lignes avec appel = 11 lignes : 12, 15 à 17, 21`, `(?m)^lignes sans aucun appel = 6 lignes : 7 à 9, 25, 27, 29$`, `(?m)^durée totale = \d`, `(?m)^dans le noyau, fil principal = \d.*%$`, `(?m)^calcul \(processeur\) = \d.*%$`},
		"client.py, en résumé":        {`(?m)^lignes avec appel = 6 lignes : 10`, `(?m)^durée totale = \d`},
	}
	if runtime.GOOS != "linux" { // Python's own word: other calls, and it does not say which lines ran
		wants = map[string][]string{"serveur.py, en résumé": {`(?m)^durée totale = \d`}}
	}
	for title, all := range wants {
		for _, want := range all {
			if !regexp.MustCompile(want).MatchString(said[title]) {
				t.Errorf("%s: %s is not in:\n%s", title, want, said[title])
			}
		}
	}
}
