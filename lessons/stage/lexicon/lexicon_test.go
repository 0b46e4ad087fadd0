package lexicon

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/measured"
	"labo/lessons/prose"
	"labo/probe"
)

func names(terms [][2]string) (all []string) {
	for _, t := range terms {
		if t[1] != "" {
			all = append(all, t[0])
		}
	}
	return all
}

// What is explained is what is on screen: whole words, in the singular or the
// plural, in their order; calls by the words of a trace; nothing else.
func TestTermsAreThoseOfTheText(t *testing.T) {
	said := "Des descripteurs, un Port et l'état FIN-WAIT-2 : accept() attend. Une importante chose, la minuterie."
	got := names(Terms(Seen{Text: said}))
	if want := []string{"descripteur", "port", "FIN-WAIT-2", "accept()", "minuterie"}; !slices.Equal(got, want) {
		t.Errorf("explained: %q, want %q", got, want)
	}
	if got := names(Terms(Seen{Text: said, Asked: true})); slices.Contains(got, "accept()") {
		t.Errorf("a call is explained while it is asked what it does: %q", got)
	}
	if got := Terms(Seen{Text: "Rien de tel."}); len(got) != 0 {
		t.Errorf("explained: %q", got)
	}
}

// A table has its states, its columns and its numbers explained, by the
// sentences that `labo sonde` has.
func TestTermsOfATable(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.1:12345")
	rows := []probe.Socket{
		{State: probe.Listen, Local: at, RecvQueue: probe.Known[uint32](1), SendQueue: probe.Known[uint32](1)},
		{State: probe.TimeWait, Local: at, Remote: at, Owner: probe.Owner{Kind: probe.OwnerKernel},
			Timer: probe.Known(probe.Timer{Kind: probe.TimerTimeWait, Remaining: time.Minute})},
	}
	terms := Terms(Seen{Rows: rows})
	for name, says := range map[string]string{
		"LISTEN": measured.Meaning(probe.Listen), "TIME-WAIT": measured.Meaning(probe.TimeWait), "files": measured.QueuesMeaning(),
		"files 1/1": "1 connexion en attente d'accept(), pour un backlog de 1", "propriétaire": measured.OwnerSentence(probe.OwnerKernel),
		"oubli": "le noyau oubliera alors cette connexion.",
	} {
		if !slices.ContainsFunc(terms, func(x [2]string) bool {
			return x[0] == name && strings.ReplaceAll(x[1], "\u00a0", " ") == strings.ReplaceAll(says, "\u00a0", " ")
		}) {
			t.Errorf("%s is not explained by %q in %q", name, says, terms)
		}
	}
}

// Each word has its sentence, which can be read and explains more than itself.
func TestEveryWordHasItsSentence(t *testing.T) {
	step, err := prose.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	all := words()
	if len(all) != len(step.Sections) || len(all) == 0 {
		t.Fatalf("%d words of %d", len(all), len(step.Sections))
	}
	for _, w := range all {
		if w.find(w.name) != 0 || len(strings.Fields(w.says)) < 4 {
			t.Errorf("%q: %q", w.name, w.says)
		}
	}
}
