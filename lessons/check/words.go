package check

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"labo/lessons/text"
)

//go:embed mots.md
var wordsFile string

// Words are what a student reads about a check, in French with plain spaces.
type Words struct {
	Title string // what is asked
	Idea  string // the misconception behind a failure, one sentence
	// Hints go from a question to a pointer to a fix.
	Hints [3]string
	// Peer is what the adversary of a challenge does, so that it can be done by
	// hand; "" for the sheet.
	Peer string
}

// HintNames name the three degrees of a hint.
var HintNames = [3]string{"question", "piste", "remède"}

// WordsOf returns the words of a check. A variant replaces what it knows
// better: that of the check, else that of any ("cause/VARIANT"), but for a
// challenge: the program does all that the sheet asks, and what it waits for is
// no mistake. A check without words is a mistake that a test finds.
func WordsOf(id, variant string) Words {
	w := allWords()[id]
	v, ok := allWords()[id+"/"+variant]
	if !ok && !isChallenge(id) {
		v, ok = allWords()["cause/"+variant]
	}
	if ok && variant != "" {
		if v.Idea != "" {
			w.Idea = v.Idea
		}
		for i, hint := range v.Hints {
			if hint != "" {
				w.Hints[i] = hint
			}
		}
	}
	return w
}

var allWords = sync.OnceValue(func() map[string]Words {
	words, err := parseWords(strings.ReplaceAll(wordsFile, "Ctrl+D", text.EndKey))
	if err != nil {
		panic(err) // the embedded file; a test reads it first
	}
	return words
})

// parseWords reads mots.md: a "## id : title" or "### id/variant" line opens a
// section, and "field : value" lines fill it. Lines before the first section
// are for teachers.
func parseWords(file string) (map[string]Words, error) {
	all := make(map[string]Words)
	id := ""
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "##"); ok {
			name, title, _ := strings.Cut(strings.TrimLeft(rest, "# "), " : ")
			if _, twice := all[name]; twice || name == "" {
				return nil, fmt.Errorf("mots.md:%d: section %q twice or unnamed", n+1, name)
			}
			id = name
			all[id] = Words{Title: title}
			continue
		}
		if id == "" || line == "" {
			continue
		}
		field, value, ok := strings.Cut(line, " : ")
		w := all[id]
		to := w.field(field)
		if !ok || to == nil || *to != "" {
			return nil, fmt.Errorf("mots.md:%d: not a field, or twice: %q", n+1, line)
		}
		*to = value
		all[id] = w
	}
	return all, nil
}

// field returns the place of a field by its name, nil when there is none.
func (w *Words) field(name string) *string {
	switch name {
	case "idée":
		return &w.Idea
	case "adversaire":
		return &w.Peer
	case HintNames[0]:
		return &w.Hints[0]
	case HintNames[1]:
		return &w.Hints[1]
	case HintNames[2]:
		return &w.Hints[2]
	}
	return nil
}

// expression is a regular expression that is compiled when it is first used:
// every start of labo would pay for it.
func expression(source string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })
}
