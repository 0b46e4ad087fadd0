package notes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
)

// sights is a [TextOptions].Look that sees them one after the other; then ends.
func sights(all ...projection.Sight) func(context.Context) projection.Sight {
	return func(context.Context) projection.Sight {
		s := all[0]
		if len(all) > 1 {
			all = all[1:]
		}
		return s
	}
}

func follows(t *testing.T, width int, all ...projection.Sight) (shown, remarks string, err error) {
	t.Helper()
	var out bytes.Buffer
	err = Follow(t.Context(), &out, TextOptions{Width: func() int { return width }, Look: sights(all...),
		Remark: func(s string) { remarks += s + "\n" }})
	for l := range strings.Lines(out.String()) {
		if l = strings.TrimRight(l, "\n"); text.Width(l) > max(width, 20) || strings.HasSuffix(l, " ") {
			t.Errorf("a line of %d cells in %d: %q", text.Width(l), width, l)
		}
	}
	return strings.ReplaceAll(out.String(), text.NBSP, " "), remarks, err
}

func TestFollowWritesABlockAtEachScene(t *testing.T) {
	first, now := voting(t)
	answered := *first
	answered.Waiting = projection.ForEnter
	vote := *first.Vote
	vote.At, vote.Answered, vote.Right, vote.Measured = -1, true, 1, "refusée"
	answered.Vote = &vote
	next, later := named(t, "ecouter")
	other, _ := projected(t, 2, 0)
	see := func(at time.Time, live ...*projection.State) projection.Sight {
		return projection.Sight{At: at, Live: live}
	}
	for _, width := range []int{80, 44} {
		shown, remarks, err := follows(t, width, see(now, first), see(now, first), see(now, &answered), see(now, &answered),
			see(later, next, other), see(later, next), see(later))
		if err != nil {
			t.Fatal(err)
		}
		for words, times := range map[string]int{
			place(first) + " · reserver-le-port": 1, place(next) + " · ecouter": 1, "VOS NOTES": 2, "LA MESURE RÉPOND": 1,
			"✓ 2  elle est refusée aussitôt": 1, fmt.Sprintf("ENSUITE : SCÈNE %d/", next.Head.Index+2): 1, "Projection terminée": 1,
			"La projection de l'étape 1": 1, fmt.Sprintf("leçon %d min 00 s", 2*first.Head.Index): 1,
		} {
			if got := strings.Count(shown, words); got != times {
				t.Errorf("%q is written %d times, want %d:\n%s", words, got, times, shown)
			}
		}
		if strings.Count(remarks, "\n") != 1 || !strings.HasPrefix(remarks, "2 projections à la fois") {
			t.Errorf("remarks %q", remarks)
		}
		if strings.Contains(shown, "\x1b") {
			t.Error("colour without a palette")
		}
	}
}

func TestFollowEnds(t *testing.T) {
	if shown, _, err := follows(t, 80, projection.Sight{At: ten}); !errors.Is(err, ErrNothing) || shown != "" {
		t.Errorf("nothing projected: %v, %q", err, shown)
	}
	blind := &projection.BlindError{Err: os.ErrPermission}
	if _, _, err := follows(t, 80, projection.Sight{At: ten, Err: blind}); err != error(blind) {
		t.Errorf("nothing can be seen: %v", err)
	}
	s, now := voting(t)
	shown, _, err := follows(t, 80, projection.Sight{At: now, Live: []*projection.State{s}}, projection.Sight{At: now, Killed: []*projection.State{s}})
	if err != nil || !strings.Contains(shown, "s'est arrêtée sans prévenir") {
		t.Errorf("kill -9: %v\n%s", err, shown)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = Follow(ctx, &bytes.Buffer{}, TextOptions{Width: func() int { return 80 }, Look: sights(projection.Sight{At: now, Live: []*projection.State{s}})})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after the context: %v", err)
	}
	if err := Follow(t.Context(), full{}, TextOptions{Width: func() int { return 80 }, Look: sights(projection.Sight{At: now, Live: []*projection.State{s}})}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("nowhere to write: %v", err)
	}
}

// full cannot be written.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

// All the notes of each step, whatever the width.
func TestWriteHasEveryNote(t *testing.T) {
	for step := 1; step <= prose.Steps; step++ {
		sc, err := newScript(step, 12345)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{200, 80, 40} {
			var out bytes.Buffer
			if err := Write(&out, paint.Palette{}, width, step, 12345); err != nil {
				t.Fatal(err)
			}
			shown := words(out.String())
			for _, sec := range sc.step.Sections {
				for _, p := range append(sc.questions(sec), &sc.note(sec.ID).Text) {
					for _, b := range p.Blocks {
						if want := words(text.French(prose.Text(b.Spans))); want == "" || !strings.Contains(shown, want) {
							t.Errorf("step %d at %d: %q is missing", step, width, want)
						}
					}
				}
				if !strings.Contains(shown, sec.ID) {
					t.Errorf("step %d: scene %s is missing", step, sec.ID)
				}
			}
			for l := range strings.Lines(out.String()) {
				if l = strings.TrimRight(l, "\n"); text.Width(l) > min(width, 80) && !strings.HasPrefix(l, "    labo ") {
					t.Errorf("step %d at %d: %d cells: %q", step, width, text.Width(l), l)
				}
			}
		}
	}
	if err := Write(&bytes.Buffer{}, paint.Palette{}, 80, 9, 12345); err == nil {
		t.Error("there is a step 9")
	}
	if err := Write(full{}, paint.Palette{}, 80, 1, 12345); !errors.Is(err, os.ErrClosed) {
		t.Errorf("nowhere to write: %v", err)
	}
}
