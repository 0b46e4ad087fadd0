package notebook

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/scene"
	"labo/probe"
)

// clock returns a time that is one second later at each call.
func clock() func() time.Time {
	t := time.Date(2026, 11, 22, 14, 2, 7, 0, time.FixedZone("CET", 3600))
	return func() time.Time { t = t.Add(time.Second); return t }
}

func head(id string) scene.Head {
	return scene.Head{Step: 1, StepTitle: "Un serveur simple", ID: id, Title: "Titre de " + id}
}

func plain(s string) []prose.Span { return []prose.Span{{Text: s}} }

var question = scene.Question{
	Blocks: []prose.Block{
		{Spans: []prose.Span{{Text: "Après "}, {Style: prose.CodeSpan, Text: "bind()"}, {Text: ", que se passe-t-il ?"}}},
		{Kind: prose.Code, Lines: []string{"serveur.bind((hote, port))", "    # indenté"}},
		{Kind: prose.List, Items: [][]prose.Span{plain("un"), plain("deux")}},
	},
	Options: []prose.Option{{ID: "reussit", Spans: plain("elle réussit")}, {ID: "refusee", Spans: plain("elle est refusée")}},
}

func answer(chosen, right int) scene.Answer {
	return scene.Answer{Question: question, Chosen: chosen, Right: right, Measured: "ECONNREFUSED"}
}

func titled(title string, n int) evidence.Evidence {
	return evidence.Evidence{Title: title, Source: "sock_diag", Values: []evidence.Value{{Label: "n", Text: fmt.Sprint(n)}}}
}

// open opens a notebook in home and closes it at the end of the test.
func open(t *testing.T, home string, s *said) *Session {
	t.Helper()
	session := Open(Options{Getenv: in(home), Program: "test", Tell: s.tell, Now: clock()})
	t.Cleanup(func() { session.Close() })
	return session
}

// reread returns what is in home, read anew.
func reread(t *testing.T, home string) *Notebook {
	t.Helper()
	book, err := Read(in(home))
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestEveryAnswerAndSceneIsSavedAtOnce(t *testing.T) {
	home := t.TempDir()
	var told said
	s := open(t, home, &told)
	s.Begun(head("bind"))
	if sc := reread(t, home).Step(1).Scene("bind"); sc == nil || sc.IsDone() {
		t.Fatalf("after Begun, the file has the scene %+v", sc)
	}
	s.Happened("bind", evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "connect", Outcome: evidence.Failed})
	s.Measured("bind", titled("Table", 1))
	s.Answered("bind", "prediction", answer(0, 1))
	sc := reread(t, home).Step(1).Scene("bind")
	if len(sc.Run.Events) != 1 || len(sc.Run.Evidence) != 1 || len(sc.Predictions) != 1 || sc.IsDone() {
		t.Fatalf("after Answered, the file has %+v", sc)
	}
	s.Done("bind")
	sc = reread(t, home).Step(1).Scene("bind")
	if !sc.IsDone() || sc.Plays != 1 || sc.Run.Ended.IsZero() {
		t.Errorf("after Done, the file has %+v", sc)
	}
	if diff := cmp.Diff(answer(0, 1), sc.Predictions[0].Answer(sc.Predictions[0].Tries[0])); diff != "" {
		t.Errorf("the question comes back (-want +got):\n%s", diff)
	}
	if len(told) > 0 {
		t.Errorf("told %q", told)
	}
}

func TestMeasurementsAreSavedWhenTheReaderLeaves(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Measured("bind", titled("Table", 1))
	s.Begun(head("listen")) // without ending the other
	s.Measured("listen", titled("Table", 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"bind", "listen"} {
		if sc := reread(t, home).Step(1).Scene(id); len(sc.Run.Evidence) != 1 {
			t.Errorf("the file has %+v of scene %s", sc.Run, id)
		}
	}
	if run := reread(t, home).Step(1).Scene("listen").Run; run.Left.IsZero() || !run.Ended.IsZero() {
		t.Errorf("the scene that went on: left %v, ended %v", run.Left, run.Ended)
	}
}

func TestAnInterruptedReplayKeepsTheCompletePlay(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	play := func(n int, done bool) {
		s.Begun(head("bind"))
		s.Measured("bind", titled("Table", n))
		s.Answered("bind", "prediction", answer(n%2, 1))
		if done {
			s.Done("bind")
		}
	}
	kept := func() string { return reread(t, home).Step(1).Scene("bind").Run.Evidence[0].Values[0].Text }
	play(1, false)
	play(2, false)
	if got := kept(); got != "2" {
		t.Errorf("after two plays left before their end, the file has play %s", got)
	}
	play(3, true)
	play(4, false)
	if got := kept(); got != "3" {
		t.Errorf("after a replay left before its end, the file has play %s", got)
	}
	play(5, true)
	sc := reread(t, home).Step(1).Scene("bind")
	if got := sc.Run.Evidence[0].Values[0].Text; got != "5" || sc.Plays != 2 {
		t.Errorf("after a complete replay, the file has play %s, %d plays", got, sc.Plays)
	}
	if n := len(sc.Predictions[0].Tries); n != 5 {
		t.Errorf("%d tries kept of 5", n)
	}
}

func TestTheFirstAnswerIsTheOneThatCounts(t *testing.T) {
	s := open(t, t.TempDir(), &said{})
	s.Begun(head("bind"))
	for _, chosen := range []int{-1, 0, 1, 1} {
		s.Answered("bind", "prediction", answer(chosen, 1))
	}
	for range 2 * maxTries {
		s.Answered("bind", "prediction", answer(1, 1))
	}
	p := s.Notebook().Step(1).Scene("bind").Predictions[0]
	if first, ok := p.First(); !ok || *first.Chosen != "reussit" {
		t.Errorf("First = %+v, %v", first, ok)
	}
	if len(p.Tries) != maxTries {
		t.Errorf("%d tries kept, want %d", len(p.Tries), maxTries)
	}
}

func TestWrittenAnswersKeepTheirVersions(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	blocks := []prose.Block{{Spans: plain("Pourquoi ?")}}
	for _, text := range []string{"parce que", "parce que", "parce que le noyau\nle dit"} {
		s.Wrote("bind", "reponse", blocks, text)
	}
	var got []string
	for _, v := range reread(t, home).Step(1).Scene("bind").Writings[0].Versions {
		got = append(got, v.Text)
	}
	if diff := cmp.Diff([]string{"parce que", "parce que le noyau\nle dit"}, got); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if w := s.Written(1, "bind", "reponse"); w != "parce que le noyau\nle dit" {
		t.Errorf("Written = %q", w)
	}
	if w := s.Written(2, "bind", "reponse") + s.Written(1, "bind", "autre"); w != "" {
		t.Errorf("Written elsewhere = %q", w)
	}
}

// An answer belongs to its question, even where it is written in a later scene, and
// the reader has come there by a jump.
func TestAnAnswerIsKeptWithItsQuestion(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Wrote("port-libre", "question", []prose.Block{{Spans: plain("Pourquoi ?")}}, "à cause du noyau")
	s.Done("bind")
	step := reread(t, home).Step(1)
	if asking := step.Scene("port-libre"); asking == nil || asking.Title == "" || len(asking.Writings) != 1 || asking.IsBegun() {
		t.Errorf("the scene of the question: %+v", asking)
	}
	if n := len(step.Scene("bind").Writings); n != 0 {
		t.Errorf("%d answers in the scene where it was written", n)
	}
	if w := s.Written(1, "port-libre", "question"); w != "à cause du noyau" {
		t.Errorf("Written = %q", w)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	s := open(t, t.TempDir(), &said{})
	s.Begun(head("bind"))
	s.Measured("bind", titled("Une fois", 0))
	for i := range 3 * maxSameTitle {
		s.Measured("bind", titled("Table", i))
	}
	run := s.play.run
	if got := len(run.Evidence); got != 1+maxSameTitle || run.LostEvidence != 2*maxSameTitle {
		t.Errorf("kept %d, lost %d", got, run.LostEvidence)
	}
	if run.Evidence[0].Title != "Une fois" || run.Evidence[maxSameTitle].Values[0].Text != fmt.Sprint(3*maxSameTitle-1) {
		t.Errorf("the wrong ones were dropped: %+v", run.Evidence)
	}
	for i := range 2 * maxEvidence {
		s.Measured("bind", titled(fmt.Sprint("Table ", i), i))
	}
	if got := len(run.Evidence); got != maxEvidence {
		t.Errorf("kept %d of many titles, want %d", got, maxEvidence)
	}
	for range 2 * maxEvents {
		s.Happened("bind", evidence.Event{What: "accept()"})
	}
	if len(run.Events) != maxEvents || run.LostEvents != maxEvents {
		t.Errorf("kept %d events, lost %d", len(run.Events), run.LostEvents)
	}
	rows := make([]probe.Socket, record.MaxRows+7)
	s.Measured("bind", evidence.Evidence{Title: "Longue", Sockets: &evidence.Table{Rows: rows}})
	table := run.Evidence[len(run.Evidence)-1].Sockets
	if len(table.Rows) != record.MaxRows || table.Lost != 7 {
		t.Errorf("kept %d rows, lost %d", len(table.Rows), table.Lost)
	}
}

// What a stage was shown is what the notebook shows, as far as a stage draws it.
func TestEvidenceComesBack(t *testing.T) {
	e := evidence.Evidence{
		Title: "Ce que voit le noyau", At: time.Date(2026, 11, 22, 14, 2, 7, 123456000, time.UTC), Source: "sock_diag",
		Values: []evidence.Value{{Label: "file", Text: "14 octets", Source: "recv()"}},
		Sockets: &evidence.Table{Empty: "aucune", Rows: []probe.Socket{
			{Family: probe.TCP4, State: probe.Listen, Local: netip.MustParseAddrPort("127.0.0.1:12345"),
				RecvQueue: probe.Known[uint32](0), SendQueue: probe.Known[uint32](1), Timer: probe.Known(probe.Timer{}),
				Inode: probe.Known[uint32](77), Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 4242, Name: "labo"}}}},
			{Family: probe.TCP6, State: probe.TimeWait, Local: netip.MustParseAddrPort("[fe80::1%eth0]:1"), Remote: netip.MustParseAddrPort("[::1]:2"),
				Timer: probe.Known(probe.Timer{Kind: probe.TimerTimeWait, Remaining: 57 * time.Second, Retransmits: 2}), Owner: probe.Owner{Kind: probe.OwnerKernel}},
			{Family: probe.TCP4, State: probe.Bound, Local: netip.MustParseAddrPort("0.0.0.0:3")},
		}},
		Chart: &evidence.Chart{X: "goroutines lancées", Y: "nombre", Ticks: []string{"1", "10"}, Curves: []evidence.Curve{
			{Label: "threads", Source: "/proc", Points: []probe.Maybe[float64]{{}, probe.Known(6.0)}},
		}},
		Notes: []string{"une note"}, Checks: []string{"ss -tanp"},
	}
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Measured("bind", e)
	event := evidence.Event{At: e.At, From: evidence.Reader, To: evidence.Server, What: "Ctrl+C", Outcome: evidence.Waiting, Detail: "…", Source: "wait()"}
	s.Happened("bind", event)
	s.Done("bind")
	run := reread(t, home).Step(1).Scene("bind").Run
	sameEnds := cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })
	if diff := cmp.Diff(e, run.Evidence[0].Shown(), sameEnds); diff != "" {
		t.Errorf("evidence (-shown +kept):\n%s", diff)
	}
	if diff := cmp.Diff(event, run.Events[0].Shown()); diff != "" {
		t.Errorf("event (-shown +kept):\n%s", diff)
	}
}

func TestHostileTextIsKeptVisible(t *testing.T) {
	const hostile = "\x1b[31mrouge\x1b[0m\n\u202eabc\xff"
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Measured("bind", evidence.Evidence{Title: hostile, Sockets: &evidence.Table{Rows: []probe.Socket{
		{Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 1, Name: hostile, Command: hostile}}}}}}})
	s.Happened("bind", evidence.Event{What: hostile, Detail: hostile})
	s.Done("bind")
	const visible = "␛[31mrouge␛[0m␊⟨U+202E⟩abc⟨ff⟩"
	run := reread(t, home).Step(1).Scene("bind").Run
	holder := run.Evidence[0].Sockets.Rows[0].Owner.Processes[0]
	for _, got := range []string{run.Evidence[0].Title, holder.Name, run.Events[0].What, run.Events[0].Detail} {
		if got != visible {
			t.Errorf("kept %q, want %q", got, visible)
		}
	}
}

func TestRestartForgetsOneStep(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Begun(head("bind"))
	s.Done("bind")
	two := head("client")
	two.Step = 2
	s.Begun(two)
	if err := s.Restart(1); err != nil {
		t.Fatal(err)
	}
	s.Measured("client", titled("perdue", 1)) // of no scene: it was forgotten with its step
	book := reread(t, home)
	if book.Step(1) != nil || book.Step(2).Scene("client") == nil {
		t.Errorf("after Restart(1), the file has %+v", book.Steps)
	}
}

// What goes by with nobody at the keyboard is kept, and is nobody's work.
func TestAnUnattendedPlayIsSeenAndNotDone(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	s.Unattended(head("bind"))
	s.Measured("bind", titled("Table", 1))
	s.Answered("bind", "prediction", answer(-1, 1))
	if sc := reread(t, home).Step(1).Scene("bind"); sc.IsSeen() || sc.IsBegun() || !sc.Run.Unattended {
		t.Errorf("in the middle: %+v", sc)
	}
	s.Done("bind")
	s.Unattended(head("bind"))
	s.Measured("bind", titled("Table", 2))
	s.Answered("bind", "prediction", answer(-1, 0))
	s.Done("bind")
	book := reread(t, home)
	sc := book.Step(1).Scene("bind")
	if sc.IsDone() || sc.IsBegun() || !sc.IsSeen() || sc.Plays != 0 || book.Step(1).Last != "" || book.Empty() {
		t.Errorf("done %v, begun %v, seen %v, %d plays, last %q", sc.IsDone(), sc.IsBegun(), sc.IsSeen(), sc.Plays, book.Step(1).Last)
	}
	if tries := sc.Predictions[0].Tries; len(tries) != 1 || !tries[0].Unasked || *tries[0].Right != "reussit" {
		t.Errorf("tries %+v, of which the last one is to be kept", tries)
	}
	if got := sc.Run.Evidence[0].Values[0].Text; got != "2" {
		t.Errorf("evidence of play %s, want the last", got)
	}
	p := book.Progress(Contents{{Number: 1, Scenes: []SceneContents{{ID: "avant"}, {ID: "bind"}}}})[0]
	if p.Begun || p.Done != 0 || p.Seen != 1 || p.Complete() || p.Next.ID != "avant" {
		t.Errorf("progress %+v", p)
	}
}

// What the reader plays goes before what went by without them, and stays.
func TestAnUnattendedPlayReplacesNothing(t *testing.T) {
	home := t.TempDir()
	s := open(t, home, &said{})
	play := func(begin func(scene.Head), n, chosen int, done bool) *Scene {
		begin(head("bind"))
		s.Measured("bind", titled("Table", n))
		s.Answered("bind", "prediction", answer(chosen, 1))
		if done {
			s.Done("bind")
		}
		return reread(t, home).Step(1).Scene("bind")
	}
	shown := func(sc *Scene) string {
		return fmt.Sprintf("%s, %d tries, done %v, %d plays", sc.Run.Evidence[0].Values[0].Text, len(sc.Predictions[0].Tries), sc.IsDone(), sc.Plays)
	}
	for i, c := range []struct {
		begin  func(scene.Head)
		chosen int
		done   bool
		want   string
	}{
		{s.Unattended, -1, true, "0, 1 tries, done false, 0 plays"},
		{s.Begun, 0, false, "1, 1 tries, done false, 0 plays"}, // left in the middle: it is the reader's own
		{s.Unattended, -1, true, "1, 1 tries, done false, 0 plays"},
		{s.Begun, 1, true, "3, 2 tries, done true, 1 plays"},
		{s.Unattended, -1, true, "3, 2 tries, done true, 1 plays"},
		{s.Unattended, -1, false, "3, 2 tries, done true, 1 plays"},
		{s.Begun, -1, true, "6, 3 tries, done true, 2 plays"},
	} {
		if got := shown(play(c.begin, i, c.chosen, c.done)); got != c.want {
			t.Errorf("play %d: %s, want %s", i, got, c.want)
		}
	}
	sc := reread(t, home).Step(1).Scene("bind")
	if first, ok := sc.Predictions[0].First(); !ok || *first.Chosen != "reussit" || first.Unasked {
		t.Errorf("the first answer is %+v", first)
	}
}

// A step that went by without the reader is not where they go on.
func TestAnUnattendedPlayDoesNotMoveTheReader(t *testing.T) {
	contents := Contents{{Number: 1, Scenes: []SceneContents{{ID: "a"}, {ID: "b"}, {ID: "c"}}}, {Number: 2, Scenes: []SceneContents{{ID: "d"}}}}
	s := open(t, t.TempDir(), &said{})
	s.Begun(head("a"))
	s.Done("a")
	s.Begun(head("b"))
	for _, id := range []string{"a", "b", "c"} {
		s.Unattended(head(id))
		s.Done(id)
	}
	two := head("d")
	two.Step = 2
	s.Unattended(two)
	s.Done("d")
	p, ok := s.Notebook().Next(contents)
	if !ok || p.Step.Number != 1 || p.Next.ID != "b" || p.Done != 1 || p.Seen != 2 {
		t.Errorf("Next = %+v, %v", p, ok)
	}
}
