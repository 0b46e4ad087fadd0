package export

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"labo/lessons"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/dialogue"
	"labo/lessons/notebook"
	"labo/lessons/scene"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/probe/probetest/freeport"
	"labo/probe/syscalls"
)

// recorded is the notebook of a real run of the steps, of which one item of each
// kind was left, and to which was added what a reader makes who comes back: a
// second answer, one written and amended, a scene that was left.
const recorded = "testdata/home"

// The test program runs itself again as the child of a demonstration.
func TestMain(m *testing.M) {
	syscalls.Helper()
	if len(os.Args) > 1 && os.Args[1] == "enfant" {
		if err := demo.RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pupil is a reader of a linear stage who answers each question otherwise: the
// first option, the second, the third, then passes.
type pupil struct {
	dialogue.Stage
	asked int
}

func (p *pupil) Ask(ctx context.Context, q scene.Question) (scene.Choice, error) {
	if _, err := p.Stage.Ask(ctx, q); err != nil {
		return scene.Passed, err
	}
	p.asked++
	if p.asked%4 == 0 {
		return scene.Passed, nil
	}
	return scene.Choice{Option: (p.asked - 1) % 4 % len(q.Options), Sure: p.asked%4 == 2}, nil
}

// attended records what an automatic pupil does as what a reader does.
type attended struct{ *notebook.Session }

func (a attended) Unattended(h scene.Head) { a.Begun(h) }

// playFor plays every step for real and returns the directory of its notebook.
func playFor(t *testing.T, home string) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	book := notebook.Open(notebook.Options{
		Getenv: func(name string) string { return map[string]string{"LABO_HOME": home}[name] }, Program: "labo d'essai",
		Machine: "une machine d'essai", Tell: func(s string) { told = append(told, s) },
	})
	defer book.Close()
	at := time.Duration(0)
	reader := &pupil{Stage: linear.New(out, paint.New(false), func() int { return 80 }, nil, &at)}
	for _, step := range lessons.Steps() {
		p := bench.Player{
			Step: step, Stage: reader, Port: freeport.Get(t), Self: []string{exe, "enfant"}, Alone: true, Recorder: attended{book},
		}
		if err := p.Play(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(told) > 0 {
		t.Errorf("told %q", told)
	}
}
