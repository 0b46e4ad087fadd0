// Package lessontest is what tests of lessons share: a stage that remembers, and
// this program as the child of a demonstration.
package lessontest

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/probe/probetest/freeport"
)

// Tape is a stage that shows what it is told on a linear one, and remembers
// in which order the scene went.
type Tape struct {
	dialogue.Stage
	Order   []string // "ask", "event", "evidence", "answer", "prose", "pause"
	Asked   []scene.Question
	Answers []scene.Answer
	Shown   []evidence.Evidence

	// At is told each evidence at the moment it is shown, Said each paragraph, and
	// Settled each answer; nil for nobody.
	At      func(evidence.Evidence)
	Said    func(paragraph string)
	Settled func(scene.Answer)
}

// NewTape returns a tape that shows on out, 80 cells wide or as told, and never
// waits.
func NewTape(out io.Writer, width ...int) *Tape {
	at, columns := time.Duration(0), 80
	if len(width) > 0 {
		columns = width[0]
	}
	return &Tape{Stage: linear.New(out, paint.New(false), func() int { return columns }, nil, &at)}
}

func (t *Tape) note(what string) { t.Order = append(t.Order, what) }

func (t *Tape) Prose(b []prose.Block) {
	t.note("prose")
	for i := range b {
		if t.Said != nil {
			t.Said(prose.Text(b[i].Spans))
		}
	}
	t.Stage.Prose(b)
}

func (t *Tape) Event(e evidence.Event) { t.note("event"); t.Stage.Event(e) }

func (t *Tape) Evidence(e evidence.Evidence) {
	t.note("evidence")
	t.Shown = append(t.Shown, e)
	t.Stage.Evidence(e)
	if t.At != nil {
		t.At(e)
	}
}

func (t *Tape) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	t.note("ask")
	t.Asked = append(t.Asked, q)
	return t.Stage.Ask(ctx, q)
}

func (t *Tape) Answer(a scene.Answer) {
	t.note("answer")
	t.Answers = append(t.Answers, a)
	if t.Settled != nil {
		t.Settled(a)
	}
	t.Stage.Answer(a)
}

func (t *Tape) Pause(ctx context.Context) error { t.note("pause"); return t.Stage.Pause(ctx) }

// FreePort returns a port that no other test has.
func FreePort(t testing.TB) uint16 { return freeport.Get(t) }

// Self is the command that runs the test program as a child.
func Self(t testing.TB) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{exe, "enfant"}
}
