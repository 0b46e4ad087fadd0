package vote

import (
	"cmp"
	"slices"
	"strings"

	"labo/lessons/text"
)

// Group is a free answer, with how many gave it.
type Group struct {
	Word  string // as most of them wrote it
	Count int
}

// MaxWord bounds a free answer, in characters.
const MaxWord = 80

// Word returns a free answer as it is kept: one line, visible, at most [MaxWord]
// characters; "" where nothing is left to read.
func Word(s string) string {
	s = text.Visible(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " "))
	if runes := []rune(s); len(runes) > MaxWord {
		s = strings.TrimSpace(string(runes[:MaxWord]))
	}
	return s
}

// Words groups free answers, those given most first. Case, accents, spaces and
// the punctuation around a word do not count.
func Words(answers []string) []Group {
	type spellings map[string]int
	groups, order := map[string]spellings{}, []string{}
	for _, a := range answers {
		if a = Word(a); a == "" {
			continue
		}
		key := folded(a)
		if groups[key] == nil {
			groups[key] = spellings{}
			order = append(order, key)
		}
		groups[key][a]++
	}
	all := make([]Group, 0, len(order))
	for _, key := range order {
		g, most := Group{}, 0
		for s, n := range groups[key] {
			g.Count += n
			if n > most || n == most && s < g.Word {
				g.Word, most = s, n
			}
		}
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(folded(a.Word), folded(b.Word)))
	})
	return all
}

// folded is a word as it compares; one that is only punctuation is itself.
func folded(s string) string {
	bare := strings.Trim(text.Fold(s), " .,;:!?…«»\"'’()")
	if bare == "" {
		return s
	}
	return bare
}
