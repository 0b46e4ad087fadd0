package check

import (
	"strings"
	"testing"
)

// A program that sleeps is late by its own doing, and is said to be, where the machine
// lets labo itself run but now and then.
func TestARemarkDoesNotDependOnSpeed(t *testing.T) {
	t.Parallel()
	py := python(t)
	for _, held := range []bool{false, true} {
		d := judgedAs(t, job{Held: held, Config: Config{File: "testdata/casses/client_dort.py", Python: py, Seed: 7, Only: []string{"envoie-plusieurs"}}})
		for _, id := range []string{"envoie", "envoie-plusieurs"} {
			const want = " après : le programme dort 1,5 s, ligne 15"
			if said := strings.ReplaceAll(saidOf(d, id), "\u00a0", " "); !strings.Contains(said, want) {
				t.Errorf("held up: %v: of %s it is said %q\n%s", held, id, said, report(d))
			}
		}
	}
}
