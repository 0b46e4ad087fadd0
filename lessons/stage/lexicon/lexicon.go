// Package lexicon explains the words on screen: those of the lesson, the calls
// of a program, the states of sockets and the columns of their table. Each has
// its sentence in one place: prose/mots.md, package trace, package measured.
package lexicon

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"labo/lessons/measured"
	"labo/lessons/prose"
	"labo/lessons/text"
	"labo/lessons/trace"
	"labo/probe"
	"labo/probe/syscalls"
)

// Seen is what is on screen.
type Seen struct {
	Text string         // all words, without colours
	Rows []probe.Socket // of the tables
	// Asked says that a prediction waits for its answer, which the calls in its
	// words might give away: they are not explained.
	Asked bool
}

// Terms returns each word with its explanation: those of the text in its order,
// then what the tables show.
func Terms(s Seen) [][2]string {
	said := strings.ReplaceAll(s.Text, text.NBSP, " ")
	type found struct {
		at   int
		term [2]string
	}
	var all []found
	for _, w := range words() {
		if at := w.find(said); at >= 0 {
			all = append(all, found{at, [2]string{w.name, w.says}})
		}
	}
	if !s.Asked {
		for _, m := range call().FindAllStringSubmatchIndex(said, -1) {
			name := said[m[2]:m[3]]
			w, ok := trace.Explain(name, syscalls.SourceKernel)
			if !ok {
				w, ok = trace.Explain(name, syscalls.SourcePython)
			}
			known := slices.ContainsFunc(all, func(f found) bool { return f.term[0] == name+"()" })
			if ok && !known {
				all = append(all, found{m[0], [2]string{name + "()", w.Says}})
			}
		}
	}
	for _, st := range probe.States {
		name := measured.StateName(st)
		at := strings.Index(said, name)
		if at < 0 && slices.ContainsFunc(s.Rows, func(r probe.Socket) bool { return r.State == st }) {
			at = len(said)
		}
		if at >= 0 {
			all = append(all, found{at, [2]string{name, measured.Meaning(st)}})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.at - b.at })
	var terms [][2]string
	for _, f := range all {
		terms = append(terms, f.term)
	}
	if len(s.Rows) > 0 {
		terms = append(append(terms, [2]string{}), columns(s.Rows)...)
	}
	return terms
}

// columns explain those of a table, with the numbers of its rows.
func columns(rows []probe.Socket) [][2]string {
	terms := [][2]string{
		{"local, distant", "les deux bouts d'une connexion, adresse et port : celui de cette ligne, puis celui d'en face"},
		{"files", measured.QueuesMeaning()},
	}
	for i := range rows {
		if r := &rows[i]; r.RecvQueue.Or(0) > 0 || r.SendQueue.Or(0) > 0 && r.State != probe.Listen {
			terms = append(terms, [2]string{"files " + measured.Queues(r), queues(r)})
		}
	}
	timers, owners := map[probe.TimerKind]bool{}, map[probe.OwnerKind]bool{}
	for i := range rows {
		r := &rows[i]
		if words := measured.TimerMeaning(r.Timer.Value.Kind); r.Timer.Known && words != "" && !timers[r.Timer.Value.Kind] {
			timers[r.Timer.Value.Kind] = true
			name, says, _ := strings.Cut(strings.ReplaceAll(words, text.NBSP, " "), " : ")
			terms = append(terms, [2]string{name, says})
		}
		if words := measured.OwnerSentence(r.Owner.Kind); words != "" && !owners[r.Owner.Kind] {
			owners[r.Owner.Kind] = true
			terms = append(terms, [2]string{"propriétaire", words})
		}
	}
	return terms
}

// queues says the two numbers of one row.
func queues(r *probe.Socket) string {
	if r.State == probe.Listen {
		return text.Plural(int(r.RecvQueue.Or(0)), "connexion") + " en attente d'accept(), pour un backlog de " + text.Number(int(r.SendQueue.Or(0)))
	}
	return text.Plural(int(r.RecvQueue.Or(0)), "octet") + " que le programme n'a pas encore lus, " + text.Plural(int(r.SendQueue.Or(0)), "octet") + " sans confirmation"
}

// call is the name of a function where it is called.
var call = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b([a-z_]+)\(`) })

// word is a word of the lessons.
type word struct{ name, says string }

// words returns those of mots.md.
func words() []word {
	step, err := prose.Glossary()
	if err != nil {
		return nil // a test holds that it can be read
	}
	all := make([]word, len(step.Sections))
	for i, s := range step.Sections {
		var says []string
		for _, b := range s.Parts[0].Blocks {
			says = append(says, prose.Text(b.Spans))
		}
		all[i] = word{s.Title, strings.Join(says, " ")}
	}
	return all
}

// find returns where the word stands in a text, in the singular or the plural,
// -1 for nowhere. A word in capitals is looked for as it is.
func (w word) find(said string) int {
	name := w.name
	if strings.ToUpper(name) != name {
		said, name = strings.ToLower(said), strings.ToLower(name)
	}
	for from := 0; ; {
		at := strings.Index(said[from:], name)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(name)
		for _, plural := range []string{"s", "x"} {
			if strings.HasPrefix(said[end:], plural) && name != strings.ToUpper(name) {
				end++
				break
			}
		}
		before, _ := utf8.DecodeLastRuneInString(said[:at])
		after, _ := utf8.DecodeRuneInString(said[end:])
		if !inWord(before) && !inWord(after) && after != '(' {
			return at
		}
		from = at + len(name)
	}
}

// inWord reports whether a rune continues a word: FIN is no word of FIN-WAIT-2.
func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_')
}

// Names returns the words that mots.md explains, those of a text alone.
func Names(said string) []string {
	var names []string
	for _, w := range words() {
		if w.find(strings.ReplaceAll(said, text.NBSP, " ")) >= 0 {
			names = append(names, w.name)
		}
	}
	return names
}
