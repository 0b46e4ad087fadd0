// Package lessontest is what tests of lessons share: a stage that remembers, and
// this program as the child of a demonstration.
package lessontest

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/probe/probetest/freeport"
)

// Tape is a stage that shows what it is told on a linear one, and remembers
// in which order the scene went.
type Tape struct {
	stage.Stage
	Order   []string // "ask", "event", "evidence", "answer", "prose", "pause"
	Asked   []scene.Question
	Answers []scene.Answer
	Shown   []evidence.Evidence

	// At is told each evidence at the moment it is shown, nil for nobody.
	At func(evidence.Evidence)
}

// NewTape returns a tape that shows on out, 80 cells wide, and never waits.
func NewTape(out io.Writer) *Tape {
	at := time.Duration(0)
	return &Tape{Stage: linear.New(out, paint.New(false), func() int { return 80 }, nil, &at)}
}

func (t *Tape) note(what string) { t.Order = append(t.Order, what) }

func (t *Tape) Prose(b []prose.Block) { t.note("prose"); t.Stage.Prose(b) }

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
