package linear

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/lessontest/golden"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const noon = "2026-01-02T12:00:00Z"

func at(t testing.TB) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, noon)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// show has a stage of that width show one thing of every kind.
func show(t testing.TB, columns int, colour bool) string {
	t.Helper()
	var out bytes.Buffer
	s := New(&out, paint.New(colour), func() int { return columns }, nil, nil)
	s.Begin(scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: 2, Total: 9, ID: "reserver-le-port", Title: "bind() : réserver le port"})
	s.Prose([]prose.Block{
		{Kind: prose.Paragraph, Spans: []prose.Span{{Text: "Un port "}, {Style: prose.Strong, Text: "réservé par bind"}, {Text: " n'est pas un port ouvert, et "}, {Style: prose.CodeSpan, Text: "listen()"}, {Text: " n'a pas été appelé : voilà pourquoi !"}}},
		{Kind: prose.Code, Lang: "python", Lines: []string{"serveur.bind((hote, port))", "\x1b[31mpas de couleur"}},
		{Kind: prose.List, Items: [][]prose.Span{{{Text: "un élément assez long pour être coupé en deux lignes, même à quatre-vingts colonnes de large"}}, {{Text: "un autre"}}}},
	})
	s.Event(evidence.Event{From: evidence.Client, To: evidence.Kernel, What: "connect 127.0.0.1:12345", Outcome: evidence.Failed, Detail: "refusée en 41 µs : ECONNREFUSED (111)", Source: "errno de connect()"})
	s.Event(evidence.Event{From: evidence.Server, What: "accept()", Outcome: evidence.Waiting, Detail: "personne n'est encore venu"})
	s.Event(evidence.Event{From: evidence.Reader, What: "Ctrl+C"})
	loop := netip.MustParseAddr("127.0.0.1")
	s.Evidence(evidence.Evidence{
		Title: "Ce que voit le noyau", At: at(t), Source: "sock_diag",
		Values: []evidence.Value{{Label: "avant", Text: "9 descripteurs"}, {Label: "après socket()", Text: "10 descripteurs", Source: "/proc/PID/fd"}},
		Sockets: &evidence.Table{Rows: []probe.Socket{{
			Family: probe.TCP4, State: probe.Listen, Local: netip.AddrPortFrom(loop, 12345),
			RecvQueue: probe.Known[uint32](0), SendQueue: probe.Known[uint32](1), Timer: probe.Known(probe.Timer{}),
			Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 4242, Name: "labo"}}},
		}}},
		Notes:  []string{"Une remarque."},
		Checks: []string{"ss -tanp '( sport = :12345 or dport = :12345 )'", "ls -l /proc/4242/fd"},
	})
	s.Evidence(evidence.Evidence{Title: "Rien", At: at(t), Source: "sock_diag", Sockets: &evidence.Table{Empty: "aucune ligne ne cite le port 12345"}})
	q := question()
	if chosen, err := s.Ask(t.Context(), q); chosen != scene.Passed || err != nil {
		t.Errorf("nobody is there, and Ask returned %v, %v", chosen, err)
	}
	for _, a := range []scene.Answer{
		{Question: q, Chosen: -1, Right: 1, Measured: "refusée en 41 µs"},
		{Question: q, Chosen: 1, Right: 1},
		{Question: q, Chosen: 0, Right: 1},
		{Question: q, Chosen: 0, Right: -1, Measured: "rien de tel"},
	} {
		s.Answer(a)
	}
	if err := s.Pause(t.Context()); err != nil {
		t.Error(err)
	}
	return out.String()
}

func question() scene.Question {
	return scene.Question{
		Blocks: []prose.Block{{Kind: prose.Paragraph, Spans: []prose.Span{{Text: "Un client se connecte maintenant. Que se passe-t-il ?"}}}},
		Options: []prose.Option{
			{ID: "reussit", Spans: []prose.Span{{Text: "la connexion réussit"}}},
			{ID: "refusee", Spans: []prose.Span{{Text: "elle est refusée aussitôt"}}},
		},
	}
}

//go:generate go test . -run TestItLooksAsAgreed -update

// All kinds look as agreed, and on other screens say the same.
func TestItLooksAsAgreed(t *testing.T) {
	agreed := show(t, 80, false)
	golden.Same(t, filepath.Join("testdata", "kinds.txt"), agreed)
	for columns := 62; columns <= 120; columns++ { // on less, the step keeps its title to itself
		if got := show(t, columns, false); golden.Words(got) != golden.Words(agreed) {
			t.Errorf("%d cells wide, otherwise is said:\n%s", columns, got)
		}
	}
}

// Commands to copy may be longer than a line: cut, they would be wrong.
func TestNothingIsWiderThanTheScreen(t *testing.T) {
	for columns := narrowest; columns <= 120; columns++ {
		for _, colour := range []bool{false, true} {
			for line := range strings.Lines(show(t, columns, colour)) {
				line = strings.TrimSuffix(line, "\n")
				if w := text.Width(line); w > columns && !strings.Contains(line, "ss -tanp") {
					t.Fatalf("%d columns: %d cells: %q", columns, w, line)
				}
			}
		}
	}
}

func TestColourAddsNoWord(t *testing.T) {
	plain := show(t, 80, false)
	if strings.Contains(plain, "\x1b") {
		t.Errorf("an escape sequence without colour: %q", plain)
	}
	coloured := show(t, 80, true)
	var stripped strings.Builder
	for i := 0; i < len(coloured); i++ {
		if coloured[i] == 0x1b {
			for coloured[i] != 'm' {
				i++
			}
			continue
		}
		stripped.WriteByte(coloured[i])
	}
	if diff := cmp.Diff(plain, stripped.String()); diff != "" {
		t.Error(diff)
	}
}

// dialogue returns a stage whose reader types lines.
func converse(t *testing.T, typed string) (*Stage, *bytes.Buffer) {
	t.Helper()
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, typed)
		w.Close()
	}()
	keys, err := NewKeyboard(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close() // ends both the writer and a reader that cannot be cancelled
		keys.Close()
	})
	var out bytes.Buffer
	return New(&out, paint.Palette{}, func() int { return 80 }, keys, nil), &out
}

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  int
		jump  *dialogue.Jump
		says  string
		sure  bool
	}{
		{typed: "2\n", want: 1},
		{typed: "2!\n", want: 1, sure: true},
		{typed: " 1 ! \n", want: 0, sure: true},
		{typed: "!\n3!\n1\n", want: 0, says: "« 3! » n'est pas une réponse"},
		{typed: " 1 \n", want: 0},
		{typed: "p\n", want: -1},
		{typed: "\n\n \nPasser\n", want: -1, says: "Tapez un nombre de 1 à 2 (1! sans hésiter), ou p pour passer la question"},
		{typed: strings.Repeat("\n", 10_000) + "2\n", want: 1},
		{typed: "3\n2\n", want: 1, says: "« 3 » n'est pas une réponse"},
		{typed: "0\n-1\nrefusee\n1\n", want: 0, says: "« refusee » n'est pas une réponse"},
		{typed: "\x1b[2J\n1\n", want: 0, says: "« ␛[2J »"},
		{typed: "q\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.Quit}},
		{typed: "R\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.Again}},
		{typed: "a\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.Previous}},
		{typed: "n\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.Next}},
		{typed: "s\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.List}},
		{typed: "\n\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.Quit}}, // the end of the input
		{typed: "liste\n", want: -1, jump: &dialogue.Jump{Kind: dialogue.List}},
		{typed: "", want: -1, jump: &dialogue.Jump{Kind: dialogue.Quit}},
	} {
		t.Run(fmt.Sprintf("%q", c.typed), func(t *testing.T) {
			s, out := converse(t, c.typed)
			got, err := s.Ask(t.Context(), question())
			jump, _ := errors.AsType[*dialogue.Jump](err)
			if got.Option != c.want || got.Sure != c.sure || (err != nil) != (c.jump != nil) || jump != nil && *jump != *c.jump {
				t.Errorf("got %v, %v", got, err)
			}
			shown := strings.ReplaceAll(out.String(), text.NBSP, " ")
			if !strings.Contains(shown, c.says) || strings.Contains(shown, "\x1b") {
				t.Errorf("said %q", shown)
			}
		})
	}
}

func TestPauseAndOutline(t *testing.T) {
	s, out := converse(t, "quoi\n\n")
	if err := s.Pause(t.Context()); err != nil {
		t.Errorf("Enter goes on, not %v", err)
	}
	if !strings.Contains(out.String(), "quoi") {
		t.Errorf("said %q", out)
	}
	heads := []scene.Head{{Index: 0, ID: "un", Title: "Un"}, {Index: 1, ID: "deux", Title: "Deux"}}
	for typed, want := range map[string]dialogue.Jump{
		"2\n": {Kind: dialogue.To, Scene: "deux"}, "un\n": {Kind: dialogue.To, Scene: "un"}, "9\ndeux\n": {Kind: dialogue.To, Scene: "deux"},
	} {
		s, _ := converse(t, typed)
		jump, _ := errors.AsType[*dialogue.Jump](s.Outline(t.Context(), heads))
		if jump == nil || *jump != want {
			t.Errorf("%q: %v", typed, jump)
		}
	}
	s, _ = converse(t, "\n")
	if err := s.Outline(t.Context(), heads); err != nil {
		t.Errorf("Enter stays, not %v", err)
	}
}

func TestWaitsEndWithTheContext(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	keys, err := NewKeyboard(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { r.Close(); keys.Close() }()
	s := New(io.Discard, paint.Palette{}, func() int { return 80 }, keys, nil)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := s.Pause(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Pause: %v", err)
	}
	if _, err := s.Ask(ctx, question()); !errors.Is(err, context.Canceled) {
		t.Errorf("Ask: %v", err)
	}
	if err := s.Watch(ctx, dialogue.Watch{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Watch: %v", err)
	}
}

// What changes stands under the columns of the table that was shown, and the
// columns are named again only when they had to move.
func TestWatchedChangesStandUnderTheirColumns(t *testing.T) {
	server := probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 4242, Name: "labo"}}}
	socket := func(st probe.State, remote string, o probe.Owner) probe.Socket {
		s := probe.Socket{State: st, Local: netip.MustParseAddrPort("127.0.0.1:12345"), Owner: o,
			RecvQueue: probe.Known(uint32(0)), SendQueue: probe.Known(uint32(0)), Timer: probe.Known(probe.Timer{})}
		if remote != "" {
			s.Remote = netip.MustParseAddrPort(remote)
		}
		return s
	}
	kernel := probe.Owner{Kind: probe.OwnerKernel}
	listening := socket(probe.Listen, "", server)
	queued, taken := socket(probe.Established, "127.0.0.1:51234", kernel), socket(probe.Established, "127.0.0.1:51234", server)
	closing := socket(probe.CloseWait, "127.0.0.1:51234", server)
	snapshot := func(sockets ...probe.Socket) *probe.Snapshot {
		return &probe.Snapshot{TakenAt: at(t), Source: probe.SockDiag, Sockets: sockets}
	}
	steps := []*probe.Snapshot{snapshot(listening), snapshot(listening, queued), snapshot(listening, taken),
		snapshot(listening, closing), snapshot(listening)}
	for width, want := range map[int][]string{
		80: {
			"      état    local            distant  files  propriétaire",
			"      LISTEN  127.0.0.1:12345  —        0/0    labo (4242)",
			"      état         local            distant          files  propriétaire",
			"    12:00:00  apparu",
			"    + ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  0/0    le noyau",
			"    12:00:00  propriétaire\u00a0: le noyau → labo (4242)",
			"    → ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234  0/0    labo (4242)",
			"    12:00:00  ESTABLISHED → CLOSE-WAIT",
			"    → CLOSE-WAIT   127.0.0.1:12345  127.0.0.1:51234  0/0    labo (4242)",
			"    12:00:00  disparu",
			"    − CLOSE-WAIT   127.0.0.1:12345  127.0.0.1:51234  0/0    labo (4242)",
		},
		60: {
			"      état    local            distant  files  propriétaire",
			"      LISTEN  127.0.0.1:12345  —        0/0    labo (4242)",
			"      état         local            distant",
			"                   files  propriétaire",
			"    12:00:00  apparu",
			"    + ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234",
			"                   0/0    le noyau",
			"    12:00:00  propriétaire\u00a0: le noyau → labo (4242)",
			"    → ESTABLISHED  127.0.0.1:12345  127.0.0.1:51234",
			"                   0/0    labo (4242)",
			"    12:00:00  ESTABLISHED → CLOSE-WAIT",
			"    → CLOSE-WAIT   127.0.0.1:12345  127.0.0.1:51234",
			"                   0/0    labo (4242)",
			"    12:00:00  disparu",
			"    − CLOSE-WAIT   127.0.0.1:12345  127.0.0.1:51234",
			"                   0/0    labo (4242)",
		},
	} {
		var out bytes.Buffer
		s := New(&out, paint.Palette{}, func() int { return width }, nil, nil)
		updates := make(chan probe.Update, len(steps))
		var before *probe.Snapshot
		for _, now := range steps {
			updates <- probe.Update{Snapshot: now, Changes: probe.Diff(before, now)}
			before = now
		}
		var shown *table
		for range steps {
			shown = s.update(<-updates, shown)
		}
		if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")); diff != "" {
			t.Errorf("%d columns:\n%s", width, diff)
		}
	}
}

func TestWatch(t *testing.T) {
	listener := probe.Socket{State: probe.Listen, Local: netip.MustParseAddrPort("127.0.0.1:12345")}
	updates := make(chan probe.Update, 2)
	updates <- probe.Update{Snapshot: &probe.Snapshot{Source: probe.SockDiag}}
	updates <- probe.Update{
		Snapshot: &probe.Snapshot{Source: probe.SockDiag, Sockets: []probe.Socket{listener}},
		Changes:  []probe.Change{{At: at(t), Kind: probe.Appeared, Socket: listener}},
	}
	done := make(chan struct{})
	events := make(chan evidence.Event)
	var out bytes.Buffer
	zero := time.Duration(0)
	s := New(&out, paint.Palette{}, func() int { return 80 }, nil, &zero)
	go func() {
		events <- evidence.Event{What: "vu"}
		for len(updates) > 0 {
			time.Sleep(time.Millisecond)
		}
		close(done)
	}()
	if err := s.Watch(t.Context(), dialogue.Watch{Title: "La table", Updates: updates, Events: events, Done: done}); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"LA TABLE", "aucune ligne", "+ LISTEN", "▶ vu"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in %q", want, out.String())
		}
	}
	if err := s.Watch(t.Context(), dialogue.Watch{Limit: time.Millisecond}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("limit: %v", err)
	}
	for typed, says := range map[string]string{"p\n": "", "\n\np\n": "p passe à la suite"} { // Enter cancels nothing
		typing, out := converse(t, typed)
		if err := typing.Watch(t.Context(), dialogue.Watch{}); !errors.Is(err, dialogue.ErrSkipped) {
			t.Errorf("p passes, not %v", err)
		}
		if !strings.Contains(strings.ReplaceAll(out.String(), text.NBSP, " "), says) {
			t.Errorf("after %q: %q", typed, out)
		}
	}
}

// Only a letter, or the end of the input, leaves the last page of a step.
func TestTheEndOfAStepIsNotLeftByEnter(t *testing.T) {
	for typed, want := range map[string]dialogue.JumpKind{
		"q\n": dialogue.Quit, "\n\n\nq\n": dialogue.Quit, "\n": dialogue.Quit, "": dialogue.Quit,
		"\na\n": dialogue.Previous, "p\nr\n": dialogue.Again, "s\n": dialogue.List,
	} {
		s, out := converse(t, typed)
		jump, _ := errors.AsType[*dialogue.Jump](s.End(t.Context(), dialogue.LastPage{}))
		if jump == nil || jump.Kind != want {
			t.Errorf("%q: %v", typed, jump)
		}
		if enters := strings.Count(typed, "\n") - 1; strings.Count(out.String(), "finir") < max(enters, 1) {
			t.Errorf("%q is told %q", typed, out)
		}
	}
	silent := New(io.Discard, paint.Palette{}, func() int { return 80 }, nil, nil)
	if err := silent.End(t.Context(), dialogue.LastPage{}); err != nil {
		t.Errorf("nobody is there, and the end waits: %v", err)
	}
}

// A line of code that is too long is cut without losing its columns.
func TestLongCodeKeepsItsColumns(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"  a        b", []string{"  │   a        b"}},
		{"listen      net.Listen(\"tcp\", \"localhost:12345\")", []string{
			"  │ listen      net.Listen(\"tcp\",", "  │   \"localhost:12345\")",
		}},
		{"    serveur.bind((hote, port))     # le port", []string{"  │     serveur.bind((hote, port))", "  │       # le port"}},
		{strings.Repeat("x", 80), []string{"  │ " + strings.Repeat("x", 35), "  │   " + strings.Repeat("x", 33), "  │   " + strings.Repeat("x", 12)}},
		{strings.Repeat(" ", 60) + "x", []string{"  │ " + strings.Repeat(" ", 60) + "x"}},
	} {
		var b strings.Builder
		s := New(&b, paint.New(false), func() int { return 40 }, nil, nil)
		s.Prose([]prose.Block{{Kind: prose.Code, Lines: []string{c.line}}})
		got := strings.Split(strings.Trim(b.String(), "\n"), "\n")
		if !slices.Equal(got, c.want) {
			t.Errorf("%q is written\n%q, want\n%q", c.line, got, c.want)
		}
	}
}
