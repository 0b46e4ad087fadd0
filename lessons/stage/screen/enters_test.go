package screen

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"labo/lessons"
	"labo/lessons/bench"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe/probetest/freeport"
)

// heard is a stage that keeps how each question ended.
type heard struct {
	*Stage
	choices []int
	prompts []string // of the lines, after each that was empty
}

func (h *heard) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	choice, err := h.Stage.Ask(ctx, q)
	if err == nil {
		h.choices = append(h.choices, choice.Option)
	}
	return choice, err
}

// Input holds that an open question is asked again after Enter alone.
func (h *heard) Input(ctx context.Context, prompt string) (string, error) {
	if n := len(h.prompts); n > 0 && strings.Contains(h.prompts[n-1], "pour passer") && h.prompts[n-1] != prompt {
		h.choices = append(h.choices, -1)
	}
	line, err := h.Stage.Input(ctx, prompt)
	if h.prompts = nil; err == nil && line == "" {
		h.prompts = []string{prompt}
	}
	return line, err
}

// A reader and a class go through each step; on the way, Enter is pressed
// without end, at any moment, and with what clickers send in its place. It
// answers no question, closes no vote, cancels no wait and does not leave the
// step: every question has the answer that was given to it.
func TestRandomEnters(t *testing.T) {
	plays := []patrol{{step: 1}, {step: 1, o: Options{Projection: true}}, {step: 2}, {step: 3, o: Options{Projection: true}}, {step: 4}}
	enters := 2500
	if os.Getenv("LABO_LONG") == "1" {
		enters = 10_000
		plays = nil
		for step := 1; step <= prose.Steps; step++ {
			plays = append(plays, patrol{step: step}, patrol{step: step, o: Options{Projection: true}})
		}
	}
	if testing.Short() || racing {
		plays, enters = plays[:2], 300
	}
	for _, p := range plays {
		t.Run(fmt.Sprintf("%d projection=%v", p.step, p.o.Projection), func(t *testing.T) { readOn(t, p, enters) })
	}
}

func readOn(t *testing.T, p patrol, enters int) {
	port := uint16(freeport.Get(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := newMonkey(t, p, port, cancel)
	step, _ := lessons.StepByNumber(p.step)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	stage := &heard{Stage: m.stage}
	player := bench.Player{Step: step, Stage: stage, Port: port, Self: []string{self, "enfant"}}
	played := make(chan error, 1)
	go func() { played <- player.Play(ctx) }()
	t.Cleanup(func() {
		cancel()
		go m.stage.program.Kill()
		<-m.stage.ended
		m.term.Close()
	})
	pressed := 0
	for ended := false; !ended || pressed < enters; {
		select {
		case err := <-played:
			t.Fatalf("the step was left after %d Enters: %v", pressed, err)
		default:
		}
		burst := m.enters()
		pressed += strings.Count(burst, "\r")
		m.presses(burst)
		m.sync(burst)
		if ended || m.rand.IntN(3) == 0 {
			continue // any timing: the scene may be acting
		}
		m.untilWaiting()
		l := m.look()
		m.uncovered()
		switch hand := m.hand(l, p.o.Projection); {
		case l.kind == waitEnd:
			ended = true
		case hand != "":
			m.presses(hand)
			m.sync(hand)
		}
	}
	m.presses("q")
	select {
	case err := <-played:
		if err != nil || player.Left {
			t.Errorf("the step ended with %v, left %v", err, player.Left)
		}
	case <-time.After(patience):
		m.stuck("q does not leave the step")
	}
	t.Logf("%d Enters, %d questions, %d scenes", pressed, len(stage.choices), len(m.seen))
	for i, choice := range stage.choices {
		if choice != 0 {
			t.Errorf("question %d of %d was passed: %d", i+1, len(stage.choices), choice)
		}
	}
	text, err := step.Prose()
	if err != nil {
		t.Fatal(err)
	}
	if len(stage.choices) == 0 || len(m.seen) < len(text.Essential()) {
		t.Errorf("%d questions in %d scenes", len(stage.choices), len(m.seen))
	}
	m.leave()
}

// enters is what a hand that only reads on presses.
func (m *monkey) enters() string {
	keys := []string{"\r", "\r", "\r", "\r", " ", "\x1b[C", "\x1b[6~", "\x1b[5~", strings.Repeat("\r", 30)}
	var burst strings.Builder
	for range 1 + m.rand.IntN(40) {
		burst.WriteString(keys[m.rand.IntN(len(keys))])
	}
	return burst.String()
}

// uncovered lets the time pass in which a digit is taken for one typed ahead.
func (m *monkey) uncovered() { time.Sleep(2 * ahead / faster) }

// hand is what a reader who is asked does: the first answer, votes for it, no
// line to write, no program to start.
func (m *monkey) hand(l look, class bool) string {
	switch {
	case l.kind == waitInput && l.typed:
		return ":fin\r"
	case l.kind == waitWatch:
		return "p"
	case l.kind != waitAsk || l.more:
		return ""
	case class && l.uncounted == 0:
		return "" // Enter closes it
	case class:
		return "\x1b[A\x1b[A\x1b[A3\r" + strings.Repeat("0\r", l.uncounted-1)
	}
	return "1\r"
}
