package vote

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWordsAreGroupedAsTheyAreMeant(t *testing.T) {
	got := Words([]string{"Refusé", "refuse", "  REFUSÉ ! ", "refusé", "silence", "connexion  refusée", "Connexion refusee", "", "  ", "?", "e\u0301te\u0301", "été"})
	want := []Group{{"Refusé", 4}, {"Connexion refusee", 2}, {"e\u0301te\u0301", 2}, {"?", 1}, {"silence", 1}}
	for i := range got {
		if got[i].Count != want[i].Count || folded(got[i].Word) != folded(want[i].Word) {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Whatever is answered, a group is shown as somebody wrote it, and every answer
// that can be read is in one group.
func FuzzWords(f *testing.F) {
	f.Add("oui\nOUI\nnon")
	f.Add("\x1b[31mrouge\n\u202enegatif\n<script>")
	f.Fuzz(func(t *testing.T, s string) {
		answers, readable := strings.Split(s, "\n"), 0
		var kept []string
		for _, a := range answers {
			if w := Word(a); w != "" {
				readable++
				kept = append(kept, w)
				if utf8.RuneCountInString(w) > MaxWord || strings.ContainsAny(w, "\x1b\u202e\n\t") {
					t.Errorf("kept %q", w)
				}
				if Word(w) != w {
					t.Errorf("%q kept again is %q", w, Word(w))
				}
			}
		}
		total := 0
		for _, g := range Words(answers) {
			total += g.Count
			if !slices.Contains(kept, g.Word) {
				t.Errorf("nobody wrote %q", g.Word)
			}
		}
		if total != readable {
			t.Errorf("%d answers in groups, of %d", total, readable)
		}
	})
}
