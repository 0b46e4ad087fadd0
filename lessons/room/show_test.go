package room

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"labo/lessons/evidence"
)

var drawn = []evidence.Event{evidence.Returned(evidence.Server, "bind", "bind", "port 12345"), evidence.Refused(evidence.Client, "connect", "connect", "ECONNREFUSED")}

// A diagram is shown where its author agrees, and only for as long; what the class
// is told does not say whose it is.
func TestADiagramIsShownWhereItsAuthorAgrees(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	author, other := joining(t, r), joining(t, r)
	id := author.Identity().ID()
	nc, _ := raw(t, r, other.Identity())
	heard := make(chan string, 100)
	if _, err := nc.Subscribe(wallOf(r.key), func(m *nats.Msg) { heard <- string(m.Data) }); err != nil {
		t.Fatal(err)
	}
	asked := func() {
		t.Helper()
		if err := r.AskToShow(ctx, id); err != nil {
			t.Fatal(err)
		}
		until(t, author, "the author is asked", func() bool { return author.Consent() == Asked })
		if err := r.Show(ctx, id); !errors.Is(err, ErrNotAgreed) || r.Shown() != nil {
			t.Fatalf("shown before the author answered: %v, %v", err, r.Shown())
		}
	}
	said := func(c Consent, events []evidence.Event) {
		t.Helper()
		if err := author.Answer(ctx, c, events); err != nil {
			t.Fatal(err)
		}
		until(t, r, string(c), func() bool { return consentOf(r, id) == c })
	}
	if err := author.Answer(ctx, Agreed, drawn); !errors.Is(err, ErrClosed) {
		t.Errorf("answered what was not asked: %v", err)
	}
	asked()
	said(Refused, nil)
	if err := r.Show(ctx, id); !errors.Is(err, ErrNotAgreed) || r.Shown() != nil {
		t.Errorf("shown after a refusal: %v, %v", err, r.Shown())
	}
	asked()
	said(Agreed, drawn)
	if r.Shown() != nil {
		t.Error("shown before the instructor shows it")
	}
	if err := r.Show(ctx, id); err != nil || len(r.Shown()) != len(drawn) || r.Shown()[1].Outcome != evidence.Failed {
		t.Errorf("agreed to, not shown: %v, %+v", err, r.Shown())
	}
	until(t, other, "the class hears", func() bool { return other.Wall().Show != "" })
	if wall, _ := json.Marshal(other.Wall()); strings.Contains(string(wall), id) || strings.Contains(<-heard, id) {
		t.Errorf("the class is told whose it is: %s", wall)
	}
	said(TakenOff, nil)
	until(t, other, "it is taken off", func() bool { return other.Wall().Show == "" })
	if r.Shown() != nil || len(r.sketchOf(id).Events) > 0 {
		t.Errorf("taken off, and kept: %+v", r.Shown())
	}
	asked()
	said(Agreed, drawn)
	if err := errors.Join(r.Show(ctx, id), r.Hide(ctx, id)); err != nil || r.Shown() != nil || consentOf(r, id) != NotAsked {
		t.Errorf("hidden: %v, %+v", err, r.Shown())
	}
	until(t, author, "it is asked for no more", func() bool { return author.Consent() == NotAsked })
}

// Who was away is asked when they come back; a room that was killed has the answer;
// of two who agreed, the last one shown is on the wall.
func TestADiagramOutlivesAbsence(t *testing.T) {
	ctx, dir := within(t), t.TempDir()
	r := opening(t, dir)
	first, second := joining(t, r), joining(t, r)
	who := first.Identity()
	first.Close()
	until(t, r, "the author is gone", func() bool { return r.Members()[0].Here != r.Members()[1].Here })
	for _, id := range []string{who.ID(), second.Identity().ID()} {
		if err := r.AskToShow(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	back, err := Join(ctx, r.Addr(), r.Code(), who)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { back.Close() })
	if back.Consent() != Asked {
		t.Errorf("who came back is not asked: %q", back.Consent())
	}
	if err := errors.Join(back.Answer(ctx, Agreed, drawn), second.Answer(ctx, Agreed, drawn[:1])); err != nil {
		t.Fatal(err)
	}
	r.Abandon()
	r = opening(t, dir)
	for _, c := range []struct {
		id string
		n  int
	}{{who.ID(), len(drawn)}, {second.Identity().ID(), 1}} {
		if err := r.Show(ctx, c.id); err != nil || len(r.Shown()) != c.n {
			t.Errorf("after a restart: %v, %+v", err, r.Shown())
		}
	}
	if err := r.Ask(ctx, Ballot{ID: "b1", Question: "Et ici ?", Options: []string{"a", "b"}}); err != nil || r.Shown() != nil {
		t.Errorf("a question does not take the wall: %v", err)
	}
}

// A consent ends by itself, and a hostile diagram is bounded and made visible.
func TestADiagramIsBounded(t *testing.T) {
	ctx, r := within(t), opening(t, t.TempDir())
	g := joining(t, r)
	id := g.Identity().ID()
	if err := r.AskToShow(ctx, id); err != nil {
		t.Fatal(err)
	}
	hostile := evidence.Event{From: evidence.Client, What: "\x1b]0;x\a\u202e" + strings.Repeat("é", 500), Detail: "<script>"}
	if err := g.Answer(ctx, Agreed, []evidence.Event{hostile, hostile}); err != nil {
		t.Fatal(err)
	}
	until(t, r, "kept", func() bool { return consentOf(r, id) == Agreed })
	if err := r.Show(ctx, id); err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Shown() {
		if strings.ContainsAny(e.What, "\x1b\a\u202e") || len([]rune(e.What)) > 2*sketchCells {
			t.Errorf("shown as it came: %q", e.What)
		}
	}
	if s := (sketch{Consent: Agreed, Asked: time.Now().Add(-lasts - time.Minute)}); s.now() != NotAsked {
		t.Error("a consent does not end")
	}
	many := sketch{Events: r.sketchOf(id).Events}
	for len(many.Events) < 4*MaxSketch {
		many.Events = append(many.Events, many.Events...)
	}
	if n := len(many.bounded().Events); n != MaxSketch {
		t.Errorf("%d events are kept", n)
	}
}

func consentOf(r *Room, id string) Consent {
	for _, m := range r.Members() {
		if m.ID == id {
			return m.Consent
		}
	}
	return NotAsked
}
