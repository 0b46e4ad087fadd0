package screen

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"labo/lessons/scene"
	"labo/lessons/stage"
	"labo/lessons/stage/recording"
)

var update = flag.Bool("update", false, "write what is on screen into the golden files")

// pictureMark begins each picture of a golden file.
const pictureMark = "\n════ "

// sizes are the terminals of the golden pictures.
var sizes = []struct {
	width, height int
	projection    bool
}{
	{120, 40, false},
	{80, 24, false},
	{60, 20, false},
	{80, 24, true},
}

// Each recorded scene looks as it should, at each wait and on each page, on
// the screens that readers and classes have.
func TestScenesOnScreen(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		for _, size := range sizes {
			kind := fmt.Sprintf("%dx%d", size.width, size.height)
			if size.projection {
				kind = "projection"
			}
			name := strings.TrimSuffix(file, ".json") + "." + kind + ".txt"
			t.Run(filepath.Base(name), func(t *testing.T) {
				t.Parallel()
				scene, err := recording.Load(file)
				if err != nil {
					t.Fatal(err)
				}
				o := plainOptions()
				o.Port, o.Projection = recordedPort, size.projection
				p := &played{glass: onGlass(t, o, size.width, size.height), scene: scene, class: size.projection}
				p.play()
				sameFile(t, name, p.pictures.String())
			})
		}
	}
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
	pictures strings.Builder
	count    int
}

// picture keeps what is on screen.
func (p *played) picture(what string) look {
	p.t.Helper()
	l := p.look()
	p.count++
	fmt.Fprintf(&p.pictures, "%s%d · %s\n%s\n", pictureMark, p.count, what, strings.Join(l.lines, "\n"))
	return l
}

// pictures keeps each page, up to the last.
func (p *played) pages(what string) {
	p.t.Helper()
	const most = 40
	for i := 0; ; i++ {
		l := p.picture(what)
		if l.typed && l.more {
			p.t.Errorf("the reader types, and does not see the last words:\n%s", strings.Join(l.lines, "\n"))
		}
		if l.typed || !l.more {
			return
		}
		if i == most {
			p.t.Fatalf("still more to read after %d pages", most)
		}
		p.keys("enter")
		what = "Entrée"
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
			p.send(runtimeMsg(c.Counts.Runtime(c.At)))
			p.send(addMsg{evidenceItem(*c.Evidence)})
		case recording.Ask:
			p.ask(c)
		case recording.Answer:
			p.send(answerMsg(scene.Answer{Question: p.asked, Chosen: c.Chosen, Right: c.Right, Measured: c.Measured}))
		case recording.Input:
			p.input(c)
		case recording.Pause:
			w := p.waits(&wait{kind: waitPause})
			p.measured(c.Seen, c)
			p.pages("pause")
			p.keys("enter")
			if r := p.replied(w); r.err != nil {
				p.t.Fatalf("a pause ended with %v", r.err)
			}
		case recording.Watch:
			p.watch(c)
		default:
			p.t.Fatalf("call %q", c.Kind)
		}
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
	p.pages("question")
	chosen := c.Chosen
	if p.class {
		chosen = p.votes()
	} else {
		p.keys(itoa(c.Chosen + 1))
		if p.scene.Head.Step == 1 { // it looks the same everywhere
			p.picture("« " + itoa(c.Chosen+1) + " »")
		}
		p.keys("enter")
	}
	if r := p.replied(w); r.err != nil || r.choice != chosen {
		p.t.Fatalf("answered %d, %v; want %d", r.choice, r.err, chosen)
	}
}

// votes enters the hands of a class of 28, and returns the option with most.
func (p *played) votes() int {
	hands := []string{"7", "12", "9", "0", "0", "0"}
	n := len(p.asked.Options)
	for i := range n {
		p.keys(strings.Split(hands[i], "")...)
		if i == n-1 {
			p.picture("votes « " + strings.Join(hands[:n], " », « ") + " »")
		}
		p.keys("enter")
	}
	p.pages("histogramme")
	p.keys("enter")
	return 1
}

func (p *played) input(c recording.Call) {
	w := p.waits(&wait{kind: waitInput, prompt: c.Prompt})
	p.measured(c.Seen, c)
	p.pages("saisie")
	line := c.Line
	if c.Skipped {
		line = ":fin"
	}
	if line != "" {
		p.types(line)
		p.picture("« " + line + " »")
	}
	p.keys("enter")
	r := p.replied(w)
	if c.Skipped != errors.Is(r.err, stage.ErrSkipped) || r.line != c.Line {
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
	}
	if len(c.During) > 0 {
		p.pages("ce qui est vu")
	}
	if !c.Skipped {
		p.send(waitMsg{})
		return
	}
	p.keys("enter")
	if r := p.replied(w); !errors.Is(r.err, stage.ErrSkipped) {
		p.t.Fatalf("the watch ended with %v", r.err)
	}
}
