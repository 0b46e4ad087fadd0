package recording

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

var (
	noon   = time.Date(2026, 3, 4, 12, 0, 0, 123456789, time.UTC)
	local  = netip.MustParseAddrPort("127.0.0.1:12345")
	remote = netip.MustParseAddrPort("[::1]:54321")
	held   = probe.Socket{
		Family: probe.TCP6, State: probe.Established, Local: local, Remote: remote,
		RecvQueue: probe.Known[uint32](0), SendQueue: probe.Known[uint32](4_294_967_295),
		Timer: probe.Known(probe.Timer{Kind: probe.TimerTimeWait, Remaining: 42 * time.Millisecond, Retransmits: 3}),
		Inode: probe.Known[uint32](7),
		Owner: probe.Owner{Kind: probe.OwnerProcess, UID: probe.Known(0), Holders: []*probe.Holder{
			{PID: 4242, Name: "labo", Command: "/home/somebody/labo etape 1", Threads: probe.Known(9)}, {PID: 4243, Name: "python3", FDs: probe.Known(0)},
		}},
	}
	listening = probe.Socket{Family: probe.TCP4, State: probe.Listen, Local: local, Owner: probe.Owner{Kind: probe.OwnerForbidden}}
)

var comparers = cmp.Options{
	cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }),
	cmpopts.IgnoreUnexported(probe.Snapshot{}), // what it knows of other networks is of that moment
	cmp.Comparer(func(a, b error) bool { return a == b || a != nil && b != nil && a.Error() == b.Error() }),
}

// section is the text of a scene.
var section = &prose.Section{ID: "port-libre", Title: "Un port libre", Parts: []*prose.Part{
	{Blocks: []prose.Block{
		{Kind: prose.Code, Lang: "python", Lines: []string{"", `print(f"{{x}} {port}")`}},
		{Kind: prose.List, Ordered: true, Items: [][]prose.Span{{{Style: prose.CodeSpan, Text: "a"}}, {}}},
	}},
	{Name: "prediction", Blocks: []prose.Block{{Spans: []prose.Span{{Text: "Le port {port}, (libre) ou {etat} ?"}}}},
		Options: []prose.Option{{ID: "a"}, {ID: "b", Spans: []prose.Span{{Text: "{port}"}}}}},
	{Name: "aussi", Blocks: []prose.Block{{Spans: []prose.Span{{Text: "{tout}"}}}}},
	{Name: "lignes", Blocks: []prose.Block{{Spans: []prose.Span{{Text: "Ici {lignes} et {port}."}}}}},
	{Name: "fin", Blocks: []prose.Block{{Spans: []prose.Span{{Text: "C'est la fin."}}}}},
}}

// told is a part as a scene shows it.
func told(t *testing.T, name string, values map[string]string) *prose.Part {
	t.Helper()
	part, _ := section.Part(name)
	filled, err := part.Fill(values)
	if err != nil {
		t.Fatal(err)
	}
	return filled
}

// What was recorded comes back the same, unknown values and empty tables too.
func TestRoundTrip(t *testing.T) {
	first, second := held, listening
	first.Owner = anonymous(held.Owner)
	predicted := told(t, "prediction", map[string]string{"port": "12345", "etat": "(a|b)+ é"})
	question := scene.Question{Part: "prediction", Blocks: predicted.Blocks, Options: predicted.Options}
	scene := &Scene{
		Head: scene.Head{Step: 1, StepTitle: "Un <serveur>", Index: 0, Total: 9, ID: "port-libre", Title: "Un port libre"},
		Calls: []Call{
			{Kind: Prose, At: noon, Part: "", Values: map[string]string{"port": "12345"}, Prose: told(t, "", map[string]string{"port": "12345"}).Blocks},
			{Kind: Prose, Part: "lignes", Values: map[string]string{"port": "1", "lignes": "2"}, Prose: told(t, "lignes", map[string]string{"port": "1", "lignes": "2"}).Blocks},
			{Kind: Prose, Part: "fin", Prose: told(t, "fin", nil).Blocks},
			{Kind: Prose, Prose: []prose.Block{{Spans: []prose.Span{{Text: "Ce qu'aucun"}, {Text: " texte ne dit."}}}}},
			{Kind: Event, Event: &evidence.Event{At: noon, From: evidence.Client, To: evidence.Kernel, What: "connect", Outcome: evidence.Failed, Detail: "\x1b[31m"}, Counts: Counts{Goroutines: 12, Threads: probe.Known(0)}},
			{Kind: Evidence, Evidence: &evidence.Evidence{Title: "vide", Sockets: &evidence.Table{}}},
			{Kind: Evidence, Evidence: &evidence.Evidence{Sockets: &evidence.Table{Rows: []probe.Socket{first, second}}, Values: []evidence.Value{{}, {Label: "b"}}}},
			{Kind: Evidence, Evidence: &evidence.Evidence{Chart: &evidence.Chart{
				Ticks:  []string{"", "10"},
				Curves: []evidence.Curve{{Label: "threads", Points: []probe.Maybe[float64]{{}, probe.Known(0.0), probe.Known(1e9)}}},
			}}},
			{Kind: Ask, Part: "prediction", Values: map[string]string{"port": "12345", "etat": "(a|b)+ é"}, Question: &question, Chosen: 1, Choice: "b"},
			{Kind: Answer, Answer: &scene.Answer{Question: question, Chosen: 1, Right: 0, Measured: "0"}, Choice: "a", Measured: "0"},
			{Kind: Ask, Part: "prediction", Values: map[string]string{"port": "12345", "etat": "(a|b)+ é"}, Question: &question, Chosen: -1},
			{Kind: Answer, Answer: &scene.Answer{Question: question, Chosen: -1, Right: -1}},
			{Kind: Input, Prompt: "Votre message", Line: ""},
			{Kind: Pause, Seen: &Measurement{}},
			{Kind: Watch, Title: "en direct", Limit: 3 * time.Minute, Skipped: true, During: []Call{
				{Kind: Update, Seen: &Measurement{At: noon, Source: probe.SockDiag, Sockets: []probe.Socket{first}, Changes: []probe.Change{{At: noon, Kind: probe.Gone, Socket: second, From: probe.Listen}}}},
				{Kind: Event, Event: &evidence.Event{At: noon, From: evidence.Kernel, What: "écoute"}},
			}},
		},
	}
	b, err := scene.Encode(section)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		for _, words := range []string{"print(", "(libre)", "la fin", scene.Head.Title} {
			if strings.Contains(line, words) {
				t.Errorf("call %d keeps what the text says: %s", i, line)
			}
		}
	}
	back, err := decode(b, scene.Head, section)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(scene, back, comparers); diff != "" {
		t.Errorf("came back otherwise (-recorded +read):\n%s\n%s", diff, b)
	}
}

// A scene is shown again with its text of today.
func TestTodaysTextIsShown(t *testing.T) {
	line := []byte(`{"Kind": "ask", "Part": "prediction", "Values": {"port": "1"}, "Choice": "b"}`)
	today := func(text string, options ...string) *prose.Section {
		part := &prose.Part{Name: "prediction", Blocks: []prose.Block{{Spans: []prose.Span{{Text: text}}}}}
		for _, o := range options {
			part.Options = append(part.Options, prose.Option{ID: o})
		}
		return &prose.Section{ID: "port-libre", Parts: []*prose.Part{part}}
	}
	s, err := decode(line, scene.Head{}, today("Et le port {port} ?", "c", "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if c := s.Calls[0]; prose.Text(c.Question.Blocks[0].Spans) != "Et le port 1 ?" || c.Chosen != 2 {
		t.Errorf("%+v", c)
	}
	for what, text := range map[string]*prose.Section{
		"a value that was not recorded": today("{autre}", "b"), "an option that is gone": today("", "a"), "a part that is gone": {},
	} {
		if _, err := decode(line, scene.Head{}, text); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// A measurement comes back as probe gave it, but for command lines.
func TestMeasured(t *testing.T) {
	u := probe.Update{
		Snapshot: &probe.Snapshot{TakenAt: noon, Took: time.Millisecond, Source: probe.SockDiag, Sockets: []probe.Socket{held, listening},
			Notes: []probe.Note{{Kind: probe.NoteForbidden, N: 3}, {Kind: probe.NoteFallback, Err: errors.New("refusé")}}},
		Changes: []probe.Change{{At: noon, Kind: probe.OwnerChanged, Socket: held, FromOwner: probe.Owner{Kind: probe.OwnerKernel}}},
	}
	got := Measured(u).Update()
	for _, s := range []*probe.Socket{&got.Snapshot.Sockets[0], &got.Changes[0].Socket} {
		if s.Owner.Holders[0].Command != "" {
			t.Errorf("the command line is kept: %+v", s.Owner.Holders[0])
		}
		s.Owner.Holders[0].Command = held.Owner.Holders[0].Command
	}
	if diff := cmp.Diff(u, got, comparers); diff != "" {
		t.Errorf("(-measured +read):\n%s", diff)
	}
	if held.Owner.Holders[0].Command == "" {
		t.Error("what was measured is changed")
	}
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	if _, err := decode([]byte(`{"Kind": "event", "Colour": 1}`), scene.Head{}, section); err == nil {
		t.Error("a field that nobody reads is accepted")
	}
}
