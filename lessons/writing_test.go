package lessons

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"labo/lessons/bench"
	"labo/lessons/dialogue"
	"labo/lessons/etape4"
	"labo/lessons/lessontest"
	"labo/lessons/notebook"
	"labo/lessons/prose"
)

// writer is a reader who types these lines.
type writer struct {
	*lessontest.Tape
	lines   []string
	prompts []string
	said    []string
}

func (w *writer) Prose(blocks []prose.Block) {
	for _, b := range blocks {
		w.said = append(w.said, prose.Text(b.Spans))
	}
}

func (w *writer) Input(_ context.Context, prompt string) (string, error) {
	w.prompts = append(w.prompts, prompt)
	line := w.lines[0]
	w.lines = w.lines[1:]
	if line == ":p" {
		return "", dialogue.ErrSkipped
	}
	return line, nil
}

// says reports whether a paragraph holds the words.
func (w *writer) says(words string) bool {
	return slices.ContainsFunc(w.said, func(s string) bool { return strings.Contains(s, words) })
}

// The reader's own answer is kept, shown beside the model answer, amended, and
// found again the next time; an empty line keeps it.
func TestTheReaderWrites(t *testing.T) {
	home := t.TempDir()
	session := notebook.Open(notebook.Options{Getenv: func(name string) string {
		return map[string]string{"LABO_HOME": home}[name]
	}})
	defer session.Close()
	scene := etape4.Step().Scenes[0].ID
	play := func(lines ...string) *writer {
		w := &writer{Tape: lessontest.NewTape(io.Discard), lines: lines}
		p := bench.Player{Step: bench.Step{Number: 4, Scenes: []bench.Scene{{ID: scene, Run: func(_ context.Context, b *bench.Bench) {
			b.Write("question")
			b.Compare(scene, "question", "reponse")
		}}}}, Stage: w, Port: 1, Recorder: session}
		if err := p.Play(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(w.lines) != 0 {
			t.Errorf("not asked for: %q", w.lines)
		}
		return w
	}
	w := play("", "", ":p", "", ":p") // Enter alone asks again
	if kept := session.Notebook().Step(4).Scene(scene); kept.Passed() != 1 || w.prompts[1] != w.prompts[0] || w.prompts[2] != w.prompts[0] {
		t.Errorf("%d passed, asked %q", kept.Passed(), w.prompts)
	}
	w = play("le client \x1battend", "")
	if kept := session.Notebook().Step(4).Scene(scene); kept.Passed() != 0 {
		t.Errorf("answered, and still %d passed", kept.Passed())
	}
	if got := session.Written(4, scene, "question"); !strings.Contains(got, "attend") {
		t.Errorf("kept %q", got)
	}
	if !w.says("Votre réponse : « le client ") || w.says("\x1b") {
		t.Errorf("not shown beside the model answer: %q", w.said)
	}
	if w = play("", "il est refusé"); !w.says("Vous aviez écrit") {
		t.Errorf("an earlier answer is not shown again: %q", w.said)
	}
	if got := session.Written(4, scene, "question"); got != "il est refusé" {
		t.Errorf("amended to %q", got)
	}
}
