package screen

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"labo/lessons"
	"labo/lessons/dialogue"
	"labo/lessons/etats"
	"labo/lessons/lessontest/golden"
	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
)

//go:generate go test . -run TestScenesOnScreen|TestDocuments -update

// sizes are the terminals that every scene is shown on; a picture is kept of
// the first.
var sizes = []struct {
	width, height int
	projection    bool
}{
	{80, 24, false},
	{120, 40, false},
	{60, 20, false},
	{100, 30, false},
	{80, 24, true},
	{120, 40, true},
}

// Each recorded scene can be read whole on the screens that readers and
// classes have, with its text of today, and looks as it did: after a change of
// the text, “go generate ./lessons/...” makes the pictures again. A picture has
// no header, which counts the scenes, and no footer.
func TestScenesOnScreen(t *testing.T) {
	var known []string
	var covered atomic.Int64 // questions asked with a table behind the cover
	var played atomic.Int64
	scenes := recorded(t)
	for _, scene := range scenes {
		known = append(known, pictureOf(scene.Head))
	}
	t.Run("all", func(t *testing.T) {
		for _, scene := range scenes {
			for i, size := range sizes {
				t.Run(fmt.Sprintf("%d-%s/%dx%d projection=%v", scene.Head.Step, scene.Head.ID, size.width, size.height, size.projection), func(t *testing.T) {
					t.Parallel()
					played.Add(1)
					o := plainOptions()
					o.Projection = size.projection
					p := playing(t, scene, o, size.width, size.height)
					if i > 0 { // no picture shows what was measured later
						p.table = firstTable(scene)
					}
					p.play()
					p.readWhole()
					covered.Add(p.covered)
					if i == 0 {
						golden.Same(t, pictureOf(scene.Head), p.pictures.String())
					}
				})
			}
		}
	})
	whole := int(played.Load()) == len(known)*len(sizes) // not a part, by -run
	if n := int(covered.Load()); whole && n < len(known)*len(sizes)/2 {
		t.Errorf("only %d questions were asked with a table behind the cover", n)
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	for _, file := range files {
		if !slices.Contains(known, file) {
			t.Errorf("%s is the picture of no scene", file)
		}
	}
}

// recorded returns the recordings of all the scenes.
func recorded(t *testing.T) (all []*recording.Scene) {
	t.Helper()
	add := func(heads []scene.Head, text *prose.Step, err error) {
		t.Helper()
		for i := 0; err == nil && i < len(heads); i++ {
			var scene *recording.Scene
			section, _ := text.Section(heads[i].ID)
			scene, err = recording.Load("testdata", heads[i], section)
			all = append(all, scene)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range lessons.Steps() {
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		heads, err := step.Heads()
		add(heads, text, err)
	}
	heads, err := (&etats.Tour{States: []probe.State{probe.CloseWait}}).Heads()
	if err != nil {
		t.Fatal(err)
	}
	states, err := prose.States()
	add(heads, states, err)
	return all
}

// firstTable returns a table that a scene shows.
func firstTable(scene *recording.Scene) []probe.Socket {
	for _, c := range scene.Calls {
		switch {
		case c.Evidence != nil && c.Evidence.Sockets != nil && len(c.Evidence.Sockets.Rows) > 0:
			return c.Evidence.Sockets.Rows
		case c.Seen != nil && len(c.Seen.Sockets) > 0:
			return c.Seen.Sockets
		}
	}
	return nil
}

// recordedScene returns the recording of one.
func recordedScene(t *testing.T, id string) *recording.Scene {
	t.Helper()
	all := recorded(t)
	i := slices.IndexFunc(all, func(s *recording.Scene) bool { return s.Head.ID == id })
	if i < 0 {
		t.Fatalf("no scene %q", id)
	}
	return all[i]
}

func pictureOf(h scene.Head) string {
	return strings.TrimSuffix(recording.File("testdata", h), ".jsonl") + ".txt"
}

// recordedPort is the port on which the recordings were made.
const recordedPort = 12345

// played is a recording that is shown again, message for message as [Stage]
// sends them, with the same keys.
type played struct {
	*glass
	scene    *recording.Scene
	class    bool // votes in place of an answer
	asked    scene.Question
	table    []probe.Socket  // the last that the scene showed
	covered  int64           // questions asked while there was one
	rows     map[int]string  // what was seen of the journal, by line
	read     strings.Builder // what a class saw of it, page after page
	pictures strings.Builder
	count    map[string]int
	seen     func(where string) // told of each picture, if anybody asks
}

// playing shows a recording from its beginning.
func playing(t *testing.T, scene *recording.Scene, o Options, width, height int) *played {
	t.Helper()
	o.Port = recordedPort
	return &played{glass: onGlass(t, o, width, height), scene: scene, class: o.Projection, rows: map[int]string{}, count: map[string]int{}}
}

// glimpse looks at what is on screen, and holds what is always true of it.
func (p *played) glimpse() look {
	p.t.Helper()
	l := p.look()
	p.checkScreen(l)
	for i, row := range l.text {
		p.rows[l.from+i] = row
	}
	if p.class {
		p.read.WriteString(strings.Join(l.text, " ") + " ")
	}
	return l
}

// picture keeps what is on screen, under a title; where says it in full.
func (p *played) picture(title, where string) look {
	p.t.Helper()
	l := p.glimpse()
	body := strings.TrimRight(strings.Join(l.lines[headerRows:len(l.lines)-footerRows], "\n"), "\n")
	fmt.Fprintf(&p.pictures, "════ %s\n%s\n", title, body)
	if p.seen != nil {
		p.seen(where)
	}
	return l
}

// nth says which of its kind a wait is: "pause 2".
func (p *played) nth(what string) string {
	p.count[what]++
	return fmt.Sprint(what, " ", p.count[what])
}

// pages looks at each page, up to the last.
func (p *played) pages(what string) {
	p.t.Helper()
	const most = 40
	where := p.nth(what)
	for page := 1; ; page++ {
		title, at := what, where
		if page > 1 {
			title, at = "Entrée", fmt.Sprint(where, ", page ", page)
		}
		l := p.picture(title, at)
		if l.typed && l.more {
			p.t.Errorf("the reader types, and does not see the last words:\n%s", strings.Join(l.lines, "\n"))
		}
		if l.typed || !l.more {
			return
		}
		if page == most {
			p.t.Fatalf("still more to read after %d pages", most)
		}
		p.keys("enter")
	}
}

func (p *played) play() {
	p.t.Helper()
	p.send(beginMsg{p.scene.Head, nil})
	for _, c := range p.scene.Calls {
		p.at(c.At)
		switch c.Kind {
		case recording.Prose:
			p.send(addMsg{proseItem(c.Prose)})
		case recording.Event:
			p.send(eventMsg{*c.Event, c.Counts.Runtime(c.At)})
		case recording.Evidence:
			p.send(evidenceMsg{*c.Evidence, c.Counts.Runtime(c.At)})
			p.shown(c)
		case recording.Ask:
			p.ask(c)
		case recording.Answer:
			p.send(answerMsg(*c.Answer))
		case recording.Input:
			p.input(c)
		case recording.Follow:
			p.send(portMsg(c.Port))
		case recording.Pause:
			p.pause(c)
		case recording.Watch:
			p.watch(c)
		default:
			p.t.Fatalf("call %q", c.Kind)
		}
	}
}

// pause reads on, and goes further where that is offered.
func (p *played) pause(c recording.Call) {
	p.t.Helper()
	w := p.waits(&wait{kind: waitPause, further: c.Title})
	p.measured(c.Seen, c)
	p.pages("pause")
	if c.Title == "" {
		p.keys("enter")
		if r := p.replied(w); r.err != nil {
			p.t.Fatalf("a pause ended with %v", r.err)
		}
		return
	}
	p.keys("+")
	if jump, ok := errors.AsType[*dialogue.Jump](p.replied(w).err); !ok || jump.Kind != dialogue.Further {
		p.t.Fatalf("+ did not lead further: %v", jump)
	}
}

// shown keeps the table that a scene has shown.
func (p *played) shown(c recording.Call) {
	if c.Evidence.Sockets != nil {
		p.table = c.Evidence.Sockets.Rows
	}
}

// measured is what the live panel measures during a wait.
func (p *played) measured(m *recording.Measurement, c recording.Call) {
	if m != nil {
		p.send(updateMsg{m.Update(), p.now()})
		p.send(runtimeMsg(c.Counts.Runtime(c.At)))
	}
}

func (p *played) ask(c recording.Call) {
	p.asked = *c.Question
	w := p.waits(&wait{kind: waitAsk, question: p.asked})
	if len(p.table) > 0 { // labo measures while the reader thinks
		p.covered++
		p.send(updateMsg{probe.Update{Snapshot: &probe.Snapshot{TakenAt: c.At, Source: probe.SockDiag, Sockets: p.table}}, p.now()})
	}
	p.pages("question")
	chosen := c.Chosen
	if p.class {
		chosen = p.votes()
	} else {
		p.keys("enter", itoa(c.Chosen+1), "enter") // the first passes nothing
	}
	if r := p.replied(w); r.err != nil || r.choice.Option != chosen {
		p.t.Fatalf("answered %v, %v; want %d", r.choice, r.err, chosen)
	}
}

// votes enters the hands of a class of 27, lets it discuss and vote again, and
// returns the option with most.
func (p *played) votes() int {
	p.t.Helper()
	where := p.nth("vote")
	p.hands(where, "9", "12", "6", "0", "0", "0")
	p.pages("histogramme")
	p.keys("d")
	p.picture("discussion", p.nth("discussion"))
	p.keys("enter")
	p.hands(p.nth("second vote"), "3", "20", "4", "0", "0", "0")
	p.pages("avant et après")
	p.keys("enter")
	return 1
}

// hands enters those of each option.
func (p *played) hands(where string, hands ...string) {
	p.t.Helper()
	for i := range p.asked.Options {
		p.keys("enter") // closes nothing, and skips no option
		p.keys(strings.Split(hands[i], "")...)
		p.picture("vote", fmt.Sprint(where, ", réponse ", i+1))
		p.keys("enter")
	}
}

func (p *played) input(c recording.Call) {
	w := p.waits(&wait{kind: waitInput, prompt: c.Prompt})
	p.measured(c.Seen, c)
	p.pages("saisie")
	line := c.Line
	if c.Skipped {
		line = ":fin"
	}
	p.types(line)
	p.keys("enter")
	r := p.replied(w)
	if c.Skipped != errors.Is(r.err, dialogue.ErrSkipped) || r.line != c.Line {
		p.t.Fatalf("typed %q, %v; want %q", r.line, r.err, c.Line)
	}
}

func (p *played) watch(c recording.Call) {
	w := &wait{kind: waitWatch, title: c.Title, prompt: c.Prompt}
	if c.Limit > 0 {
		w.limit = p.now().Add(c.Limit)
	}
	p.waits(w)
	p.pages("attente")
	for _, d := range c.During {
		p.at(d.At)
		p.send(clockMsg(p.now()))
		if d.Kind == recording.Event {
			p.send(eventMsg{*d.Event, c.Counts.Runtime(d.At)})
		} else {
			p.measured(d.Seen, c)
		}
		p.glimpse()
	}
	if len(c.During) > 0 {
		p.pages("ce qui est vu")
	}
	if !c.Skipped {
		p.send(waitMsg{})
		return
	}
	p.keys("enter", "p") // Enter cancels nothing
	if r := p.replied(w); !errors.Is(r.err, dialogue.ErrSkipped) {
		p.t.Fatalf("the watch ended with %v", r.err)
	}
}
