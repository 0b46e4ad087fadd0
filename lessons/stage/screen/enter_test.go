package screen

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// asked is a model whose scene has asked a prediction that was read.
func asked(projection bool) (*model, *wait) {
	m := newModel(Options{Projection: projection})
	m.Update(beginMsg{Head: scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: 2, Total: 9, ID: "reserver-le-port", Title: "bind()"}})
	w := ask()
	m.Update(waitMsg{w})
	later(m)
	return m, w
}

// later has the reader take their time.
func later(m *model) {
	before := m.now()
	m.now = func() time.Time { return before.Add(time.Second) }
}

func named(name string) tea.KeyPressMsg { return pressOf(name) }

func screenOf(m *model) string {
	return strings.ReplaceAll(strings.Join(plain(m.View().Content, m.height), "\n"), text.NBSP, " ")
}

// Enter alone neither passes a question nor a wait; p does both, and is shown.
func TestOnlyPPasses(t *testing.T) {
	m, w := asked(false)
	for range 50 {
		press(m, "enter")
		m.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
		later(m)
	}
	if len(w.reply) > 0 {
		t.Fatal("Enter has passed a question")
	}
	if shown := screenOf(m); !strings.Contains(shown, " p  passer") || !strings.Contains(shown, "p passe la question") {
		t.Errorf("the key that passes is not shown:\n%s", shown)
	}
	press(m, "p")
	if r := <-replied(w); r.choice != scene.Passed || r.err != nil {
		t.Errorf("p: %+v", r)
	}
	watch := &wait{kind: waitWatch, prompt: "labo regarde.", reply: make(chan result, 1)}
	m.Update(waitMsg{watch})
	later(m)
	for range 50 {
		press(m, "enter")
		later(m)
	}
	if len(watch.reply) > 0 || !strings.Contains(screenOf(m), " p  passer") {
		t.Fatalf("Enter has ended a wait, or p is not shown:\n%s", screenOf(m))
	}
	press(m, "p")
	if r := <-replied(watch); r.err != dialogue.ErrSkipped {
		t.Errorf("p: %+v", r)
	}
}

// What is typed before a question can be seen is no answer to it.
func TestDigitsTypedAheadAnswerNothing(t *testing.T) {
	for _, projection := range []bool{false, true} {
		m := newModel(Options{Projection: projection})
		m.Update(beginMsg{Head: scene.Head{Index: 2, Total: 9}})
		for range 20 { // more than a screen
			m.Update(addMsg{proseItem(voteAsked.Blocks)})
		}
		press(m, "2")
		w := ask()
		m.Update(waitMsg{w})
		later(m)
		press(m, "2")
		for i := 0; m.window.more(m.pageHeight()); i++ {
			if m.ask.seen() || i > 40 {
				t.Fatal("the question counts as seen, and is not")
			}
			press(m, "enter")
		}
		press(m, "2", "enter", "2", "enter") // at once: the page has just come
		if len(w.reply) > 0 || m.ask.chosen >= 0 || m.ask.vote.Any() {
			t.Errorf("projection=%v: a digit typed ahead was an answer", projection)
		}
		later(m)
		press(m, "2")
		if m.ask.chosen != 1 && !m.ask.vote.Any() {
			t.Errorf("projection=%v: the question takes no answer:\n%s", projection, screenOf(m))
		}
	}
}

// Enter closes no vote without hands, and skips no option.
func TestEnterClosesNoEmptyVote(t *testing.T) {
	m, w := asked(true)
	enters := func() {
		for range 20 {
			press(m, "enter")
			later(m)
		}
	}
	enters()
	if m.ask.closed() || m.ask.at != 0 || len(w.reply) > 0 {
		t.Fatalf("Enter alone: %+v", m.ask)
	}
	press(m, "0", "enter", "0")
	enters()
	if m.ask.closed() || len(w.reply) > 0 {
		t.Fatal("a vote without a hand was closed")
	}
	m.Update(named("up"))
	press(m, "4", "enter", "enter", "enter")
	if !m.ask.closed() || len(w.reply) > 0 {
		t.Fatalf("four hands, none, and Enter: %+v; replied %d", m.ask, len(w.reply))
	}
	press(m, "p")
	if len(w.reply) > 0 {
		t.Error("p has passed a vote that has hands")
	}
}

// A closed vote opens again for a correction, before the measurement and until
// the class has seen what it says.
func TestAClosedVoteIsCorrected(t *testing.T) {
	m, w := asked(true)
	press(m, "3", "enter", "5", "enter")
	later(m)
	m.Update(named("up")) // the first option again
	m.Update(named("backspace"))
	press(m, "7", "enter", "enter")
	if v := m.ask.vote.Tally(); !m.ask.closed() || v[0] != 7 || v[1] != 5 {
		t.Fatalf("corrected once: %+v", v)
	}
	later(m)
	press(m, "enter") // labo measures
	if r := <-replied(w); r.choice.Option != 0 {
		t.Fatalf("the class says %+v", r)
	}
	for range 12 { // a page of its own
		m.Update(eventMsg{Event: evidence.Event{What: "connect"}})
	}
	m.Update(answerMsg{Question: voteAsked, Chosen: 0, Right: 1})
	p := pause()
	m.Update(waitMsg{p})
	later(m)
	m.Update(named("pgup"))
	if !strings.Contains(screenOf(m), "VOTE CLOS") {
		t.Fatalf("the vote is not on screen:\n%s", screenOf(m))
	}
	m.Update(named("down"))
	m.Update(named("backspace"))
	press(m, "9", "enter")
	if v := m.ask.vote.Tally(); v[1] != 9 || len(p.reply) > 0 {
		t.Fatalf("corrected before the answer is seen: %+v", v)
	}
	for range 3 {
		later(m)
		press(m, "enter")
	}
	if !strings.Contains(screenOf(m), "LA MESURE RÉPOND") || !strings.Contains(screenOf(m), "Vous étiez 9 sur 16") {
		t.Fatalf("the answer does not have the corrected hands:\n%s", screenOf(m))
	}
	m.Update(named("pgup"))
	m.Update(named("pgup"))
	press(m, "1", "1")
	if v := m.ask.vote.Tally(); v[0] != 7 || v[1] != 9 {
		t.Errorf("corrected after the answer: %+v", v)
	}
}

// The pages of an earlier run hold the answer: nobody scrolls back to them.
func TestAnEarlierRunIsNotShown(t *testing.T) {
	for _, projection := range []bool{false, true} {
		m, w := asked(projection)
		press(m, "p")
		<-replied(w)
		m.Update(answerMsg{Question: voteAsked, Chosen: -1, Right: 1, Measured: "reçue en 3 ms"})
		m.Update(waitMsg{pause()})
		for _, at := range []int{2, 1, 2} { // again; the scene before; this one once more
			m.Update(waitMsg{})
			m.Update(beginMsg{Head: scene.Head{Step: 1, Index: at, Total: 9, Title: "bind()"}})
			m.Update(addMsg{proseItem(voteAsked.Blocks)})
			m.Update(waitMsg{ask()})
			later(m)
			for range 20 {
				if m.Update(named("pgup")); strings.Contains(screenOf(m), "reçue en 3 ms") {
					t.Fatalf("projection=%v: the answer of an earlier run:\n%s", projection, screenOf(m))
				}
			}
		}
	}
}

// Reading on keeps what was said: one Enter too many at the end of a scene
// takes no page away.
func TestReadingOnKeepsThePageBefore(t *testing.T) {
	for _, wall := range []bool{false, true} {
		m := newModel(Options{Projection: wall})
		m.Update(beginMsg{Head: scene.Head{Step: 1, Index: 0, Total: 9, ID: "une", Title: "Un"}})
		m.Update(addMsg{proseItem([]prose.Block{{Spans: []prose.Span{{Text: "le dernier mot"}}}})})
		m.Update(beginMsg{Head: scene.Head{Step: 1, Index: 1, Total: 9, ID: "deux", Title: "Deux"}})
		if shown := screenOf(m); !strings.Contains(shown, "scène 2/9 · deux") {
			t.Errorf("wall %v: the heading is not of the scene:\n%s", wall, shown)
		}
		m.Update(named("pgup"))
		if shown := screenOf(m); !strings.Contains(shown, "le dernier mot") || !strings.Contains(shown, "scène 1/9 · une") {
			t.Errorf("wall %v: the page before is gone, or has not its heading:\n%s", wall, shown)
		}
	}
}

// The last page of a step stays; the key that leaves it is shown.
func TestTheEndOfAStepIsNotLeftByEnter(t *testing.T) {
	for _, o := range []Options{{}, {Projection: true}, {Projection: true, Auto: 100 * time.Millisecond}} {
		m := newModel(o)
		m.Update(beginMsg{Head: scene.Head{Step: 1, Index: 8, Total: 9, Title: "Ctrl+C"}})
		m.Update(addMsg{proseItem(voteAsked.Blocks)})
		last := dialogue.LastPage{Title: "Ce que vous savez", Blocks: []prose.Block{{Spans: []prose.Span{{Text: "Trois idées."}}}}}
		w := &wait{kind: waitEnd, last: last, reply: make(chan result, 1)}
		m.Update(waitMsg{w})
		for range 50 {
			later(m)
			press(m, "enter")
			m.Update(named("right"))
			m.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
			m.Update(clockMsg(m.now()))
			m.Update(named("pgdown"))
		}
		shown := screenOf(m)
		if len(w.reply) > 0 || !strings.Contains(shown, "Trois idées.") || strings.Contains(shown, "Que se passe-t-il ?") || !strings.Contains(shown, "q finit") || !strings.Contains(shown, " q  finir") || strings.Contains(shown, "suite dans") {
			t.Fatalf("%+v: the step was left, or its last page:\n%s", o, shown)
		}
		press(m, "q")
		if jump, _ := (<-replied(w)).err.(*dialogue.Jump); jump == nil || jump.Kind != dialogue.Quit {
			t.Errorf("q: %v", jump)
		}
	}
}

// ! says that the reader does not hesitate, once they have chosen, and as long as
// they do not choose again; it costs no Enter.
func TestSure(t *testing.T) {
	for keys, want := range map[string]scene.Choice{
		"1 enter": {}, "1 ! enter": {Sure: true}, "2 ! enter": {Option: 1, Sure: true}, "! 1 enter": {},
		"1 ! ! enter": {}, "1 ! 2 enter": {Option: 1}, "1 ! esc 1 enter": {}, "1 ! p": scene.Passed,
	} {
		m, w := asked(false)
		later(m)
		for _, key := range strings.Fields(keys) {
			later(m)
			m.Update(named(key))
		}
		if r := <-replied(w); r.choice != want || r.err != nil {
			t.Errorf("%s: %+v, want %+v", keys, r, want)
		}
	}
	m, _ := asked(false)
	later(m)
	press(m, "1")
	if shown := screenOf(m); !strings.Contains(shown, "!  sans hésiter") {
		t.Errorf("the key is not shown:\n%s", shown)
	}
	m.Update(named("!"))
	if shown := screenOf(m); !strings.Contains(shown, "Vous prédisez 1, sans hésiter.") {
		t.Errorf("what it does is not shown:\n%s", shown)
	}
}

// A question that fitted before the size of the screen was known, and does not
// now, is not answered before it is read to its end.
func TestAQuestionIsSeenOnTheScreenThatIsThere(t *testing.T) {
	m, w := asked(false)
	later(m)
	m.Update(tea.WindowSizeMsg{Width: 40, Height: 8})
	later(m)
	m.Update(named("1"))
	if m.ask.chosen >= 0 {
		t.Errorf("answered unseen:\n%s", screenOf(m))
	}
	for range 10 {
		later(m)
		press(m, "enter")
	}
	later(m)
	m.Update(named("1"))
	if m.ask.chosen != 0 || len(w.reply) > 0 {
		t.Errorf("read, and not answered:\n%s", screenOf(m))
	}
}

// closed reports whether the votes of a question are all in.
func (a *asking) closed() bool { return a.vote.Phase() != vote.Counting }
