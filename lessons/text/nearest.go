package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var unaccented = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "æ", "ae", "ç", "c",
	"è", "e", "é", "e", "ê", "e", "ë", "e", "ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n",
	"ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "œ", "oe", "ù", "u", "ú", "u", "û", "u", "ü", "u",
	"ý", "y", "ÿ", "y",
)

// Fold returns s as it compares when case and accents are forgiven: "Étape",
// "ETAPE" and an "étape" whose accent is a character of its own (as macOS
// writes file names) all become "etape".
func Fold(s string) string {
	s = unaccented.Replace(strings.ToLower(s))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s)
}

// maxNearest is the number of proposals a reader is given.
const maxNearest = 3

// Nearest returns the candidates a reader most likely meant by word, at most
// three, best first, in the order given where they are as near; none when
// nothing is near. Case and accents do not count; a letter missing, added,
// changed or two exchanged counts one; a candidate that the word begins is
// nearer than any that takes such a change.
func Nearest(word string, candidates []string) []string {
	type near struct {
		name string
		far  int // half changes
	}
	word = Fold(word)
	length := utf8.RuneCountInString(word)
	limit := 1 + length/4
	const begun = 1 // further than the word itself, nearer than one change
	var found []near
	for _, name := range candidates {
		folded := Fold(name)
		d := distance([]rune(word), []rune(folded))
		switch {
		case length >= 2 && d > 0 && strings.HasPrefix(folded, word):
			found = append(found, near{name, begun})
		case d <= limit && d < length:
			found = append(found, near{name, 2 * d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.far - b.far })
	var names []string
	for _, n := range found {
		if n.far > found[0].far || len(names) == maxNearest {
			break
		}
		names = append(names, n.name)
	}
	return names
}

// distance is the restricted Damerau–Levenshtein distance (optimal string
// alignment): insertions, deletions, substitutions and exchanges of neighbours.
func distance(a, b []rune) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
