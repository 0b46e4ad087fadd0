package screen

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"labo/lessons"
	"labo/lessons/lessontest/golden"
	"labo/lessons/text"
)

// shot is a whole screen that a document shows: a recorded scene, played until
// that moment; then those keys.
type shot struct {
	document, name string
	scene          string
	size           [2]int // 80×24 where it says nothing
	moment         string // "pause 1, page 2"; "liste": the list of scenes, at the end
	keys, back     []string
	o              Options
	ascii          bool
}

var (
	wide, small = [2]int{120, 40}, [2]int{60, 20}
	class       = Options{Projection: true}
	atItsPace   = Options{Projection: true, Auto: 20 * time.Second}
)

// A scene that is added to a step changes the pages that show scenes of this
// step: what a student sees is of step 1, the rest of others.
var shots = []shot{
	{document: "README.md", name: "prediction", scene: "ecouter", moment: "question 1", keys: []string{"2"}},
	{document: "README.md", name: "mesure", scene: "ecouter", moment: "pause 1"},

	{document: "docs/ecrans/eleve.md", name: "prediction", scene: "ecouter", size: wide, moment: "question 1"},
	{document: "docs/ecrans/eleve.md", name: "mesure", scene: "ecouter", size: wide, moment: "pause 1"},
	{document: "docs/ecrans/eleve.md", name: "saisie", scene: "vos-messages", size: wide, moment: "saisie 2"},
	{document: "docs/ecrans/eleve.md", name: "a-vous", scene: "a-vous", size: wide, moment: "ce qui est vu 1"},
	{document: "docs/ecrans/eleve.md", name: "liste", scene: "ecouter", moment: "liste"},
	{document: "docs/ecrans/eleve.md", name: "mots", scene: "ecouter", moment: "pause 1", keys: []string{"i"}, back: []string{"i"}},
	{document: "docs/ecrans/eleve.md", name: "aide", scene: "ecouter", moment: "pause 1", keys: []string{"?"}, back: []string{"?"}},
	{document: "docs/ecrans/eleve.md", name: "prediction-60x20", scene: "octets-en-attente", size: small, moment: "question 1"},
	{document: "docs/ecrans/eleve.md", name: "mesure-60x20", scene: "octets-en-attente", size: small, moment: "pause 1"},
	{document: "docs/ecrans/eleve.md", name: "ascii", scene: "octets-en-attente", moment: "pause 1", ascii: true},
	{document: "docs/ecrans/eleve.md", name: "etat", scene: "close-wait", moment: "pause 1"},

	{document: "docs/ecrans/classe.md", name: "texte", scene: "ligne-vide", moment: "question 1", o: class},
	{document: "docs/ecrans/classe.md", name: "vote-120x40", scene: "ligne-vide", size: wide, moment: "vote 1, réponse 3", o: class},
	{document: "docs/ecrans/classe.md", name: "vote-clos", scene: "ligne-vide", moment: "histogramme 1", o: class},
	{document: "docs/ecrans/classe.md", name: "discussion", scene: "ligne-vide", moment: "discussion 1", o: class},
	{document: "docs/ecrans/classe.md", name: "noyau", scene: "un-flux", moment: "pause 1", keys: []string{"tab"}, back: []string{"enter"}, o: class},
	{document: "docs/ecrans/classe.md", name: "sequence", scene: "un-flux", moment: "pause 1", keys: []string{"tab", "tab"}, back: []string{"enter"}, o: class},
	{document: "docs/ecrans/classe.md", name: "tableau", scene: "adresses", moment: "pause 1", o: class},
	{document: "docs/ecrans/classe.md", name: "barres", scene: "oubli-de-fermer", moment: "pause 1", o: class},
	{document: "docs/ecrans/classe.md", name: "onze-etats", scene: "onze-etats", moment: "pause 2", o: class},
	{document: "docs/ecrans/classe.md", name: "saisie", scene: "systeme-implique", moment: "saisie 1", o: class},
	{document: "docs/ecrans/classe.md", name: "attente", scene: "a-vous", moment: "ce qui est vu 1", o: class},
	{document: "docs/ecrans/classe.md", name: "auto", scene: "ligne-vide", moment: "question 1", o: atItsPace},
	{document: "docs/ecrans/classe.md", name: "aide", scene: "ligne-vide", moment: "question 1", keys: []string{"?"}, back: []string{"?"}, o: class},

	{document: "docs/professeur.md", name: "vote", scene: "ligne-vide", moment: "vote 1, réponse 2", o: class},
	{document: "docs/professeur.md", name: "apres", scene: "ligne-vide", moment: "avant et après 1", o: class},
	{document: "docs/professeur.md", name: "mesure", scene: "ligne-vide", moment: "pause 1, page 2", o: class},
	{document: "docs/professeur.md", name: "cote-a-cote", scene: "un-flux", size: wide, moment: "pause 1"},
}

// The screens in the documents are what labo shows today; with -update they are
// written again.
func TestDocuments(t *testing.T) {
	for _, s := range shots {
		t.Run(s.document+" "+s.name, func(t *testing.T) {
			size := s.size
			if size == [2]int{} {
				size = [2]int{80, 24}
			}
			o := s.o
			o.Palette = plainOptions().Palette
			p := playing(t, recordedScene(t, s.scene), o, size[0], size[1])
			var met []string
			taken := false
			take := func() {
				taken = true
				p.keys(s.keys...)
				lines := p.look().lines
				if s.ascii {
					lines = strings.Split(text.ASCII.Draw(strings.Join(lines, "\n")), "\n")
				}
				golden.Screen(t, "../../../"+s.document, s.name, lines)
				p.keys(s.back...)
			}
			p.seen = func(where string) {
				if met = append(met, where); where == s.moment {
					take()
				}
			}
			p.play()
			if s.moment == "liste" {
				step, _ := lessons.StepByNumber(cmp.Or(p.scene.Head.Step, 1))
				heads, err := step.Heads()
				if err != nil {
					t.Fatal(err)
				}
				p.waits(&wait{kind: waitOutline, heads: heads})
				take()
			}
			if !taken {
				t.Errorf("no %q; there are %s", s.moment, fmt.Sprintf("%q", met))
			}
		})
	}
}
