package linear

import (
	"slices"
	"testing"

	"labo/lessons/evidence"
)

// Of two commands that list the same rows, the reader is given the one that shows
// all the columns, whichever was said first.
func TestOneCommandForTheSameRows(t *testing.T) {
	plain, timers, other := "ss -tanp '( sport = :9 )'", "ss -tanpo '( sport = :9 )'", "ss -tanp '( sport = :8 )'"
	for _, said := range [][]string{{plain, timers, other}, {timers, plain, other}} {
		var got []string
		for _, c := range said {
			got = MoreChecks(got, evidence.Evidence{Checks: []string{c}})
		}
		if want := []string{timers, other}; !slices.Equal(got, want) {
			t.Errorf("%q of %q, want %q", got, said, want)
		}
	}
}
