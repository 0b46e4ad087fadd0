package screen

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// told collects what a projection tells.
type told struct {
	all    []projection.Status
	answer string // what the teller returns
}

func (r *told) tell(s projection.Status) string { r.all = append(r.all, s); return r.answer }

func (r *told) last(t *testing.T) projection.Status {
	t.Helper()
	if len(r.all) == 0 {
		t.Fatal("nothing was told")
	}
	return r.all[len(r.all)-1]
}

// projected is a model in projection whose scene has begun.
func projected(r *told, auto time.Duration) *model {
	m := newModel(Options{Projection: true, Tell: r.tell, Auto: auto, Port: 4321})
	head := scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: 2, Total: 9, ID: "reserver-le-port", Title: "bind()"}
	m.status.begin(head, 4321) // as Stage.Begin does
	m.Update(beginMsg{Head: head})
	return m
}

var voteAsked = scene.Question{
	Blocks:  []prose.Block{{Spans: []prose.Span{{Text: "Que se passe-t-il ?"}}}},
	Options: []prose.Option{{ID: "a", Spans: []prose.Span{{Text: "refusée"}}}, {ID: "b", Spans: []prose.Span{{Text: "reçue"}}}},
}

func ask() *wait   { return &wait{kind: waitAsk, question: voteAsked, reply: make(chan result, 1)} }
func pause() *wait { return &wait{kind: waitPause, reply: make(chan result, 1)} }

func press(m *model, keys ...string) {
	for _, k := range keys {
		key := tea.KeyPressMsg{Code: tea.KeyEnter}
		if k != "enter" {
			key = tea.KeyPressMsg{Code: rune(k[0]), Text: k}
		}
		m.Update(key)
	}
}

// Who follows the projection hears of each vote, and of the measurement.
func TestAProjectionTellsItsVotes(t *testing.T) {
	var r told
	m := projected(&r, 0)
	if s := r.last(t); s.Head.ID != "reserver-le-port" || s.Port != 4321 || s.Started.IsZero() || s.Begun.IsZero() || s.Waiting != "" || s.Vote != nil {
		t.Errorf("as a scene begins: %+v", s)
	}
	m.Update(waitMsg{ask()})
	m.ask.appeared = m.ask.appeared.Add(-time.Second) // it was read
	if s := r.last(t); s.Waiting != projection.ForVote || s.Vote == nil || s.Vote.Question != "Que se passe-t-il ?" || s.Vote.At != 0 || len(s.Vote.Rounds()) > 0 {
		t.Errorf("as a vote begins: %+v %+v", s, s.Vote)
	}
	press(m, "1", "2")
	if v := r.last(t).Vote; len(v.Rounds()) != 1 || v.Rounds()[0][0] != 12 {
		t.Errorf("after twelve hands: %+v", v)
	}
	press(m, "enter", "7")
	if v := r.last(t).Vote; v.At != 1 || v.Rounds()[0][1] != 7 {
		t.Errorf("at the second option: %+v", v)
	}
	press(m, "enter")
	if s := r.last(t); s.Vote.At != -1 || s.Waiting != projection.ForVote {
		t.Errorf("when all have voted: %+v %+v", s, s.Vote)
	}
	m.opened = time.Now().Add(-time.Second) // not the bounce of the one before
	press(m, "enter")                       // the measurement
	if s := r.last(t); s.Waiting != "" || s.Vote.Answered {
		t.Errorf("while the scene acts: %+v %+v", s, s.Vote)
	}
	m.Update(answerMsg{Question: voteAsked, Chosen: 0, Right: 1, Measured: "reçue en 3 ms"})
	m.Update(waitMsg{pause()})
	if s := r.last(t); s.Waiting != projection.ForEnter || !s.Vote.Answered || s.Vote.Right != 1 || s.Vote.Measured != "reçue en 3 ms" {
		t.Errorf("after the answer: %+v %+v", s, s.Vote)
	}
	m.Update(beginMsg{Head: scene.Head{Step: 1, Index: 3, Total: 9, ID: "ecouter"}})
	m.Update(waitMsg{pause()})
	if s := r.last(t); s.Vote != nil {
		t.Errorf("the vote of another scene: %+v", s.Vote)
	}
}

// Nothing is told, so no file is opened, while a scene acts; nor twice.
func TestAProjectionIsSilentWhileTheSceneActs(t *testing.T) {
	var r told
	m := projected(&r, 0)
	m.Update(waitMsg{pause()})
	n := len(r.all)
	m.Update(clockMsg(time.Now()))
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if len(r.all) != n {
		t.Errorf("told again what had not changed: %+v", r.all[n:])
	}
	m.opened = time.Now().Add(-time.Second) // not the bounce of an earlier key
	press(m, "enter")
	n = len(r.all)
	press(m, "q", "enter", "1")
	m.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	m.Update(eventMsg{})
	m.Update(clockMsg(time.Now()))
	m.Update(answerMsg{Question: voteAsked, Right: -1})
	if len(r.all) != n {
		t.Errorf("told while the scene acts: %+v", r.all[n:])
	}
}

// A vote that is on a page to come waits for Enter first.
func TestAProjectionTellsThatPagesAreLeft(t *testing.T) {
	var r told
	m := projected(&r, 0)
	for range 9 { // a page of its own
		m.Update(addMsg{proseItem(voteAsked.Blocks)})
	}
	m.Update(waitMsg{ask()})
	if s := r.last(t); !s.More || s.Waiting != projection.ForVote {
		t.Errorf("on the first page: %+v", s)
	}
	press(m, "enter")
	if s := r.last(t); s.More || s.Page != "page 2" && s.Page != "page 2" {
		t.Errorf("on the second: %+v", s)
	}
}

// Nothing goes on by itself under the list of scenes or the help.
func TestACountdownWaitsForTheList(t *testing.T) {
	for _, key := range []string{"s", "?"} {
		var r told
		m := newModel(Options{Projection: true, Tell: r.tell, Auto: 5 * time.Second, Heads: []scene.Head{{ID: "port-libre"}, {ID: "ecouter"}}})
		head := scene.Head{Step: 1, Index: 0, Total: 2, ID: "port-libre"}
		m.status.begin(head, 4321)
		m.Update(beginMsg{Head: head})
		w := pause()
		m.Update(waitMsg{w})
		m.opened = time.Now().Add(-time.Second)
		press(m, key)
		s := r.last(t)
		if !s.Next.IsZero() || (s.Waiting == projection.ForChoice) != (key == "s") {
			t.Errorf("after %q: %+v", key, s)
		}
		if line := m.statusLine(); strings.Contains(line, "suite dans") {
			t.Errorf("after %q: %q", key, line)
		}
		m.Update(clockMsg(time.Now().Add(time.Minute)))
		if len(w.reply) != 0 {
			t.Errorf("after %q the lesson went on by itself", key)
		}
		press(m, key) // closed again
		if s := r.last(t); s.Waiting != projection.ForEnter || s.Next.IsZero() {
			t.Errorf("after %q twice: %+v", key, s)
		}
	}
}

// Half a second before its end, a countdown has one second left, not none.
func TestACountdownIsNeverAtZero(t *testing.T) {
	now := time.Now()
	for _, left := range []time.Duration{300 * time.Millisecond, 0, -time.Second} {
		c := countdown{every: 5 * time.Second, until: now.Add(left)}
		if got := strings.ReplaceAll(c.words(now), text.NBSP, " "); got != "suite dans 1 s" {
			t.Errorf("with %v left: %q", left, got)
		}
	}
}

// A view that covers the text of a class leaves its pages as they are: Enter
// comes back to the text before it turns a page that nobody has seen.
func TestACoveredPageIsNotTurned(t *testing.T) {
	var r told
	m := projected(&r, 0)
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	m.Update(addMsg{proseItem(voteAsked.Blocks)})
	m.Update(addMsg{proseItem(voteAsked.Blocks)})
	m.Update(waitMsg{pause()})
	place := m.window.place(m.pageHeight())
	for _, view := range []pane{paneKernel, paneSequence} {
		m.opened = time.Now().Add(-time.Second)
		m.pane = view
		m.Update(clockMsg(time.Now()))
		if got := m.window.place(m.pageHeight()); got != place {
			t.Errorf("under %s: %q, want %q", paneNames[view], got, place)
		}
		press(m, "enter")
		if got := m.window.place(m.pageHeight()); m.pane != paneAuto || got != place {
			t.Errorf("Enter under %s: view %s, %q", paneNames[view], paneNames[m.pane], got)
		}
	}
	press(m, "enter")
	if got := m.window.place(m.pageHeight()); got == place {
		t.Errorf("Enter on the text stays on %q", got)
	}
}

func TestAProjectionTellsItsCountdown(t *testing.T) {
	var r told
	m := projected(&r, 5*time.Second)
	m.Update(waitMsg{pause()})
	if s := r.last(t); time.Until(s.Next) > 5*time.Second || time.Until(s.Next) < 0 || s.Stopped {
		t.Errorf("with a countdown: %+v", s)
	}
	m.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
	if s := r.last(t); !s.Stopped {
		t.Errorf("stopped: %+v", s)
	}
}

// What the teller answers is shown to who projects.
func TestWhatTheTellerSaysIsShown(t *testing.T) {
	r := told{answer: "Le disque est plein."}
	m := projected(&r, 0)
	m.Update(waitMsg{pause()})
	if m.notice != "Le disque est plein." {
		t.Errorf("notice %q", m.notice)
	}
}

// A wait that the scene gives up is told by the scene itself.
func TestAWaitGivenUpIsOver(t *testing.T) {
	var r told
	m := projected(&r, 0)
	w := pause()
	m.Update(waitMsg{w})
	n := len(r.all)
	m.Update(waitMsg{})
	if len(r.all) != n {
		t.Errorf("the model told, while the scene acts: %+v", r.all[n:])
	}
	press(m, "enter")
	if m.wait != nil || !errors.Is((<-replied(w)).err, errNoReply) {
		t.Error("a wait that was given up was replied to")
	}
}

var errNoReply = errors.New("no reply")

// replied returns the reply of a wait, or errNoReply.
func replied(w *wait) <-chan result {
	select {
	case r := <-w.reply:
		w.reply <- r
	default:
		w.reply <- result{err: errNoReply}
	}
	return w.reply
}
