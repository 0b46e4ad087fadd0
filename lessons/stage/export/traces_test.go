package export

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons/notebook"
)

const tracedServer = `{"format": "1.2", "labo": "labo d'essai", "traces": [
	{"file": "serveur.py", "at": "2026-11-22T14:02:07Z", "tries": 3, "machine": "linux/amd64", "summary": {
		"title": "serveur.py, en résumé", "at": "2026-11-22T14:02:07Z", "source": "ptrace",
		"values": [{"label": "lignes avec appel", "text": "11 lignes : 12, 15 à 17"}, {"label": "durée totale", "text": "961 ms"}],
		"notes": ["Une note."], "checks": ["labo trace --vue resume serveur.py"]}},
	{"file": "<b>.py", "at": "2026-11-22T14:02:07Z", "tries": 1, "summary": {"title": "T", "source": "journal de Python"}}]}`

// Every form tells what was traced, when, and the summary with its source.
func TestTracesAreInEveryForm(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "cahier.json"), []byte(tracedServer), 0o600); err != nil {
		t.Fatal(err)
	}
	r := New(readFrom(t, home), notebook.Contents{}, made)
	if len(r.Machines) != 1 || r.Machines[0] != "linux/amd64" {
		t.Errorf("machines %q", r.Machines)
	}
	forms := exports(t, r)
	page := parseHTML(t, forms["cahier.html"])
	checkPage(t, page)
	forms["cahier.html"] = textOf(page)
	for name, form := range forms {
		if name == "cahier.md" {
			form = renderMarkdown(t, form)
		}
		form = strings.ToLower(squashed(form))
		for _, want := range []string{
			tracesTitle, "serveur.py", "suivi 3 fois, la dernière le 22 novembre 2026 à 14:02", "serveur.py, en résumé", "ptrace",
			"lignes avec appel", "11 lignes : 12, 15 à 17", "durée totale", "961 ms", "Une note.",
			"<b>.py", "suivi le 22 novembre 2026", "journal de Python",
		} {
			if !strings.Contains(form, strings.ToLower(squashed(want))) {
				t.Errorf("%s: %q is not there:\n%s", name, want, form)
			}
		}
	}
}

func TestNoTracesNoSection(t *testing.T) {
	book := readFrom(t, recorded)
	for name, form := range exports(t, New(book, contentsOf(book), made)) {
		if strings.Contains(form, tracesTitle) {
			t.Errorf("%s has the section", name)
		}
	}
}
