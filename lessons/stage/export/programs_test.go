package export

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labo/lessons/check"
	"labo/lessons/notebook"
)

// withPrograms returns a notebook that has only judgements, in JSON.
func withPrograms(t *testing.T, judgements string) *notebook.Notebook {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), []byte(`{"format": "1.1", "labo": "labo d'essai", "judgements": [`+judgements+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return readFrom(t, home)
}

const judgedServer = `{"file": "serveur.py", "role": "serveur", "at": "2026-11-22T14:02:07Z", "port": 12345, "seed": 7, "took_ms": 4200, "tries": 3, "checks": [
	{"id": "code", "title": "le code de sortie est 0", "level": "fiche", "verdict": "passed"},
	{"id": "exit", "title": "« exit » le termine", "level": "fiche", "verdict": "failed", "actual": "il tourne encore", "line": 26},
	{"id": "coupe", "title": "un caractère coupé", "level": "defi", "verdict": "not_checked", "cause": "dépend de message"}]}`

// Every form tells the scores, the date, what did not pass and why.
func TestProgramsAreInEveryForm(t *testing.T) {
	book := withPrograms(t, judgedServer)
	forms := exports(t, New(book, notebook.Contents{}, made))
	page := parseHTML(t, forms["cahier.html"])
	checkPage(t, page)
	forms["cahier.html"] = textOf(page)
	for name, form := range forms {
		if name == "cahier.md" {
			form = renderMarkdown(t, form)
		}
		form = squashed(form)
		for _, want := range []string{
			"Vos programmes", "serveur.py", "jugé 3 fois, la dernière en entier le 22 novembre 2026 à 14:02",
			"La fiche : 1 réussi sur 2.", "Les défis : 0 réussi sur 1.", "✗ échoué", "exit", "« exit » le termine",
			"il tourne encore (ligne 26)", "– non vérifié", "coupe", "dépend de message",
			"Aucune scène n'est encore jouée.", "Un de vos programmes a été jugé. Il ne fait pas encore tout ce que demande la fiche.",
		} {
			if !strings.Contains(form, squashed(want)) {
				t.Errorf("%s: %q is not there:\n%s", name, want, form)
			}
		}
	}
}

// A notebook without judgements has no such section.
func TestNoProgramsNoSection(t *testing.T) {
	book := readFrom(t, recorded)
	for name, form := range exports(t, New(book, contentsOf(book), made)) {
		if strings.Contains(form, programsTitle) {
			t.Errorf("%s has the section", name)
		}
	}
}

func TestSentenceAboutPrograms(t *testing.T) {
	good := strings.ReplaceAll(judgedServer, `"failed"`, `"passed"`)
	part := strings.Replace(good, `"tries": 3`, `"partial": true, "tries": 1`, 1)
	for name, tc := range map[string]struct {
		judgements []string
		want       string
	}{
		"one good":    {[]string{good}, "Votre programme jugé fait tout ce que demande la fiche."},
		"one partial": {[]string{part}, "Un de vos programmes a été jugé. Il ne fait pas encore"},
		"two good":    {[]string{good, good}, "Vos 2 programmes jugés font tout ce que demande la fiche."},
		"one of two":  {[]string{good, judgedServer}, "2 de vos programmes ont été jugés, dont 1 fait tout"},
		"none of two": {[]string{judgedServer, part}, "2 de vos programmes ont été jugés, dont 0 fait tout"},
	} {
		r := New(withPrograms(t, strings.Join(tc.judgements, ",")), notebook.Contents{}, made)
		if !slices.ContainsFunc(r.Summary, func(s string) bool { return strings.HasPrefix(s, tc.want) }) {
			t.Errorf("%s: %q", name, r.Summary)
		}
	}
	none := New(readFrom(t, recorded), nil, made)
	if len(none.Programs) > 0 || slices.ContainsFunc(none.Summary, func(s string) bool { return strings.Contains(s, "programme") }) {
		t.Errorf("a notebook without judgements: %q", none.Summary)
	}
}

// hostileJudgements has each attack at each place of a judgement.
func hostileJudgements() []any {
	var all []any
	for i, a := range attacks {
		all = append(all, map[string]any{
			"file": fmt.Sprint(i, a), "role": a, "machine": a, "at": "2026-11-22T14:02:07Z", "tries": 1, "partial": i%2 == 0,
			"checks": []any{
				map[string]any{"id": a, "title": a, "level": check.Sheet.String(), "verdict": "failed", "actual": a, "line": 1},
				map[string]any{"id": a, "title": a, "level": check.Challenge.String(), "verdict": "not_checked", "cause": a},
				map[string]any{"id": a, "title": a, "level": a, "verdict": a},
			},
		})
	}
	return all
}
