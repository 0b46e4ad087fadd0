package screen

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/dialogue"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/vote"
	"labo/probe"
)

// A class votes, talks, votes again, and then the measurement answers. Until the
// second vote is closed nothing on the wall tells how the class is split.
func TestPeerInstruction(t *testing.T) {
	m, w := asked(true)
	hidden := func(when string) {
		t.Helper()
		shown := screenOf(m)
		for _, split := range []string{"█", "%", "(19)"} {
			if strings.Contains(shown, split) {
				t.Fatalf("%s, the wall shows the split:\n%s", when, shown)
			}
		}
	}
	shows := func(words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(screenOf(m), w) {
				t.Fatalf("%q is not shown:\n%s", w, screenOf(m))
			}
		}
	}
	hidden("before any hand")
	press(m, "1", "9", "enter")
	hidden("after the first option")
	if strings.Contains(screenOf(m), "19") {
		t.Errorf("what was counted stays on the wall:\n%s", screenOf(m))
	}
	press(m, "8", "enter")
	hidden("once closed")
	shows("27 voix", " d  discussion")
	later(m)
	press(m, "d")
	hidden("during the discussion")
	shows("DISCUTEZ AVEC VOS VOISINS", " Entrée  second vote")
	later(m)
	press(m, "5")
	if m.ask.vote.Phase() != vote.Discussing || len(w.reply) > 0 {
		t.Fatal("a digit has ended the discussion")
	}
	later(m)
	over := m.ask.vote.State()
	over.Until = m.now().Add(-time.Second)
	m.ask.vote.Resume(over)
	m.Update(clockMsg(m.now()))
	shows("C'EST L'HEURE")
	if m.ask.vote.Round() != 1 {
		t.Fatal("the second vote has opened by itself")
	}
	press(m, "enter")
	shows("SECOND VOTE", " d  discussion")
	later(m)
	press(m, "d") // too early after all
	if m.ask.vote.Phase() != vote.Discussing || m.ask.vote.Round() != 1 {
		t.Fatal("the discussion does not go on")
	}
	later(m)
	press(m, "enter")
	hidden("before the second vote")
	for range 10 { // closes nothing
		later(m)
		press(m, "enter")
	}
	if len(w.reply) > 0 {
		t.Fatal("Enter has passed the second vote")
	}
	press(m, "6", "enter", "2", "1", "enter")
	shows("AVANT ET APRÈS", "70 % (19)", "22 % (6)", "30 % (8)", "78 % (21)")
	later(m)
	press(m, "enter")
	if r := <-replied(w); r.choice.Option != 1 {
		t.Fatalf("the class says %+v", r)
	}
	m.Update(answerMsg{Question: voteAsked, Chosen: 1, Right: 1, Measured: "reçue en 3 ms"})
	m.Update(waitMsg{pause()})
	shows("LA MESURE RÉPOND", "✓ 2", "8 sur 27, puis 21 sur 27")
	later(m)
	press(m, "enter")
	m.Update(addMsg{proseItem([]prose.Block{{Spans: []prose.Span{{Text: "Une explication."}}}})})
	m.Update(waitMsg{pause()})
	shows("Une explication.")
	last := dialogue.LastPage{Title: "Ce que vous savez", Blocks: []prose.Block{{Spans: []prose.Span{{Text: "Trois idées."}}}}}
	m.Update(waitMsg{&wait{kind: waitEnd, last: last, reply: make(chan result, 1)}})
	shows("LES VOTES DE LA CLASSE", "30 % → 78 %", "Entrée  lire la suite")
	for range 3 {
		later(m)
		press(m, "enter")
	}
	shows("Trois idées.", "q finit")
}

// A projection that was resumed ends with all that its class voted that day in the
// step: what is voted on again, once, as it was last.
func TestAResumedStepEndsWithAllItsVotes(t *testing.T) {
	m, w := asked(true)
	other := scene.Head{Step: m.head.Step, ID: "autre", Title: "Une autre scène"}
	m.o.Heads = []scene.Head{other, m.head}
	m.o.Earlier = []projection.Past{
		{Step: other.Step, Scene: other.ID, Part: "prediction", Rounds: []vote.Tally{{1, 3}, {0, 4}}, Right: 1},
		{Step: other.Step + 1, Scene: other.ID, Part: "prediction", Rounds: []vote.Tally{{1, 1}}, Right: 1},
		{Step: m.head.Step, Scene: m.head.ID, Part: voteAsked.Part, Rounds: []vote.Tally{{9, 1}}, Right: 1},
	}
	end := func() string {
		m.Update(waitMsg{&wait{kind: waitEnd, reply: make(chan result, 1)}})
		return screenOf(m)
	}
	press(m, "1", "9", "enter", "8", "enter")
	later(m)
	press(m, "enter")
	<-replied(w)
	m.Update(answerMsg{Question: voteAsked, Chosen: 1, Right: 1, Measured: "reçue en 3 ms"})
	shown := end()
	if !strings.Contains(shown, "Une autre scène") || !strings.Contains(shown, "75 % → 100 %") || !strings.Contains(shown, "30 %") || strings.Contains(shown, "10 %") || strings.Contains(shown, "50 %") {
		t.Errorf("%s", shown)
	}
}

// Who corrects one number closes the vote again, and no other number is shown.
func TestACorrectionShowsNoOtherNumber(t *testing.T) {
	m, _ := asked(true)
	press(m, "1", "9", "enter", "8", "enter", "up", "up", "backspace", "8")
	if shown := screenOf(m); !strings.Contains(shown, "clore le vote") {
		t.Errorf("the key does not say that it closes the vote:\n%s", shown)
	}
	later(m)
	press(m, "enter")
	if m.ask.vote.Phase() != vote.Closed || m.ask.vote.Tally().Total() != 26 {
		t.Errorf("phase %v, %v", m.ask.vote.Phase(), m.ask.vote.Tally())
	}
}

// A number that is come back to is typed anew, not added to; a closed vote too.
func TestACorrectionReplacesTheNumber(t *testing.T) {
	m, _ := asked(true)
	at := func(want int, when string) {
		t.Helper()
		if n, _ := m.ask.vote.Count(vote.Hands, m.ask.at); n != want {
			t.Errorf("%s: %d hands for option %d, not %d", when, n, m.ask.at+1, want)
		}
	}
	press(m, "1", "9", "enter", "up", "1", "8")
	at(18, "19, gone back to and typed 18")
	press(m, "enter", "7", "enter")
	later(m)
	press(m, "1", "2")
	at(12, "7, closed and typed 12")
	press(m, "up", "backspace", "7")
	at(17, "18, its last digit replaced")
}

// A second vote that nobody takes part in is passed by p, and was none.
func TestASecondVoteMayBeLeft(t *testing.T) {
	m, w := asked(true)
	press(m, "1", "9", "enter", "8", "enter")
	later(m)
	press(m, "d")
	later(m)
	press(m, "enter")
	later(m)
	press(m, "p")
	if r := <-replied(w); r.choice.Option != 0 || r.err != nil {
		t.Fatalf("%+v", r)
	}
	m.Update(answerMsg{Question: voteAsked, Chosen: 0, Right: 0})
	m.Update(waitMsg{pause()})
	if n := len(m.ask.vote.Tallies()); n != 1 {
		t.Errorf("%d rounds", n)
	}
}

// A black wall shows nothing, and the key that ends it does nothing else.
func TestABlackWall(t *testing.T) {
	var r told
	m := projected(&r, 50*time.Millisecond)
	w := pause()
	m.Update(waitMsg{w})
	for _, key := range []string{"b", "."} {
		for _, back := range []string{"enter", "q", "p", "b", "s"} {
			later(m)
			press(m, key)
			if shown := strings.TrimSpace(screenOf(m)); shown != "" || !r.last(t).Dark {
				t.Fatalf("%s: the wall is not black:\n%s", key, shown)
			}
			later(m)
			m.Update(clockMsg(m.now()))
			press(m, back)
			if !strings.Contains(screenOf(m), "page") || r.last(t).Dark || len(w.reply) > 0 || m.outline != nil {
				t.Fatalf("%s after %s: %d replies\n%s", back, key, len(w.reply), screenOf(m))
			}
		}
	}
}

// What a clicker sends turns pages as Enter does: PgDn goes on at the end of a
// page, PgUp goes back; a reader's PgDn confirms no answer.
func TestAClickerTurnsThePages(t *testing.T) {
	for _, projection := range []bool{true, false} {
		m := newModel(Options{Projection: projection})
		m.Update(beginMsg{Head: scene.Head{Step: 1, Index: 2, Total: 9, Title: "bind()"}})
		for range 50 { // short ones share a page
			m.Update(addMsg{proseItem(voteAsked.Blocks)})
		}
		w := pause()
		m.Update(waitMsg{w})
		turned := 0
		for ; len(w.reply) == 0 && turned < 50; turned++ {
			later(m)
			m.Update(named("pgdown"))
		}
		if r := <-replied(w); r.err != nil || projection && turned < 5 {
			t.Errorf("projection=%v: %v after %d pages", projection, r.err, turned)
		}
		ask := ask()
		m.Update(waitMsg{ask})
		for range 30 {
			later(m)
			m.Update(named("pgdown"))
		}
		press(m, "1")
		later(m)
		m.Update(named("pgdown"))
		if len(ask.reply) > 0 {
			t.Errorf("projection=%v: PgDn has answered", projection)
		}
	}
}

// Before a class a view may take the whole place of the text, and give it back:
// pages of no line at all are divided too.
func TestAViewTakesTheWholeWall(t *testing.T) {
	m := newModel(Options{Projection: true})
	m.Update(beginMsg{Head: scene.Head{Step: 1, Index: 2, Total: 9, Title: "bind()"}})
	for range 12 {
		m.Update(addMsg{proseItem(voteAsked.Blocks)})
	}
	m.Update(waitMsg{pause()})
	before := screenOf(m)
	taken := false
	for range 8 {
		later(m)
		press(m, "tab")
		taken = taken || m.covered() && m.layout().textHeight == 0
	}
	if !taken {
		t.Fatal("no view takes the place of the text")
	}
	for m.covered() {
		press(m, "tab")
	}
	if !strings.Contains(before, "bind()") || !strings.Contains(screenOf(m), "bind()") {
		t.Errorf("the page is not back:\n%s", screenOf(m))
	}
}

// Before a class the states stand whole on one page, of 80×24 and of 60×20, and
// the sockets that are measured stand on them, and move.
func TestTheStatesMove(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{{Width: 80, Height: 24}, {Width: 60, Height: 20}} {
		statesMove(t, size)
	}
}

func statesMove(t *testing.T, size tea.WindowSizeMsg) {
	m := newModel(Options{Projection: true})
	m.Update(size)
	m.Update(beginMsg{Head: scene.Head{Index: 2, Total: 11, Title: "SYN-SENT"}})
	m.Update(addMsg{proseItem(voteAsked.Blocks)})
	m.Update(addMsg{statesItem([]probe.State{probe.Listen})})
	m.Update(waitMsg{pause()})
	later(m)
	press(m, "enter")
	measured := func(states ...probe.State) string {
		s := &probe.Snapshot{TakenAt: m.now(), Source: probe.SockDiag}
		for _, state := range states {
			s.Sockets = append(s.Sockets, probe.Socket{State: state})
		}
		m.Update(updateMsg{probe.Update{Snapshot: s}, m.now()})
		shown := screenOf(m)
		for _, state := range probe.States {
			if state != probe.Bound && strings.Count(shown, " "+state.String()) < 1 {
				t.Fatalf("%v is not on the page:\n%s", state, shown)
			}
		}
		return shown
	}
	first := measured(probe.Listen, probe.SynSent, probe.SynSent)
	second := measured(probe.Listen, probe.Established, probe.TimeWait)
	for shown, words := range map[string][]string{
		first: {"1 LISTEN", "2 SYN-SENT", "· ESTABLISHED", "[sock_diag, " + m.now().Local().Format("15:04:05]"), "✓ atteint", "1, 2… : sockets mesurés là"}, second: {"1 LISTEN", "· SYN-SENT", "1 ESTABLISHED", "1 TIME-WAIT"},
	} {
		for _, w := range words {
			if !strings.Contains(shown, w) {
				t.Errorf("%q is not shown:\n%s", w, shown)
			}
		}
	}
	if m.window.more(m.pageHeight()) {
		t.Error("the states take two pages")
	}
}
