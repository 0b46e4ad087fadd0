package export

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/notebook"
	"labo/lessons/scene"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// Widths of a page on a terminal, in cells.
const (
	narrowest   = 40
	widestProse = 80
)

// Terminal writes a report as lines for a screen of that many columns. What
// was shown in a scene looks as it did there. [TerminalSummary] goes below.
func Terminal(w io.Writer, palette paint.Palette, columns int, r *Report) error {
	var b strings.Builder
	t := terminal{
		w: &b, paint: palette, columns: max(columns, narrowest),
		stage: linear.New(&b, palette, func() int { return columns }, nil, nil),
	}
	t.line(t.paint.Title("Votre cahier"))
	for i := range r.Steps {
		t.step(&r.Steps[i])
	}
	t.programs(r.Programs)
	t.traces(r.Traces)
	_, err := io.WriteString(w, oneBlank(b.String()))
	return err
}

// TerminalSummary writes the summary of a report, which is read last on a
// terminal: its end is what stays in sight.
func TerminalSummary(w io.Writer, palette paint.Palette, columns int, r *Report) error {
	var b strings.Builder
	t := terminal{w: &b, paint: palette, columns: max(columns, narrowest)}
	t.line("")
	t.line(t.paint.Strong("━━ Le bilan " + strings.Repeat("━", max(t.width()-len("━━ Le bilan ")+4, 2))))
	for _, s := range r.Summary {
		t.prose("", s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// oneBlank leaves one of the blank lines in a row: the page and its stage both
// part blocks.
func oneBlank(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return s
}

type terminal struct {
	w       io.Writer
	paint   paint.Palette
	columns int
	stage   *linear.Stage
}

func (t *terminal) line(s string) { fmt.Fprintln(t.w, s) }

func (t *terminal) width() int { return min(t.columns, widestProse) }

// prose writes a sentence, wrapped under itself after a mark.
func (t *terminal) prose(mark, s string) {
	for i, l := range text.Paragraph(s, t.width()-text.Width(mark)-1) {
		if i > 0 {
			mark = strings.Repeat(" ", text.Width(mark))
		}
		t.line(mark + l)
	}
}

func (t *terminal) step(s *Step) {
	state := "pas encore commencée"
	switch {
	case s.Known && (s.begun() || s.Done > 0):
		state = fmt.Sprintf("%d/%d scènes", s.Done, s.Total)
	case !s.Known:
		state = "d'une autre version de labo"
	}
	left, right := fmt.Sprintf("━━ Étape %d · %s ", s.Number, s.Title), " "+state
	if text.Width(left)+text.Width(right)+2 > t.width() {
		left = text.Truncate(left, t.width()-text.Width(right)-2)
	}
	t.line("")
	t.line(t.paint.Strong(left + strings.Repeat("━", max(t.width()-text.Width(left)-text.Width(right), 2)) + right))
	for i := range s.Scenes {
		if sc := &s.Scenes[i]; sc.Begun {
			t.scene(sc)
		}
	}
	if todo := s.todo(); len(todo) > 0 && s.begun() {
		t.line("")
		t.prose("  ", "Encore à jouer :")
		for _, title := range todo {
			t.prose("    · ", title)
		}
	}
}

func (t *terminal) scene(s *Scene) {
	number := ""
	if s.Number > 0 {
		number = fmt.Sprintf("%d. ", s.Number)
	}
	t.line("")
	for _, l := range text.Wrap(text.French(number+s.Title), t.width()-3) {
		t.line("  " + t.paint.Title(l))
	}
	t.prose("  ", s.When)
	t.line("")
	for i := range s.Predictions {
		t.prediction(&s.Predictions[i])
	}
	for i := range s.Writings {
		t.writing(&s.Writings[i])
	}
	explained := s.explanations()
	explain := func(until time.Time) {
		for len(explained) > 0 && (until.IsZero() || explained[0].At.Before(until)) {
			t.stage.Prose(explained[0].Blocks)
			explained = explained[1:]
		}
	}
	s.inOrder(func(e evidence.Event) {
		explain(e.At)
		t.stage.Event(e)
	}, func(i int) {
		explain(s.Evidence[i].At)
		past := s.Evidence[i]
		past.Checks = nil // nothing shows it any more
		t.stage.Evidence(past)
	})
	explain(time.Time{})
	for _, r := range s.Remarks {
		t.prose("  ", r)
	}
}

func (t *terminal) prediction(p *Prediction) {
	// Nobody is asked: a stage without a keyboard only writes the question.
	t.stage.Ask(context.Background(), scene.Question{Blocks: p.Question.Blocks, Options: p.Question.Options})
	mark := "  ⇒ "
	if predictionClass(p) == "good" {
		mark = "  ✓ "
	}
	said := p.Verdict
	if p.Measured != "" {
		said += " Mesuré : " + p.Measured + "."
	}
	t.prose(mark, said)
	for _, s := range append([]string{p.First}, p.Reviews...) {
		if s != "" {
			t.prose("    ", s)
		}
	}
	t.line("")
}

func (t *terminal) writing(w *Writing) {
	t.line("  " + t.paint.Strong("VOTRE RÉPONSE"))
	t.stage.Prose(notebook.Blocks(w.Question))
	if len(w.Versions) == 0 {
		t.prose("  ", passedWriting)
		t.line("")
	}
	for i, v := range w.Versions {
		label := "le " + v.When
		if i > 0 {
			label = "avant, le " + v.When
		}
		t.line("  " + t.paint.Faint(label))
		t.quoted("  │ ", v.Text)
		t.line("")
	}
}

// quoted writes the reader's own lines, after a bar.
func (t *terminal) quoted(bar, s string) {
	for line := range strings.SplitSeq(s, "\n") {
		for _, l := range text.Wrap(line, t.width()-text.Width(bar)-1) {
			t.line(bar + l)
		}
	}
}
