package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A run that is unlike the earlier ones says nothing of the program: it is made
// again, and only a program that is always like this there goes unchecked.
func TestAnOddRunIsMadeAgain(t *testing.T) {
	t.Parallel()
	py := python(t)
	source, err := os.ReadFile("../atelier/fichiers/serveur.py")
	if err != nil {
		t.Fatal(err)
	}
	// It counts its runs, and does not listen to its client in those of odd.
	const prelude = `
with open(%q, "a") as f:
    f.write("x")
    runs = f.tell()
`
	const accepted = "connexion, adresse = serveur.accept()\n"
	judge := func(odd string) (runs int, r CheckRecord) {
		t.Helper()
		counter := filepath.Join(t.TempDir(), "runs")
		program := fmt.Sprintf(prelude, counter) +
			strings.Replace(string(source), accepted, accepted+"if "+odd+":\n    import time; time.sleep(60)\n", 1)
		file := filepath.Join(t.TempDir(), "serveur.py")
		if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
			t.Fatal(err)
		}
		d := judged(t, Config{File: file, Python: py, Seed: 7, Only: []string{"invalides"}})
		counted, err := os.ReadFile(counter)
		if err != nil {
			t.Fatal(err)
		}
		return len(counted), d.Checks[len(d.Checks)-1]
	}

	usual, r := judge("False")
	if r.ID != "invalides" || r.Verdict != "failed" {
		t.Fatalf("in %d runs: %+v", usual, r)
	}
	if runs, r := judge(fmt.Sprintf("runs == %d", usual)); runs != usual+1 || r.Verdict != "failed" {
		t.Errorf("odd once: %d runs, %d without; %+v", runs, usual, r)
	}
	runs, r := judge(fmt.Sprintf("runs >= %d", usual))
	if runs != usual+maxOdd-1 || r.Verdict != "not_checked" || r.Cause == nil || !strings.Contains(*r.Cause, "cette fois") {
		t.Errorf("odd from then on: %d runs, %d without; %+v", runs, usual, r)
	}
}
