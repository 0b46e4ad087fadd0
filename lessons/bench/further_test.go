package bench

import (
	"context"
	"io"
	"slices"
	"testing"

	"labo/lessons/dialogue"
	"labo/lessons/lessontest"
	"labo/lessons/prose"
	"labo/lessons/scene"
)

var path = []scene.Head{
	{ID: "a", Title: "A"},
	{ID: "a+", Title: "A plus", Further: 1},
	{ID: "a++", Title: "A plus plus", Further: 2},
	{ID: "b", Title: "B", Index: 1},
	{ID: "c", Title: "C", Index: 2},
	{ID: "c+", Title: "C plus", Index: 2, Further: 1},
}

// Reading on keeps to the main path; what goes further is reached by its own
// jump, or by its name, and leads back to that path.
func TestNextKeepsToTheMainPath(t *testing.T) {
	at := func(id string) int { return indexOf(path, id) }
	for _, c := range []struct {
		from string
		jump *dialogue.Jump
		to   string // "" for the end
	}{
		{"a", nil, "b"},
		{"a", &dialogue.Jump{Kind: dialogue.Next}, "b"},
		{"a", &dialogue.Jump{Kind: dialogue.Further}, "a+"},
		{"a+", &dialogue.Jump{Kind: dialogue.Further}, "a++"},
		{"a++", &dialogue.Jump{Kind: dialogue.Further}, "a++"},
		{"a+", nil, "b"},
		{"a++", nil, "b"},
		{"b", &dialogue.Jump{Kind: dialogue.Further}, "b"},
		{"b", &dialogue.Jump{Kind: dialogue.Previous}, "a"},
		{"a+", &dialogue.Jump{Kind: dialogue.Previous}, "a"},
		{"a+", &dialogue.Jump{Kind: dialogue.Again}, "a+"},
		{"c", nil, ""},
		{"c+", nil, ""},
		{"c", &dialogue.Jump{Kind: dialogue.To, Scene: "a++"}, "a++"},
	} {
		want := len(path)
		if c.to != "" {
			want = at(c.to)
		}
		if got := Next(path, at(c.from), c.jump); got != want {
			t.Errorf("from %s with %v: %d, want %d", c.from, c.jump, got, want)
		}
	}
	if !path[1].After(path[0]) || path[1].After(path[2]) || !path[3].After(path[2]) || path[0].After(path[0]) {
		t.Error("the order of the scenes is not theirs")
	}
}

// offered is a stage whose reader takes, or leaves, what is offered.
type offered struct {
	*lessontest.Tape
	title string
	takes bool
	seen  []string
}

func (o *offered) Offer(title string) { o.title = title }

func (o *offered) Pause(context.Context) error {
	title := o.title
	o.title = ""
	o.seen = append(o.seen, title)
	if o.takes && title != "" {
		return &dialogue.Jump{Kind: dialogue.Further}
	}
	return nil
}

// The part "plus-loin" of a scene, where all that it tells is known, is said to
// who asks for it; then comes the scene that goes further.
func TestWhatGoesFurtherIsSaidWhenAsked(t *testing.T) {
	for _, c := range []struct {
		name        string
		takes, told bool // the value that the part tells is known
		seen        []string
		said        []string
		further     bool
	}{
		{"left", false, true, []string{"un détail de plus sur cette scène"}, []string{"explication"}, false},
		{"taken", true, true, []string{"un détail de plus sur cette scène", "La suite"}, []string{"explication", "plus-loin"}, true},
		{"not measured", true, false, []string{"La suite"}, []string{"explication"}, true},
	} {
		s := &offered{Tape: lessontest.NewTape(io.Discard), takes: c.takes}
		rec := &heard{}
		b := &Bench{stage: s, ctx: t.Context(), rec: rec, values: map[string]string{}, further: "La suite", section: furtherSection()}
		if c.told {
			b.Set("valeur", 3)
		}
		further := func() (yes bool) {
			defer func() {
				if r, ok := recover().(stop); ok {
					jump, is := r.err.(*dialogue.Jump)
					yes = is && jump.Kind == dialogue.Further
				}
			}()
			b.Explain("explication")
			return false
		}()
		if !slices.Equal(s.seen, c.seen) || !slices.Equal(rec.told, c.said) || further != c.further || !rec.done {
			t.Errorf("%s: offered %q, said %q, further %v, done %v", c.name, s.seen, rec.told, further, rec.done)
		}
	}
}

func furtherSection() *prose.Section {
	say := func(s string) []prose.Block { return []prose.Block{{Spans: []prose.Span{{Text: s}}}} }
	return &prose.Section{ID: "a", Title: "Un titre", Parts: []*prose.Part{
		{Name: "explication", Blocks: say("Oui.")}, {Name: "plus-loin", Blocks: say("Mesuré : {valeur}.")},
	}}
}

// heard records what is told.
type heard struct {
	noRecord
	told []string
	done bool
}

func (h *heard) Told(_, part string, _ []prose.Block) { h.told = append(h.told, part) }

func (h *heard) Done(string) { h.done = true }

func (h *heard) Tally(int, []string) scene.Tally { return scene.Tally{} }
