package figure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/evidence"
	"labo/lessons/lessontest/golden"
	"labo/lessons/text"
	"labo/probe"
)

var start = time.Date(2026, 11, 22, 14, 2, 7, 123456789, time.UTC)

// events are one of each kind that a scene reports, hostile ones included.
var events = []evidence.Event{
	{At: start, From: evidence.Server, What: "serveur lancé : processus 4242"},
	{At: start.Add(41 * time.Microsecond), From: evidence.Server, To: evidence.Kernel, What: "listen(1)", Outcome: evidence.Worked, Detail: "le port est ouvert", Source: "valeur rendue par listen()"},
	{At: start.Add(1200 * time.Microsecond), From: evidence.Client, To: evidence.Kernel, What: "connect 127.0.0.1:12345", Outcome: evidence.Failed, Detail: "refusée en 41 µs : ECONNREFUSED (111)", Source: "errno de connect()"},
	{At: start.Add(2 * time.Millisecond), From: evidence.Client, To: evidence.Server, What: "GET http://127.0.0.1:12345/"},
	{At: start.Add(3 * time.Millisecond), From: evidence.Kernel, To: evidence.Server, What: "recv", Outcome: evidence.Worked, Detail: "rend 15 octets : « bonjour à tous »"},
	{At: start.Add(4 * time.Millisecond), From: evidence.Server, To: evidence.Kernel, What: "accept()", Outcome: evidence.Waiting, Detail: "pas de client"},
	{At: start.Add(time.Second), From: evidence.Reader, To: evidence.Server, What: "Ctrl+C", Outcome: evidence.Did, Detail: "le processus a fini", Source: "wait()"},
	{At: start.Add(2 * time.Second), What: "◇ mesure 1 : Ce que voit le noyau"},
	{At: start.Add(3 * time.Second), To: evidence.Client, What: "\x1b[31mpiège\n", Detail: "聊天服务器聊天服务器聊天服务器", Outcome: evidence.Failed},
}

// twoServers are two of them on one port, each on its own lane.
var twoServers = []evidence.Event{
	{At: start, From: evidence.Server, What: "serveur lancé : processus 4242", Detail: "il écoute"},
	{At: start.Add(time.Millisecond), From: evidence.Server2, To: evidence.Kernel, What: "bind 127.0.0.1:12345", Outcome: evidence.Failed, Detail: "refusé : EADDRINUSE (98)", Source: "errno de l'appel"},
	{At: start.Add(time.Second), What: "◇ mesure 1 : Ce que voit le noyau"},
	{At: start.Add(2 * time.Second), From: evidence.Server2, To: evidence.Kernel, What: "bind, listen sur le port 4000", Outcome: evidence.Worked, Detail: "accepté"},
}

//go:generate go test . -run LookAsAgreed|LooksAsAgreed -update

func TestSequenceLooksAsAgreed(t *testing.T) {
	var b strings.Builder
	for _, width := range []int{96, 80, 60} {
		s := Lay(events, width)
		fmt.Fprintf(&b, "== %d\n%s\n", width, strings.Join(s.Text(), "\n"))
	}
	for _, width := range []int{96, 60} {
		s := Lay(twoServers, width)
		fmt.Fprintf(&b, "== %d, two servers\n%s\n", width, strings.Join(s.Text(), "\n"))
	}
	golden.Same(t, filepath.Join("testdata", "sequence.golden"), b.String())
}

// Whatever happens, a sequence fits its width, shows every word, and sends
// nothing to the terminal that it could obey.
func TestSequencesFit(t *testing.T) {
	actors := []evidence.Actor{evidence.Nobody, evidence.Reader, evidence.Client, evidence.Server, evidence.Kernel, evidence.Server2}
	pick := func(words ...string) string { return words[rand.N(len(words))] }
	for range 500 {
		var evs []evidence.Event
		for i := range rand.N(5) {
			evs = append(evs, evidence.Event{
				At: start.Add(time.Duration(i) * time.Millisecond), From: actors[rand.N(len(actors))], To: actors[rand.N(len(actors))],
				What:    pick("", "recv", "connect [fe80::1234:5678:9abc:def0%eth0]:65535", "é\x1b[2J\u202e", "猫猫猫猫猫猫猫猫猫猫猫猫"),
				Detail:  pick("", "ok", "un mot d'une longueur tout à fait déraisonnable et bien d'autres"),
				Outcome: evidence.Outcome(rand.N(4)), Source: pick("", "errno de connect()"),
			})
		}
		width := narrowest + rand.N(80)
		s := Lay(evs, width)
		all := ""
		for _, line := range s.Text() {
			if text.Width(line) > width {
				t.Fatalf("width %d: %d cells: %q\nof %+v", width, text.Width(line), line, evs)
			}
			if text.Visible(line) != line {
				t.Fatalf("a terminal would obey %q", line)
			}
			all += line
		}
		for _, e := range evs {
			if e.What == "recv" && !strings.Contains(all, "recv") {
				t.Fatalf("width %d: %+v is not in\n%s", width, e, all)
			}
		}
	}
}

func TestSentence(t *testing.T) {
	for want, e := range map[string]evidence.Event{
		"client vers noyau : connect, refusée": {From: evidence.Client, To: evidence.Kernel, What: "connect", Detail: "refusée"},
		"serveur : lancé":                      {From: evidence.Server, What: "lancé"},
		"serveur 2 vers noyau : bind":          {From: evidence.Server2, To: evidence.Kernel, What: "bind"},
		"noyau : RST":                          {To: evidence.Kernel, What: "RST"},
		"␛ rien":                               {What: "\x1b rien"},
		"client : attend":                      {From: evidence.Client, Detail: "attend"},
	} {
		if got := Sentence(e); got != want {
			t.Errorf("Sentence = %q, want %q", got, want)
		}
	}
}

func known(values ...float64) []probe.Maybe[float64] {
	var out []probe.Maybe[float64]
	for _, v := range values {
		out = append(out, probe.Maybe[float64]{Value: v, Known: v >= 0})
	}
	return out
}

var threads = &evidence.Chart{X: "goroutines lancées", Y: "threads du système", Ticks: []string{"10", "100", "1 000", "10 000"}, Curves: []evidence.Curve{
	{Label: "bloquées sur le réseau", Points: known(5, 6, 6, 6)},
	{Label: "bloquées dans un appel système", Points: known(14, 104, 1004)}, // the last is unknown
}}

func TestChartLooksAsAgreed(t *testing.T) {
	moments := &evidence.Chart{Y: "nombre", Ticks: []string{"avant", "pendant"}, Curves: []evidence.Curve{
		{Label: "goroutines", Points: known(11, 13)}, {Label: "threads du système", Points: known(-1, 0)},
	}}
	var b strings.Builder
	for _, width := range []int{76, 56} {
		for _, c := range []*evidence.Chart{threads, moments} {
			for _, l := range Chart(c, width) {
				if text.Width(l) > width {
					t.Errorf("%d cells in %d: %q", text.Width(l), width, l)
				}
				b.WriteString(l + "\n")
			}
			b.WriteString("\n")
		}
	}
	golden.Same(t, filepath.Join("testdata", "chart.golden"), b.String())
}

func TestScale(t *testing.T) {
	for _, tc := range []struct {
		values []float64
		top    float64
		log    bool
		marks  []float64
	}{
		{[]float64{11, 13, 6}, 20, false, []float64{0, 5, 10, 15, 20}},
		{[]float64{0, 0}, 1, false, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{[]float64{5, 1004}, 10000, true, []float64{1, 10, 100, 1000, 10000}},
		{[]float64{0, 1004}, 2000, false, []float64{0, 500, 1000, 1500, 2000}},
		{[]float64{1, 50}, 100, true, []float64{1, 10, 100}},
		{nil, 1, false, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
	} {
		s := NewScale(&evidence.Chart{Curves: []evidence.Curve{{Points: known(tc.values...)}}})
		if s.Top != tc.top || s.Log != tc.log {
			t.Errorf("%v: scale %+v, want top %v, log %v", tc.values, s, tc.top, tc.log)
		}
		near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
		if diff := cmp.Diff(tc.marks, s.Marks(), near); diff != "" {
			t.Errorf("%v: marks (-want +got):\n%s", tc.values, diff)
		}
		for _, v := range tc.values {
			if p := s.Place(v); p < 0 || p > 1 {
				t.Errorf("%v: %v stands at %v", tc.values, v, p)
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for want, v := range map[string]float64{"0": 0, "6": 6, "1 000": 1000, "10 000": 10000, "1 234 567": 1234567, "0,5": 0.5, "−1 200,25": -1200.25} {
		if got := strings.ReplaceAll(Number(probe.Known(v)), text.NBSP, " "); got != want {
			t.Errorf("Number(%v) = %q, want %q", v, got, want)
		}
	}
	if got := Number(probe.Maybe[float64]{}); got != "non mesuré" {
		t.Errorf("Number of nothing = %q", got)
	}
}
