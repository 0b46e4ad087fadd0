package export

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons/notebook"
)

// What went by with nobody at the keyboard is shown, called so, and counted as
// nobody's work.
func TestUnattendedScenesAreShownAsSuch(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), []byte(`{"format": "1.2", "steps": [{"number": 1, "title": "Un", "scenes": [
{"id": "a", "title": "La vue", "plays": 0, "seen": "2026-11-22T14:02:08Z",
 "predictions": [{"part": "p", "question": ["Alors ?"], "options": [{"id": "x", "text": "oui"}, {"id": "y", "text": "non"}],
  "tries": [{"at": "2026-11-22T14:02:07Z", "chosen": null, "right": "y", "unasked": true}]}],
 "run": {"begun": "2026-11-22T14:02:07Z", "ended": "2026-11-22T14:02:08Z", "unattended": true,
  "evidence": [{"title": "Compte", "at": "2026-11-22T14:02:07Z", "source": "essai", "values": [{"label": "n", "text": "7"}]}]}},
{"id": "b", "title": "La coupée", "plays": 0,
 "run": {"begun": "2026-11-22T14:02:07Z", "unattended": true}}]}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	contents := notebook.Contents{{Number: 1, Title: "Un", Scenes: []notebook.SceneContents{
		{ID: "a", Title: "La vue"}, {ID: "b", Title: "La coupée"}, {ID: "c", Title: "La neuve"}}}}
	report := New(readFrom(t, home), contents, made)
	forms := exports(t, report)
	forms["cahier.html"] = textOf(parseHTML(t, forms["cahier.html"]))
	forms["cahier.md"] = renderMarkdown(t, forms["cahier.md"])
	for name, form := range forms {
		got := squashed(form)
		for _, want := range []string{"Aucune scène n'est encore jouée", "2 scènes ont été déroulées sans personne au clavier",
			"ue le 22 novembre 2026 à 14:02, sans personne au clavier", "Compte", "7",
			"ommencée sans personne au clavier le 22 novembre 2026", "La vue (vue, sans vous)", "La neuve"} {
			if !strings.Contains(got, squashed(want)) {
				t.Errorf("%s: no %q", name, want)
			}
		}
		for _, bad := range []string{"Vous avez passé", "jouée le", "La neuve (vue", "bravo"} {
			if strings.Contains(got, squashed(bad)) {
				t.Errorf("%s: %q", name, bad)
			}
		}
	}
	if got := report.Steps[0].Scenes[0].Predictions[0].Verdict; got != "La question n'a pas été posée. La mesure dit « non »." {
		t.Errorf("verdict %q", got)
	}
}
