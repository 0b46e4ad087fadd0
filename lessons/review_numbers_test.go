package lessons

import (
	"bytes"
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/lessontest"
	"labo/lessons/prose"
	"labo/lessons/text"
	"labo/probe/probetest"
)

// numbered are the questions that labo revoir asks with other numbers or another
// message. Each says what it states, as the reader finds it before the answer, and
// what was then measured: both have the same groups.
var numbered = []struct {
	step             int
	scene            string
	stated, measured string
	than             int // how much more than stated is measured
}{
	{1, "octets-en-attente", `Il envoie « (.+?) »`, `recv ✓ rend \d+ octets : « (.+?) »`, 0},
	{2, "un-flux", `sendall\(b"(\w+)"\) │ client.sendall\(b"(\w+)"\)`, `sendall « (\w+) ».*?sendall « (\w+) »`, 0},
	{2, "trois-mille-octets", `avec recv\((\d+)\)`, `rend (\d+) octets`, 0},
	{2, "caractere-coupe", `envoie (\d+) lettres`, `rend (\d+) octets`, 1},
	{3, "une-seule-ligne", `le client envoie « (.+?) »`, `recv ✓ rend \d+ octets : « (.+?) »`, 0},
	{4, "threads-a-qui", `il crée (\d+) objets`, `Mesuré : (\d+) threads pour`, 1},
	{4, "appel-brut", `(\d+) goroutines sont toutes`, `Mesuré : \d+ threads pour (\d+) goroutines`, 0},
	{4, "oubli-de-fermer", `droit qu'à (\d+) descripteurs`, `.*descripteurs du serveur (\d+) `, 0},
	{4, "port-partage", `(\d+) clients se connectent`, `Mesuré : (\d+ pour le premier, \d+) pour le second`, 0},
	{4, "file-pleine", `avec listen\((\d+)\)`, `Mesuré : (\d+) connexions sans accept`, 1},
}

// Played in its step, such a question states its usual numbers, those of the printed
// sheet; asked again, others each time. What it states is what is measured.
func TestReviewedNumbersAreThoseThatAreMeasured(t *testing.T) {
	for _, q := range numbered {
		t.Run(q.scene, func(t *testing.T) {
			step, _ := StepByNumber(q.step)
			written, err := step.Prose()
			if err != nil {
				t.Fatal(err)
			}
			section, _ := written.Section(q.scene)
			part, _ := section.Part("prediction")
			stated := map[string]bool{}
			for time := range 3 {
				page, asked := askAgain(t, step, q.scene, time)
				if usual := questionWords(part.Sketch(map[string]string{"port": asked.port, "python": asked.python})); time == 0 && usual != asked.words {
					t.Errorf("in its step it asks %q, and %q on paper", asked.words, usual)
				}
				said := regexp.MustCompile(q.stated).FindStringSubmatch(page)
				if said == nil {
					t.Fatalf("it states nothing:\n%s", page)
				}
				if words := strings.Join(said[1:], " "); stated[words] {
					t.Errorf("time %d: it states %q again", time, words)
				} else {
					stated[words] = true
				}
				found := regexp.MustCompile(q.measured).FindStringSubmatch(page)
				if found == nil {
					probetest.Elsewhere(t, "nothing that answers was measured here:\n%s", page)
				}
				for i := range said[1:] {
					if want, got := number(said[i+1])+q.than, number(found[i+1]); want != got || got == 0 && said[i+1] != found[i+1] {
						t.Errorf("time %d: it states %q, and measures %q:\n%s", time, said[1:], found[1:], page)
					}
				}
			}
		})
	}
}

// number is the sum of the numbers in words, 0 where there is none.
func number(words string) (sum int) {
	for _, digits := range regexp.MustCompile(`\d+`).FindAllString(words, -1) {
		n, _ := strconv.Atoi(digits)
		sum += n
	}
	return sum
}

// asking is a question as it was asked.
type asking struct{ words, port, python string }

// askAgain asks the prediction of a scene alone, and returns all that was shown, on
// one line, and what was asked.
func askAgain(t *testing.T, step bench.Step, scene string, time int) (string, asking) {
	t.Helper()
	var shown bytes.Buffer
	tape := lessontest.NewTape(&shown)
	player := bench.Player{Stage: tape, Port: lessontest.FreePort(t), Self: lessontest.Self(t)}
	again := bench.Again{Step: step, Scene: scene, Parts: []string{"prediction"}, Time: time}
	player.Recap = func() dialogue.LastPage { return dialogue.LastPage{} }
	if err := player.Review(context.Background(), []bench.Again{again}); err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(shown.String()), " ")
	if len(tape.Asked) != 1 {
		probetest.Elsewhere(t, "%s asks nothing here:\n%s", scene, page)
	}
	q := tape.Asked[0]
	python := regexp.MustCompile(`avec (python\d?|py -3)`).FindStringSubmatch(page)
	a := asking{words: questionWords(&prose.Part{Blocks: q.Blocks, Options: q.Options}), port: strconv.Itoa(int(player.Port))}
	if python != nil {
		a.python = python[1]
	}
	return page, a
}

// questionWords are all the words of a question.
func questionWords(p *prose.Part) string {
	var all []string
	for _, b := range p.Blocks {
		all = append(all, prose.Text(b.Spans))
		all = append(all, b.Lines...)
	}
	for _, o := range p.Options {
		all = append(all, prose.Text(o.Spans))
	}
	return text.French(strings.Join(all, "\n"))
}
