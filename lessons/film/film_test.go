package film

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"labo/lessons/evidence"
	"labo/lessons/lessontest/sockets"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

// one is a film with a record of each kind.
func one() []Record {
	q := scene.Question{Blocks: []prose.Block{{Spans: []prose.Span{{Text: "Combien ?"}}}}, Options: []prose.Option{{ID: "une", Spans: []prose.Span{{Text: "une"}}}, {ID: "deux", Spans: []prose.Span{{Style: prose.CodeSpan, Text: "deux"}}}}}
	chosen, line := 1, "bonjour <b>"
	at := time.Date(2026, 11, 22, 14, 2, 3, 0, time.UTC)
	update := probe.Update{Snapshot: sockets.All()["conversation"]}
	return []Record{
		OfBegin(scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: 2, Total: 9, ID: "ecouter", Title: "listen() : ouvrir"}),
		OfProse(q.Blocks),
		OfEvent(evidence.Event{At: at, From: evidence.Client, To: evidence.Kernel, What: "connect", Outcome: evidence.Failed, Detail: "refusée", Source: "errno"}),
		OfEvidence(evidence.Evidence{At: at, Title: "Table", Source: "sock_diag", Values: []evidence.Value{{Label: "n", Text: "3"}}, Sockets: &evidence.Table{Rows: update.Snapshot.Sockets}, Checks: []string{"ss -tan"}}),
		OfAsk(q), {Kind: Replied, Reply: &Reply{Chosen: &chosen}},
		OfAnswer(scene.Answer{Question: q, Chosen: 1, Right: 0, Measured: "une ligne"}),
		{Kind: Input, Prompt: "Votre message"}, {Kind: Replied, Reply: &Reply{Line: &line}},
		{Kind: Watch, Title: "On attend", Prompt: "p passe", LimitMS: 1500, Edit: true}, {Kind: Replied, Reply: &Reply{Ended: "done"}},
		{Kind: Follow, Number: 4000}, OfUpdate(update), OfUpdate(probe.Update{Err: errors.New("?")}),
		OfRuntime(probe.RuntimeInfo{Goroutines: 7, OSThreads: probe.Known(5)}),
		{Kind: Outline, Scenes: []Scene{{ID: "ecouter", Title: "x", Total: 1}}}, {Kind: Pause}, {Kind: End},
	}
}

// recorded writes a film and returns its file.
func recorded(t testing.TB, records []Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "essai.film")
	w, err := Create(path, Head{Title: "Essai", Program: "labo", Machine: "linux/amd64", Port: 12345}, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		w.Write(r)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFilmIsReadAsItWasWritten(t *testing.T) {
	records := one()
	f, err := Open(recorded(t, records))
	if err != nil || f.Cut || f.Lost > 0 || f.Title != "Essai" || f.Format != format {
		t.Fatalf("%+v, %v", f, err)
	}
	if last := f.Records[len(f.Records)-1]; last.Kind != Over {
		t.Errorf("the film ends with %q", last.Kind)
	}
	for i := range records { // nothing can still be checked in a film, and times are the writer's
		if e := records[i].Evidence; e != nil {
			e.Checks = nil
		}
		records[i].Micros = f.Records[i].Micros
	}
	if diff := cmp.Diff(records, f.Records[:len(records)], cmpopts.IgnoreUnexported(Record{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-written +read:\n%s", diff)
	}
	a := f.Records[6].Outcome()
	if a.Chosen != 1 || a.Right != 0 || len(a.Question.Options) != 2 {
		t.Errorf("the answer is %+v", a)
	}
}

// A film that was there is never written over.
func TestAFilmReplacesNothing(t *testing.T) {
	path := recorded(t, one())
	before, _ := os.ReadFile(path)
	if _, err := Create(path, Head{}, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created over a film: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the film that was there has changed")
	}
}

// Wherever a film is cut, it is read up to there.
func TestAFilmThatIsCutIsReadUpToThere(t *testing.T) {
	whole, err := os.ReadFile(recorded(t, one()))
	if err != nil {
		t.Fatal(err)
	}
	head := bytes.IndexByte(whole, '\n') + 1
	for at := head; at < len(whole); at += 11 {
		f, err := read(bytes.NewReader(whole[:at]))
		if err != nil || !f.Cut || f.Lost > 0 {
			t.Fatalf("cut at byte %d: %v, %+v", at, err, f)
		}
		if want := bytes.Count(whole[head:at], []byte("\n")); len(f.Records) != want {
			t.Fatalf("cut at byte %d: %d records, want %d", at, len(f.Records), want)
		}
	}
}

// What a newer release wrote is kept: fields, kinds, and in what is in them.
func TestWhatIsUnknownIsKept(t *testing.T) {
	lines := []string{
		`{"film":1,"at":"2026-11-22T14:02:03Z","title":"T","program":"labo v9","machine":"m","nouveau":{"a":1}}`,
		`{"t":5,"kind":"begin","scene":{"index":0,"total":1,"id":"x","title":"X","autre":[1,2]},"plus":true}`,
		`{"t":9,"kind":"hologram","rays":[1,{"b":null}]}`,
		`{"t":12,"kind":"over"}`,
	}
	in := strings.Join(lines, "\n") + "\n"
	f, err := read(strings.NewReader(in))
	if err != nil || f.Cut || f.Lost > 0 || len(f.Records) != 3 {
		t.Fatalf("%+v, %v", f, err)
	}
	var out bytes.Buffer
	if _, err := f.WriteTo(&out); err != nil || out.String() != in {
		t.Errorf("%v, written again:\n%s", err, &out)
	}
}

func TestWhatIsNoFilm(t *testing.T) {
	for _, in := range []string{"", "\n", "null", "[]", "{}", `{"film":"1"}`, "\x00\xff", `{"film":0}`, "un texte\n"} {
		if f, err := read(strings.NewReader(in)); !errors.Is(err, ErrNoFilm) {
			t.Errorf("%q is read as %+v, %v", in, f, err)
		}
	}
	_, err := read(strings.NewReader(`{"film":2}` + "\n"))
	if newer, ok := errors.AsType[*NewerError](err); !ok || newer.Format != 2 {
		t.Errorf("a newer film: %v", err)
	}
}

// hostile are films that nobody recorded.
var hostile = []string{
	`{"t":1,"kind":"answer","chosen":0}`, // nothing was asked
	`{"t":1,"kind":"ask","options":[{"ID":"a"}]}` + "\n" + `{"kind":"answer","chosen":99,"right":-7}`,
	`{"t":-5,"kind":"begin","scene":{"index":-3,"total":-1,"id":"\u001b[2J","title":"<script>\u202e"}}`,
	`{"kind":"begin"}`, `{"kind":"event"}`, `{"kind":"evidence"}`, `{"kind":"port"}`, `{"kind":"runtime"}`, `{"kind":"replied"}`, `{}`, `null`, `[1]`, `{"kind":7}`,
	`{"kind":"prose","blocks":[{"Kind":250,"Spans":[{"Style":99,"Text":"\u0007"}]},{"Kind":2,"Items":[null,[{"Text":"x"}]]}]}`,
	`{"kind":"evidence","evidence":{"title":"t","chart":{"ticks":["a"],"curves":[{"points":[null,1,2,3]}]},"sockets":{"rows":[{}]}}}`,
	`{"kind":"port","port":{"sockets":[{"owner":{"kind":"process"}},{"local":{"addr":"?","port":1}}]}}`,
	strings.Repeat("[", 9000), `{"kind":"pause"` + strings.Repeat(" ", 100000),
}

func TestHostileFilmsAreRead(t *testing.T) {
	for _, lines := range hostile {
		f, err := read(strings.NewReader(`{"film":1,"title":"\u001b]0;x\u0007"}` + "\n" + lines + "\n"))
		if err != nil {
			t.Errorf("%.80s: %v", lines, err)
			continue
		}
		sane(t, f)
	}
}

// sane holds what every view may rely on.
func sane(t *testing.T, f *Film) {
	t.Helper()
	said, err := json.Marshal(struct {
		Title   string
		Records []Record
	}{f.Title, f.Records})
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(string(said), "\x1b\x07\u202e") || bytes.Contains(said, []byte(`\u001b`)) || bytes.Contains(said, []byte(`\u202e`)) {
		t.Errorf("what a terminal obeys is left in %s", said)
	}
	var last int64
	for i := range f.Records {
		r := &f.Records[i]
		if r.Micros < last {
			t.Errorf("time goes back to %d", r.Micros)
		}
		last = r.Micros
		switch r.Kind {
		case Answer:
			a := r.Outcome()
			if n := len(a.Question.Options); a.Chosen >= n || a.Right >= n {
				t.Errorf("answer %+v", a)
			}
			a.Verdict()
		case Event:
			r.Event.Shown()
		case Evidence:
			r.Evidence.Shown()
		case Port:
			r.Port.Update(f.Time(r), nil)
		}
	}
}

func FuzzRead(f *testing.F) {
	whole, err := os.ReadFile(recorded(f, one()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	for _, lines := range hostile {
		f.Add([]byte(`{"film":1}` + "\n" + lines))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if film, err := read(bytes.NewReader(b)); err == nil {
			sane(t, film)
		}
	})
}
