package notes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// ErrNothing: nothing is projected.
var ErrNothing = errors.New("nothing is projected")

// TextOptions are what [Follow] is told.
type TextOptions struct {
	Palette paint.Palette
	Width   func() int // columns, now
	Look    func(context.Context) projection.Sight
	Remark  func(sentence string) // hears what is not the result; French
}

// Follow writes a block at each change of scene until nothing is projected any
// more (nil) or the context ends (its error). The error is [ErrNothing] where
// nothing is projected from the start, or why projections cannot be seen.
func Follow(ctx context.Context, w io.Writer, o TextOptions) error {
	sight := o.Look(ctx)
	if len(sight.Live) == 0 {
		if sight.Err != nil {
			return sight.Err
		}
		return ErrNothing
	}
	f := follow{o: o, w: w}
	clock := time.NewTicker(lookEvery)
	defer clock.Stop()
	for {
		if over, err := f.see(sight); over || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-clock.C:
		}
		sight = o.Look(ctx)
	}
}

// follow is the state of [Follow].
type follow struct {
	o        TextOptions
	w        io.Writer
	follower projection.Follower
	begun    time.Time // of the scene written last
	answered string    // the answer written last
	several  bool      // it was said that there are several projections
}

// see writes what is new. over: nothing is projected any more.
func (f *follow) see(sight projection.Sight) (over bool, err error) {
	p := column{f.o.Palette, min(max(f.o.Width(), 20), 80)}
	if ended := f.follower.See(sight); ended != nil {
		err = f.write(append([]string{"", p.heading("━━ Projection terminée ", "")}, p.summary(ended)...))
	}
	s := f.follower.State
	if s == nil || err != nil {
		return s == nil, err
	}
	if several := len(sight.Live) > 1; several != f.several {
		f.several = several
		if several {
			f.o.Remark(fmt.Sprintf("%d projections à la fois : labo notes suit la dernière, celle du processus %d.", len(sight.Live), s.PID))
		}
	}
	if !s.Begun.Equal(f.begun) {
		f.begun, f.answered = s.Begun, ""
		if err := f.write(p.scene(s)); err != nil {
			return false, err
		}
	}
	if v := s.Vote; v != nil && v.Answered && v.Question != f.answered {
		f.answered = v.Question
		err = f.write(append([]string{"", p.rule("LA MESURE RÉPOND, " + sight.At.Local().Format("15:04:05"))}, p.vote(s, f.note(s))...))
	}
	return false, err
}

// note returns what the instructor reads of the scene that is projected.
func (f *follow) note(s *projection.State) *prose.Note {
	sc, _ := newScript(s.Head.Step, s.Port) // nil: a step that this release does not have
	return sc.note(s.Head.ID)
}

func (f *follow) write(lines []string) error {
	_, err := io.WriteString(f.w, flat(lines))
	return err
}

func (p column) heading(left, right string) string {
	fill := max(p.width-text.Width(left)-text.Width(right), 0)
	return p.palette.Strong(text.Truncate(left+strings.Repeat("━", fill)+right, p.width))
}

// scene is the block of a scene that begins: its notes, and the scene to come.
func (p column) scene(s *projection.State) []string {
	sc, _ := newScript(s.Head.Step, s.Port) // nil: a step that this release does not have
	left := fmt.Sprintf("━━ Étape %d · %s ", s.Head.Step, s.Head.StepTitle)
	right := fmt.Sprintf(" %s · %s", s.Head.Place(), s.Head.ID)
	if text.Width(left)+text.Width(right)+2 > p.width {
		left = fmt.Sprintf("━━ Étape %d ", s.Head.Step)
	}
	when := s.Begun.Local().Format("15:04:05") + " · leçon " + clock(s.Begun.Sub(s.Started))
	if n := len(s.Past); n > 0 {
		when += " · scène précédente " + clock(s.Past[n-1].Ended.Sub(s.Past[n-1].Begun))
	}
	lines := append([]string{"", p.heading(left, right)}, p.sentence(when)...)
	live := *s
	live.Past, live.Vote, live.Wall, live.Coming = nil, nil, nil, nil // as the scene begins; the table is for the end
	lines = append(lines, p.present(sc, &live)...)
	return append(lines, p.ahead(sc, &live)...)
}

// Write writes all the notes of a step, to prepare a class.
func Write(w io.Writer, palette paint.Palette, width, step int, port uint16) error {
	s, err := newScript(step, port)
	if err != nil {
		return err
	}
	p := column{palette, min(max(width, 20), 80)}
	lines := []string{p.heading(fmt.Sprintf("━━ Vos notes · étape %d · %s ", step, s.step.Title), "")}
	lines = append(lines, p.sentence(s.step.Summary)...)
	for _, h := range s.heads() {
		sec := s.named(h.ID)
		lines = append(lines, "", "", p.rule(strings.ToUpper(h.Place())+" · "+h.ID+" · "+h.ReadingWords()))
		lines = append(lines, p.title(sec.Title)...)
		note := s.note(sec.ID)
		if same := s.same(sec); same != "" {
			lines, note = append(lines, p.sentence(same)...), nil
		}
		if note != nil {
			lines = append(lines, p.duty(note)...)
			lines = append(append(lines, ""), p.prose(&note.Text)...)
		}
		for _, q := range s.questions(sec) {
			lines = append(lines, "")
			lines = append(lines, p.question(q)...)
			lines = append(append(lines, ""), p.key(q, note.Question(q.Name))...)
		}
	}
	lines = append(lines, "", "")
	lines = append(lines, p.command("Les réponses ne sont pas écrites d'avance : elles sont mesurées. Pour tout lire, mesures comprises :",
		fmt.Sprintf("labo etape %d --texte --auto=0s", step))...)
	_, err = io.WriteString(w, flat(lines[:len(lines)-1]))
	return err
}
