package lessons

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/act"
	"labo/lessons/atelier"
	"labo/lessons/bench"
	"labo/lessons/chat"
	"labo/lessons/dialogue"
	"labo/lessons/etats"
	"labo/lessons/evidence"
	"labo/lessons/lessontest"
	"labo/lessons/lessontest/recording"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/figure"
	"labo/probe"
)

var update = flag.Bool("update", false, "play the steps for real, and record each scene that has no recording or whose recording its text no longer fits")

// recordings is where the full screen finds its scenes to draw.
const recordings = "stage/screen/testdata"

// Each scene has a recording, which today's text of the scene can be put into.
// With -update a step whose recordings are not all right is played once, as a
// reader would who answers, types and waits; those that are right stay.
func TestRecordings(t *testing.T) {
	var known []string
	check := func(heads []scene.Head, text *prose.Step, play func(context.Context, *recorder) error) {
		for i, h := range heads {
			known = append(known, recording.File(recordings, h))
			err := checkRecording(h, text.Sections[i])
			if err != nil && *update {
				record(t, text, play)
				err = checkRecording(h, text.Sections[i])
			}
			if err != nil {
				t.Errorf("%v; go test ./lessons -run Recordings -update makes it", err)
			}
		}
	}
	for _, step := range Steps() {
		heads, err := step.Heads()
		if err != nil {
			t.Fatal(err)
		}
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		check(heads, text, func(ctx context.Context, r *recorder) error {
			if err := bench.CheckPort(ctx, r.port); err != nil {
				return err
			}
			return (&bench.Player{Step: step, Stage: r, Port: r.port, Self: lessontest.Self(t)}).Play(ctx)
		})
	}
	tour := &etats.Tour{States: []probe.State{probe.CloseWait}, Hold: true} // one stands for the eleven
	heads, err := tour.Heads()
	if err != nil {
		t.Fatal(err)
	}
	states, err := prose.States()
	if err != nil {
		t.Fatal(err)
	}
	section, _ := states.Section(heads[0].ID)
	check(heads, &prose.Step{Sections: []*prose.Section{section}}, func(ctx context.Context, r *recorder) error {
		tour.Stage = r
		_, err := tour.Run(ctx)
		return err
	})
	checkPlays(t)
	files, err := filepath.Glob(filepath.Join(recordings, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.Contains(known, f) {
			t.Errorf("%s is the recording of no scene", f)
		}
	}
}

// checkRecording holds that a recording is of the scene as it is today: its
// parts, its values and the options of its questions.
func checkRecording(h scene.Head, text *prose.Section) error {
	scene, err := recording.Load(recordings, h, text)
	if err != nil {
		return err
	}
	asks := h.Step == 0 || wordless(h.ID) || slices.ContainsFunc(scene.Calls, func(c recording.Call) bool { return c.Kind == recording.Ask })
	if last := len(scene.Calls) - 1; !asks || scene.Calls[last].Kind != recording.Pause {
		return fmt.Errorf("%s: a question: %v, the last call is %q", h.ID, asks, scene.Calls[last].Kind)
	}
	return nil
}

// record plays a step and writes the recordings that are not right.
func record(t *testing.T, text *prose.Step, play func(context.Context, *recorder) error) {
	t.Helper()
	r := &recorder{t: t, port: atelier.Port, filled: map[string]int{}} // what students see
	dir := workshop(t)
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Minute)
	defer cancel()
	if err := play(ctx, r); err != nil {
		t.Fatal(err)
	}
	for i, s := range r.scenes {
		if checkRecording(s.Head, text.Sections[i]) == nil {
			continue
		}
		b, err := s.Encode(text.Sections[i])
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ReplaceAll(b, []byte("lessons.test"), []byte("labo")) // what runs is the test of this package
		b = bytes.ReplaceAll(b, []byte(dir+"/"), nil)
		if i := bytes.Index(b, []byte("/tmp")); i >= 0 {
			t.Errorf("%s names a folder of this machine: …%.80s", s.Head.ID, b[max(0, i-40):])
		}
		if err := os.WriteFile(recording.File(recordings, s.Head), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// recorder is a stage that keeps what it is told and answers as a reader does.
type recorder struct {
	t       *testing.T
	port    uint16
	scenes  []*recording.Scene
	further string         // what is offered at the next pause
	typed   map[string]int // prompts of this scene, how often they came
	filled  map[string]int // holes of the reader's programs
}

var (
	_ dialogue.Stage   = (*recorder)(nil)
	_ dialogue.Offerer = (*recorder)(nil)
)

func (r *recorder) add(c recording.Call) {
	c.At, c.Counts = time.Now(), recording.CountsNow(probe.Runtime(r.t.Context()))
	s := r.scenes[len(r.scenes)-1]
	s.Calls = append(s.Calls, c)
}

// seen measures the port as the live panel does during a wait.
func (r *recorder) seen(ctx context.Context) *recording.Measurement {
	s, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{r.port}})
	if err != nil {
		r.t.Errorf("the port cannot be measured: %v", err)
		return nil
	}
	return recording.Measured(probe.Update{Snapshot: s})
}

func (r *recorder) Begin(h scene.Head) {
	r.typed = map[string]int{}
	r.scenes = append(r.scenes, &recording.Scene{Head: h})
}

func (r *recorder) Prose(b []prose.Block) { r.add(recording.Call{Kind: recording.Prose, Prose: b}) }

func (r *recorder) Event(e evidence.Event) { r.add(recording.Call{Kind: recording.Event, Event: &e}) }

func (r *recorder) Evidence(e evidence.Evidence) {
	if e.Sockets != nil {
		table := *e.Sockets
		table.Rows = recording.Rows(table.Rows)
		e.Sockets = &table
	}
	r.add(recording.Call{Kind: recording.Evidence, Evidence: &e})
}

func (r *recorder) States(reached []probe.State) { r.Prose(figure.StatesBlock(reached)) }

// Ask chooses the second option, which is seldom right.
func (r *recorder) Ask(_ context.Context, q scene.Question) (scene.Choice, error) {
	r.add(recording.Call{Kind: recording.Ask, Question: &q, Chosen: 1})
	return scene.Choice{Option: 1}, nil
}

func (r *recorder) Answer(a scene.Answer) {
	r.add(recording.Call{Kind: recording.Answer, Answer: &a})
}

// Pause reads on, and goes further wherever that is offered.
func (r *recorder) Pause(ctx context.Context) error {
	further := r.further
	r.further = ""
	r.add(recording.Call{Kind: recording.Pause, Seen: r.seen(ctx), Title: further})
	if further != "" {
		return &dialogue.Jump{Kind: dialogue.Further}
	}
	return nil
}

func (r *recorder) Offer(title string) { r.further = title }

// lines are what the reader types, by the words of the prompt; the last is
// followed by :fin.
var lines = map[string][]string{
	"Votre message":                                 {"bonjour", "Ça marche, même avec des accents ?"},
	"Votre ordre":                                   {"3 7 1", "3 5 7", "3 7 5 1 4 2 6"},
	"Votre réponse, au clavier du serveur":          {"oui, me voilà"},
	"Au clavier du client":                          {"bonjour, serveur"},
	"Au clavier du serveur":                         {"bonjour, client"},
	"Votre réponse, avec vos mots (:p pour passer)": {"Le système prévient le programme quand il a quelque chose pour lui."},
	"Votre réponse, revue (Entrée la garde)":        {"Le système arrête le programme, puis le réveille quand il a quelque chose pour lui."},
}

func (r *recorder) Input(ctx context.Context, prompt string) (string, error) {
	c := recording.Call{Kind: recording.Input, Prompt: prompt, Seen: r.seen(ctx)}
	script, ok := lines[prompt]
	if !ok {
		r.t.Errorf("nobody knows what to answer to %q", prompt)
	}
	at := r.typed[prompt]
	r.typed[prompt]++
	if at >= len(script) {
		c.Skipped = true
		r.add(c)
		return "", dialogue.ErrSkipped
	}
	c.Line = script[at]
	r.add(c)
	return c.Line, nil
}

// Follow measures another port from here on.
func (r *recorder) Follow(port uint16) {
	if r.port == port {
		return
	}
	r.port = port
	r.add(recording.Call{Kind: recording.Follow, Port: port})
}

func (r *recorder) Outline(context.Context, []scene.Head) error { return nil }

func (r *recorder) End(context.Context, dialogue.LastPage) error { return nil }

// Watch goes on from the browser that does not come; where the reader's own
// programs are waited for, they run.
func (r *recorder) Watch(ctx context.Context, w dialogue.Watch) error {
	c := recording.Call{Kind: recording.Watch, Title: w.Title, Prompt: w.Prompt, Limit: w.Limit}
	at := time.Now()
	defer func() {
		r.add(c)
		s := r.scenes[len(r.scenes)-1]
		s.Calls[len(s.Calls)-1].At = at
	}()
	events := w.Events
	own := make(chan error, 1)
	if strings.Contains(w.Prompt, "vos programmes") {
		go func() { own <- r.ownPrograms(ctx) }()
	} else {
		own = nil
	}
	if w.Edit != nil {
		own = make(chan error, 1)
		go func() { own <- r.fills(ctx, w) }()
	}
	for {
		select {
		case u, ok := <-w.Updates:
			switch {
			case !ok:
				return ctx.Err()
			case u.Err != nil:
				r.t.Errorf("the port cannot be measured: %v", u.Err)
			case len(c.During) == 0 || len(u.Changes) > 0:
				c.During = append(c.During, recording.Call{Kind: recording.Update, At: time.Now(), Seen: recording.Measured(u)})
			}
			if own == nil {
				c.Skipped = true
				return dialogue.ErrSkipped
			}
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			c.During = append(c.During, recording.Call{Kind: recording.Event, At: time.Now(), Event: &e})
		case err := <-own:
			if err != nil {
				r.t.Errorf("the reader's own programs: %v", err)
			}
		case <-w.Done:
			return nil
		}
	}
}

// fills writes the reader's program, one hole after the other, as slowly as a
// quick one would.
func (r *recorder) fills(ctx context.Context, w dialogue.Watch) error {
	cmd, _, err := w.Edit()
	if err != nil {
		return err
	}
	path := cmd.Args[len(cmd.Args)-1]
	name := filepath.Base(path)
	for n := r.filled[name]; n <= len(atelier.Holes(name)); n++ {
		if err := os.WriteFile(path, []byte(atelier.Grown(name, n, r.port)), 0o600); err != nil {
			return err
		}
		r.filled[name] = n
		select {
		case <-ctx.Done():
			return nil
		case <-w.Done:
			return nil
		case <-time.After(1500 * time.Millisecond):
		}
	}
	return nil
}

// workshop is where the reader's programs are, while steps are recorded.
func workshop(t *testing.T) string {
	dir := t.TempDir()
	t.Setenv("LABO_HOME", t.TempDir())
	t.Setenv("VISUAL", "true")
	if _, err := atelier.Write(dir, false); err != nil {
		t.Fatal(err)
	}
	atelier.Remember(os.Getenv, dir)
	return dir
}

// ownPrograms are a server and a client of the sheet that talk, slowly enough
// for a watch to see each thing they do.
func (r *recorder) ownPrograms(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	serverKeys, toServer := io.Pipe()
	clientKeys, toClient := io.Pipe()
	events := make(chan chat.Event, 64)
	tell := func(e chat.Event) { events <- e }
	served := make(chan error, 1)
	go func() {
		_, err := (&chat.Server2{Port: r.port, In: serverKeys, OnEvent: tell}).Run(ctx)
		served <- err
	}()
	if err := heard(events, chat.Listening); err != nil {
		return err
	}
	time.Sleep(4 * act.FollowInterval) // the watch looks now and then: what it must see has to last
	called := make(chan error, 1)
	go func() {
		_, err := (&chat.Client2{Port: r.port, In: clientKeys, OnEvent: tell}).Run(ctx)
		called <- err
	}()
	if err := heard(events, chat.Accepted); err != nil {
		return err
	}
	for _, said := range []struct {
		to   io.Writer
		line string
	}{{toClient, "bonjour"}, {toServer, "salut"}, {toClient, "exit"}, {toServer, "exit"}} {
		time.Sleep(4 * act.FollowInterval)
		if _, err := io.WriteString(said.to, said.line+"\n"); err != nil {
			return err
		}
		if err := heard(events, chat.Received); err != nil {
			return err
		}
	}
	toClient.Close()
	toServer.Close()
	return errors.Join(<-served, <-called)
}

// heard waits for an event of that kind, passing over the others.
func heard(events <-chan chat.Event, kind chat.EventKind) error {
	limit := time.After(10 * time.Second)
	for {
		select {
		case e := <-events:
			if e.Kind == kind {
				return nil
			}
		case <-limit:
			return fmt.Errorf("no %v in 10 s", kind)
		}
	}
}
