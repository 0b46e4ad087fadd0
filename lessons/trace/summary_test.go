package trace

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"labo/probe/syscalls"
)

// The summary has what is known, and nothing for what is not.
func TestSummaryOfFacts(t *testing.T) {
	whole := Facts{
		Script: "/x/serveur.py", Calls: 24, Wall: 2 * time.Second, Waiting: time.Second, CPU: 100 * time.Millisecond,
		Lines: []LineFact{{File: "/x/serveur.py", Line: 12}, {File: "/x/autre.py", Line: 1}, {File: "/x/serveur.py", Line: 13}, {File: "/x/serveur.py", Line: 15}},
		Ran:   true, Silent: []int{7, 8, 9, 25},
	}
	quiet := Facts{Script: "/x/serveur.py", Wall: time.Second, Ran: true}
	journal := Facts{Source: syscalls.SourcePython, Why: "Ce système est autre.", Calls: 1, Wall: time.Second, Lines: whole.Lines, Script: whole.Script}
	for name, c := range map[string]struct {
		facts  Facts
		source string
		want   string
		notes  int
	}{
		"whole": {whole, "ptrace", "appels au noyau=24 appels; lignes avec appel=3 lignes : 12, 13, 15; " +
			"lignes sans aucun appel=4 lignes : 7 à 9, 25; durée totale=2 s; dans le noyau, fil principal=1 s, 50 %; calcul (processeur)=100 ms, 5 %", 2},
		"no call": {quiet, "ptrace", "appels au noyau=0 appel; lignes sans aucun appel=aucune; durée totale=1 s; dans le noyau, fil principal=0 s, 0 %", 1},
		"journal": {journal, "journal de Python", "appels à Python=1 appel; lignes avec appel=3 lignes : 12, 13, 15; durée totale=1 s; dans ces appels, fil principal=0 s, 0 %", 1},
	} {
		e := c.facts.Summary("serveur.py")
		var got []string
		for _, v := range e.Values {
			got = append(got, fmt.Sprintf("%s=%s", v.Label, strings.ReplaceAll(v.Text, "\u00a0", " ")))
		}
		if words := strings.Join(got, "; "); words != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, words, c.want)
		}
		if e.Title != "serveur.py, en résumé" || e.Source != c.source || len(e.Notes) != c.notes || len(e.Checks) != 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
