package export

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

// fullAnswers are those of a reader who has played all that the last step asks,
// and answered each question of the sheet in five lines.
func fullAnswers(t *testing.T) *Answers {
	t.Helper()
	step, err := prose.Load(askingStep)
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Program: "labo d'essai", Made: made, Machines: []string{"linux/amd64"}, Steps: []Step{{Number: askingStep}}}
	for _, section := range step.Sections {
		sc := Scene{Step: askingStep, ID: section.ID, Title: section.Title, Begun: true, Done: true}
		for _, part := range section.Parts {
			switch {
			case len(part.Options) > 0:
				a := scene.Answer{Question: scene.Question{Blocks: part.Blocks, Options: part.Options}, Measured: "échoue avec EADDRINUSE (98) au bout de 41 µs"}
				sc.Predictions = append(sc.Predictions, Prediction{Part: part.Name, At: made, Answer: a})
			case part.Name == questionPart:
				answer := "Réponse de " + section.ID + ". " + strings.Repeat("Le noyau refuse, puis il garde, et le programme attend. ", 9)
				sc.Writings = append(sc.Writings, Writing{Part: part.Name, Versions: []Version{{When: text.Date(made), Text: answer}, {Text: "avant"}}})
			}
		}
		sc.Evidence = []evidence.Evidence{{Title: "Les threads de Python", Source: "/proc/self/task", At: made, Values: []evidence.Value{
			{Label: "avant", Text: "1 thread"}, {Label: "après", Text: "101 threads"}, {Label: "reste", Text: "autre"}}}}
		r.Steps[0].Scenes = append(r.Steps[0].Scenes, sc)
	}
	a, err := NewAnswers(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The sheet asks five questions, in the order of its last step; each has the
// answer that stands, and what was measured for it and for no other.
func TestTheFiveAnswers(t *testing.T) {
	a := fullAnswers(t)
	if len(a.Questions) != 5 {
		t.Fatalf("%d questions", len(a.Questions))
	}
	var shown strings.Builder
	if err := a.Terminal(&shown, paint.New(false), 80); err != nil {
		t.Fatal(err)
	}
	for _, q := range a.Questions {
		if !strings.HasPrefix(q.Text, "Réponse de "+q.Scene) || len(q.Proofs) < 2 || len(q.Proofs) > mostProofs {
			t.Errorf("question %d (%s): %q, %d proofs", q.Number, q.Scene, q.Text, len(q.Proofs))
		}
		if !strings.Contains(q.Proofs[0], "La mesure dit « ") || !strings.Contains(q.Proofs[0], "41 µs") || !strings.Contains(q.Proofs[0], text.Date(made)) {
			t.Errorf("question %d is proved by %q", q.Number, q.Proofs[0])
		}
		if !strings.Contains(shown.String(), "Réponse de "+q.Scene) {
			t.Errorf("the answer to question %d is not shown", q.Number)
		}
	}
	for l := range strings.Lines(shown.String()) {
		if text.Width(strings.TrimSuffix(l, "\n")) > 80 {
			t.Errorf("too wide: %q", l)
		}
	}
}

// A question without an answer says how to give one, and what was measured stands.
func TestAMissingAnswerSaysWhereItIsAsked(t *testing.T) {
	a, err := NewAnswers(&Report{Made: made})
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]func(*strings.Builder) error{
		"terminal": func(b *strings.Builder) error { return a.Terminal(b, paint.New(false), 80) },
		"markdown": func(b *strings.Builder) error { return a.Markdown(b) },
		"html":     func(b *strings.Builder) error { return a.HTML(b) },
	} {
		var b strings.Builder
		if err := page(&b); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "labo etape 4 --scene "); n != 5 {
			t.Errorf("%s: %d of 5 questions say where they are asked", name, n)
		}
	}
}

// Many sockets are counted by state and owner, none is lost; few are shown as they are.
func TestLongTablesAreGrouped(t *testing.T) {
	at := func(port int) netip.AddrPort {
		return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))
	}
	labo := probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 42, Name: "labo"}}}
	kernel := probe.Owner{Kind: probe.OwnerKernel}
	table := func(n int) evidence.Evidence {
		rows := []probe.Socket{{State: probe.Listen, Local: at(12345), Owner: labo}}
		for i := range n {
			owner := labo
			if i%4 == 0 {
				owner = kernel
			}
			rows = append(rows, probe.Socket{State: probe.Established, Local: at(12345), Remote: at(40000 + i), Owner: owner})
		}
		return evidence.Evidence{Title: "Table", At: time.Unix(0, 0), Sockets: &evidence.Table{Rows: rows}}
	}
	if e := grouped(table(longTable - 1)); e.Sockets == nil || len(e.Values) > 0 {
		t.Errorf("a short table became %+v", e)
	}
	e := grouped(table(12))
	var got []string
	for _, v := range e.Values {
		got = append(got, strings.ReplaceAll(v.Label+" | "+v.Text, text.NBSP, " "))
	}
	want := []string{
		"LISTEN | 127.0.0.1:12345 ↔ — ; labo (42)",
		"ESTABLISHED × 3 | 127.0.0.1:12345 ↔ 3 ports, de 40000 à 40008 ; le noyau",
		"ESTABLISHED × 9 | 127.0.0.1:12345 ↔ 9 ports, de 40001 à 40011 ; labo (42)",
	}
	if e.Sockets != nil || fmt.Sprint(got) != fmt.Sprint(want) || len(e.Notes) != 1 {
		t.Errorf("%q, %q", got, e.Notes)
	}
}
