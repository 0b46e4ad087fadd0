package notes

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"labo/lessons/lessontest/golden"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/frame"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/terminal"
	"labo/lessons/text"
	"labo/lessons/vote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ten = time.Date(2026, 3, 1, 10, 0, 0, 0, time.Local)

// projected is a scene of a step, by its place, begun 90 s before now; the
// ones before it took two minutes each.
func projected(t *testing.T, step, index int) (s *projection.State, now time.Time) {
	t.Helper()
	text, err := prose.Load(step)
	if err != nil {
		t.Fatal(err)
	}
	head := func(i int) scene.Head {
		return scene.Head{Step: step, StepTitle: text.Title, Index: i, Total: len(text.Sections), ID: text.Sections[i].ID, Title: text.Sections[i].Title}
	}
	s = &projection.State{PID: 4242, Status: projection.Status{Head: head(index), Port: 12345, Started: ten, Page: "page 2", Waiting: projection.ForEnter}}
	for i := range index {
		begun := ten.Add(time.Duration(i) * 2 * time.Minute)
		s.Past = append(s.Past, projection.Play{Head: head(i), Begun: begun, Ended: begun.Add(2 * time.Minute)})
	}
	s.Begun = ten.Add(time.Duration(index) * 2 * time.Minute)
	return s, s.Begun.Add(90 * time.Second)
}

// last is the last scene of a step.
func last(t *testing.T, step int) (*projection.State, time.Time) {
	t.Helper()
	s, _ := projected(t, step, 0)
	return projected(t, step, s.Head.Total-1)
}

// named is a scene by its name, in step 1.
func named(t *testing.T, id string) (*projection.State, time.Time) {
	t.Helper()
	s, now := projected(t, 1, 0)
	for i := 1; s.Head.ID != id && i < s.Head.Total; i++ {
		s, now = projected(t, 1, i)
	}
	return s, now
}

// place says where a scene is, as the view does.
func place(s *projection.State) string {
	return fmt.Sprintf("scène %d/%d", s.Head.Index+1, s.Head.Total)
}

// voting is a scene of step 1 in the middle of its vote.
func voting(t *testing.T) (*projection.State, time.Time) {
	t.Helper()
	return votingIn(t, 1)
}

func votingIn(t *testing.T, step int) (*projection.State, time.Time) {
	t.Helper()
	at := 2
	if step == 1 { // bind(), which asks
		reserve, _ := named(t, "reserver-le-port")
		at = reserve.Head.Index
	}
	s, now := projected(t, step, at)
	script, err := newScript(step, s.Port)
	if err != nil {
		t.Fatal(err)
	}
	asked := script.questions(script.scene(at))[0]
	s.Waiting = projection.ForVote
	s.Vote = &projection.Vote{Question: prose.Text(asked.Blocks[0].Spans), Part: asked.Name, By: hands(12, 9, 0), At: 2, Right: -1}
	for _, o := range asked.Options {
		s.Vote.Options = append(s.Vote.Options, projection.Option{ID: o.ID, Text: prose.Text(o.Spans)})
	}
	return s, now
}

// hands are one round of raised hands.
func hands(n ...int) []map[vote.Source]vote.Tally {
	return []map[vote.Source]vote.Tally{{vote.Hands: n}}
}

// viewer drives a model as bubbletea does, and looks at its projection.
type viewer struct {
	t *testing.T
	m *model
}

func open(t *testing.T, width, height int) *viewer {
	v := &viewer{t, newModel(Options{Options: terminal.Options{Palette: paint.New(true)}})}
	v.send(tea.WindowSizeMsg{Width: width, Height: height})
	return v
}

func (v *viewer) send(msg tea.Msg) tea.Cmd {
	v.t.Helper()
	_, cmd := v.m.Update(msg)
	v.screen() // every state can be drawn
	return cmd
}

func (v *viewer) sees(now time.Time, states ...*projection.State) {
	v.t.Helper()
	v.send(sightMsg{At: now, Live: states})
}

func (v *viewer) press(keys ...string) (cmd tea.Cmd) {
	v.t.Helper()
	for _, k := range keys {
		cmd = v.m.pressed(k)
		v.screen()
	}
	return cmd
}

// screen returns the lines on screen, and holds what is always true of them.
func (v *viewer) screen() []string {
	v.t.Helper()
	painted := strings.Split(v.m.View().Content, "\n")
	if len(painted) > max(v.m.height, 1) || v.m.height > 6 && len(painted) != v.m.height {
		v.t.Fatalf("%d lines on a screen of %d", len(painted), v.m.height)
	}
	lines := make([]string, len(painted))
	for i, l := range painted {
		lines[i] = ansi.Strip(l)
		if text.Width(l) > v.m.width {
			v.t.Errorf("line %d is %d cells wide, of %d: %q", i, text.Width(l), v.m.width, lines[i])
		}
	}
	return lines
}

func (v *viewer) text() string {
	v.t.Helper()
	return strings.ReplaceAll(strings.Join(v.screen(), "\n"), text.NBSP, " ")
}

func (v *viewer) shows(words ...string) {
	v.t.Helper()
	for _, w := range words {
		if !strings.Contains(v.text(), w) {
			v.t.Errorf("%q is not shown:\n%s", w, v.text())
		}
	}
}

// words are those of a text, without what wrapping and columns add.
func words(s string) string {
	s = strings.NewReplacer(text.NBSP, " ", "│", " ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// Every note of every scene can be read on every screen, by scrolling.
func TestEveryNoteCanBeRead(t *testing.T) {
	for step := 1; step <= prose.Steps; step++ {
		sc, err := newScript(step, 12345)
		if err != nil {
			t.Fatal(err)
		}
		for i, sec := range sc.step.Sections {
			for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 20}} {
				v := open(t, size[0], size[1])
				s, now := projected(t, step, i)
				v.sees(now, s)
				v.shows("▸ La projection attend Entrée")
				if step == 1 || size[0] > 60 {
					v.shows(sec.ID)
				}
				var seen []string
				for last := -1; last != v.m.offset; {
					last = v.m.offset
					body := v.screen()[len(v.m.top()):][:v.m.room()]
					left := size[0]
					if size[0] >= frame.SideBySide {
						left = size[0] * 14 / 25
					}
					for k, l := range body {
						if line := last + k; line >= len(seen) {
							seen = append(seen, ansi.Truncate(l, left, ""))
						}
					}
					v.press("pgdown")
				}
				note := sc.note(sec.ID)
				said := []string{}
				for _, b := range note.Text.Blocks {
					said = append(said, prose.Text(b.Spans))
				}
				for _, q := range note.Questions {
					for _, o := range q.Options {
						said = append(said, prose.Text(o.Spans))
					}
					said = append(said, prose.Text(q.Hint), prose.Text(q.Follow))
				}
				for _, s := range said {
					want := words(text.French(s))
					if want == "" {
						continue
					}
					if got := words(strings.Join(seen, " ")); want == "" || !strings.Contains(got, want) {
						t.Errorf("step %d, %s at %v: %q cannot be read in %q", step, sec.ID, size, want, got)
					}
				}
			}
		}
	}
}

//go:generate go test . -run TestScreens -update

// The screens are those of the documents, in each of which they are named; on
// screens of other sizes, only what is true of all is held.
func TestScreens(t *testing.T) {
	ended := func(v *viewer, killed bool) {
		s, now := last(t, 2)
		s.Past = append(s.Past[:3:3], s.Past[2:]...) // the third scene was played twice
		v.sees(now, s)
		over := projection.Sight{At: now.Add(time.Second)}
		if killed {
			over.Killed = []*projection.State{s}
		}
		v.send(sightMsg(over))
	}
	answered := func(v *viewer, wait time.Duration) {
		s, now := votingIn(t, 2)
		s.Waiting, s.More, s.Page = projection.ForEnter, true, "page 5, à suivre"
		s.Vote.By, s.Vote.Phase = append(hands(12, 9, 6), hands(4, 20, 3)...), vote.Settled
		s.Vote.At, s.Vote.Answered, s.Vote.Right, s.Vote.Measured = -1, true, 1, "recv() attend toujours, aucun octet dans sa file"
		if wait > 0 {
			s.Next = now.Add(wait)
		}
		v.sees(now, s)
	}
	const teacher, pages = "professeur.md", "ecrans/enseignant.md"
	for name, c := range map[string]struct {
		show      func(*viewer)
		documents []string
	}{
		"rien": {func(v *viewer) { v.sees(ten) }, []string{pages}},
		"vote": {func(v *viewer) { s, now := votingIn(t, 2); v.sees(now, s) }, []string{pages}},
		"clos": {func(v *viewer) {
			s, now := votingIn(t, 2)
			s.Vote.By, s.Vote.At, s.Vote.Phase = hands(9, 12, 6), -1, vote.Closed
			v.sees(now, s)
		}, []string{teacher}},
		"reste": {func(v *viewer) {
			v.m.o.End = ten.Add(24 * time.Minute)
			s, now := projected(t, 2, 4)
			v.sees(now, s)
			for range 3 {
				v.press("pgdown")
			}
		}, []string{pages}},
		"notes":  {func(v *viewer) { answered(v, 0) }, []string{teacher, pages}},
		"auto":   {func(v *viewer) { answered(v, 3*time.Second) }, []string{pages}},
		"fin":    {func(v *viewer) { ended(v, false) }, []string{teacher, pages}},
		"coupee": {func(v *viewer) { ended(v, true) }, []string{pages}},
		"derniere": {func(v *viewer) {
			s, now := last(t, 2)
			v.sees(now, s)
			v.press("end")
		}, []string{pages}},
		"aide":    {func(v *viewer) { s, now := votingIn(t, 2); v.sees(now, s); v.press("?") }, []string{pages}},
		"aveugle": {func(v *viewer) { v.send(sightMsg{At: ten, Err: &projection.BlindError{Err: os.ErrPermission}}) }, []string{pages}},
		"plusieurs": {func(v *viewer) {
			s, now := votingIn(t, 2)
			other, _ := projected(t, 3, 0)
			v.sees(now, s, other)
		}, []string{pages}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range [][2]int{{120, 40}, {60, 20}, {100, 30}, {80, 24}} {
				v := open(t, size[0], size[1])
				c.show(v)
				if other := map[int]string{120: "vote-120x40", 60: "vote-60x20"}[size[0]]; name == "vote" && other != "" {
					golden.Screen(t, "../../../docs/"+pages, other, v.screen())
				}
				for _, document := range c.documents {
					if size[0] == 80 {
						golden.Screen(t, "../../../docs/"+document, name, v.screen())
					}
				}
			}
		})
	}
}

// The scene shown is that of the projection; another scene is read from its
// beginning.
func TestAnotherSceneIsReadFromItsBeginning(t *testing.T) {
	v := open(t, 60, 20)
	s, now := voting(t)
	v.sees(now, s)
	v.press("end")
	if v.m.offset == 0 {
		t.Fatal("the body fits: nothing to scroll")
	}
	voted := *s
	voted.Vote = &projection.Vote{Question: s.Vote.Question, Options: s.Vote.Options, By: hands(12, 9, 3), State: vote.State{Phase: vote.Closed}, At: -1, Right: -1}
	v.sees(now.Add(time.Second), &voted)
	if v.m.offset == 0 {
		t.Error("a vote scrolled the page back")
	}
	next, now := named(t, "ecouter")
	v.sees(now, next)
	if v.m.offset != 0 {
		t.Error("another scene is not read from its beginning")
	}
	v.shows("listen(1) : ouvrir le port", place(next))
	v.sees(now)
	v.shows(fmt.Sprintf("La projection de l'étape 1 s'est arrêtée à la scène %d sur", next.Head.Index+1), "labo etape 1 --projection --scene ecouter")
}

// What is proposed to resume plays on the port that was played on.
func TestTheCommandToResumeKeepsThePort(t *testing.T) {
	for _, c := range []struct {
		index int
		port  uint16
		want  string
	}{
		{3, 12345, "labo etape 1 --projection --scene ecouter"},
		{3, 12346, "labo etape 1 --projection --port 12346 --scene ecouter"},
		{8, 12346, "labo etape 2 --projection --port 12346"},
		{8, 0, "labo etape 2 --projection"}, // not told
	} {
		if _, got := Again(scene.Head{Step: 1, Index: c.index, Total: 9, ID: "ecouter"}, c.port, ""); got != c.want {
			t.Errorf("left in scene %d on port %d: %q, want %q", c.index+1, c.port, got, c.want)
		}
	}
	v := open(t, 60, 20)
	s, now := named(t, "ecouter")
	s.Port = 12346
	v.sees(now, s)
	v.sees(now.Add(time.Second))
	v.shows("labo etape 1 --projection --port 12346", "--scene", "ecouter") // on two lines
	s, _ = last(t, 1)
	if _, got := again(&projection.Ended{State: s, Killed: true}); got != "labo etape 1 --projection --scene "+s.Head.ID {
		t.Errorf("killed in its last scene: %q", got)
	}
	v = open(t, 80, 40) // the list of its scenes is long
	s, now = last(t, 1)
	s.Port = 12346
	v.sees(now, s)
	v.sees(now.Add(time.Second))
	v.shows("labo etape 2 --projection --port 12346")
}

// A step that this release does not have, from a file that is somebody's.
func TestAnUnknownStepIsShownAllTheSame(t *testing.T) {
	v := open(t, 80, 24)
	v.sees(ten, &projection.State{Status: projection.Status{Head: scene.Head{Step: 9, Index: -4, Total: 2, ID: "x"}, Started: ten, Begun: ten,
		Vote: &projection.Vote{Options: []projection.Option{{Text: "a"}}, By: hands(0), Answered: true, Right: 12}}})
	v.shows("étape 9", "n'a pas de notes pour cette scène", "La mesure ne donne raison à aucune")
}

func TestASketchIsShownForWhatOnlyTheSceneKnows(t *testing.T) {
	sc, err := newScript(4, 12345)
	if err != nil {
		t.Fatal(err)
	}
	all := column{paint.Palette{}, 80}
	for _, sec := range sc.step.Sections {
		for _, q := range sc.questions(sec) {
			if shown := strings.Join(all.question(q), "\n"); strings.Contains(shown, "{limite}") || strings.Contains(shown, "{python}") {
				t.Errorf("a hole in %s: %s", sec.ID, shown)
			}
		}
	}
}

// Notes that are not those of the text being projected say so.
func TestAnotherTextIsSaid(t *testing.T) {
	v := open(t, 80, 24)
	s, now := projected(t, 1, 2)
	s.Options = " --dossier mon-cours"
	v.sees(now, s)
	v.shows("La projection joue un autre texte")
	v.m.o.Folder = true
	if v.sees(now, s); strings.Contains(v.text(), "un autre texte") {
		t.Error("the same text is said to be another")
	}
}

// Keys in any order neither panic nor wedge, whatever is projected meanwhile.
func TestAnyKeysInAnyOrder(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	keys := []string{"up", "down", "k", "j", "pgup", "pgdown", "space", "home", "end", "?", "h", "esc", "enter", "x", "ctrl+l", "ctrl+z", "é"}
	v := open(t, 80, 24)
	vote, during := voting(t)
	type scene struct {
		state *projection.State
		now   time.Time
	}
	var scenes []scene
	for i := range 8 {
		s, now := projected(t, 1+i%4, i/2)
		scenes = append(scenes, scene{s, now})
	}
	for range 1000 {
		switch r.IntN(12) {
		case 0:
			v.send(tea.WindowSizeMsg{Width: 1 + r.IntN(150), Height: 1 + r.IntN(50)})
		case 1:
			s := scenes[r.IntN(len(scenes))]
			v.sees(s.now, s.state)
		case 2:
			v.sees(during, vote)
		case 3:
			v.sees(ten)
		default:
			v.press(keys[r.IntN(len(keys))])
		}
	}
	for leave, want := range map[string]tea.Msg{"q": tea.QuitMsg{}, "ctrl+d": tea.QuitMsg{}, "ctrl+c": tea.InterruptMsg{}} {
		if cmd := v.press("?", leave); cmd == nil || cmd() != want {
			t.Errorf("%s does not leave", leave)
		}
	}
}

// A terminal that lacks characters gets what it can draw.
func TestPlainTerminals(t *testing.T) {
	v := open(t, 80, 24)
	v.m.o.Palette = paint.Palette{}
	s, now := voting(t)
	v.sees(now, s)
	drawn := text.ASCII.Draw(v.m.View().Content)
	for i, b := range []byte(drawn) {
		if b != '\n' && (b < 0x20 || b > 0x7e) {
			t.Fatalf("byte %d is %#x", i, b)
		}
	}
	if !strings.Contains(drawn, "> Vote : les mains pour la reponse 3 sur 3.") {
		t.Errorf("drawn in ASCII:\n%s", drawn)
	}
}
