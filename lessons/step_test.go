package lessons

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"labo/lessons/bench"
	"labo/lessons/check/pace"
	"labo/lessons/demo"
	"labo/lessons/dialogue"
	"labo/lessons/evidence"
	"labo/lessons/lessontest"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/probe"
	"labo/probe/probetest"
	"labo/probe/syscalls"
)

// The test program runs itself again as the child of a demonstration.
func TestMain(m *testing.M) {
	syscalls.Helper() // it may be a program to trace that starts
	if asAnother(os.Args[1:]) {
		os.Exit(0)
	}
	if len(os.Args) > 1 && os.Args[1] == "enfant" {
		if err := demo.RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func TestProseAndScenesMatch(t *testing.T) {
	for _, step := range Steps() {
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		var scenes, sections []string
		for _, sc := range step.Scenes {
			scenes = append(scenes, sc.ID)
		}
		for _, sec := range text.Sections {
			sections = append(sections, sec.ID)
		}
		if !slices.Equal(scenes, sections) {
			t.Errorf("step %d: scenes %q, prose %q", step.Number, scenes, sections)
		}
	}
}

// Every part of the prose is named by the Go code of its step: no paragraph
// is written that nobody can ever see.
func TestEveryPartIsUsed(t *testing.T) {
	for _, step := range Steps() {
		text, err := step.Prose()
		if err != nil {
			t.Fatal(err)
		}
		var code bytes.Buffer
		for _, room := range []string{fmt.Sprintf("etape%d", step.Number), "act", "bench"} {
			files, err := filepath.Glob(room + "/*.go")
			if err != nil || len(files) == 0 {
				t.Fatalf("%s: no code: %v", room, err)
			}
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				code.Write(b)
			}
		}
		for _, sec := range text.Sections {
			for _, part := range sec.Parts {
				if !strings.Contains(code.String(), `"`+part.Name+`"`) {
					t.Errorf("step %d, %s: no scene says %q", step.Number, sec.ID, part.Name)
				}
			}
		}
	}
}

// Each scene predicts, acts, shows evidence with its source and its check, and
// explains; and leaves nothing behind. What the system answers it is, at each
// moment, what other tools say too.
func TestScenes(t *testing.T) {
	amongOthers(t)
	answers, processes, checked := 0, 0, 0
	left := 0 // by -run
	for _, step := range Steps() {
		for _, sc := range step.Scenes {
			left++
			t.Run(fmt.Sprintf("%d-%s", step.Number, sc.ID), func(t *testing.T) {
				left--
				var out bytes.Buffer
				tp := lessontest.NewTape(&out)
				tp.At = func(e evidence.Evidence) { checked += lessontest.ChecksShow(t, e) }
				port := lessontest.FreePort(t)
				before := probetest.Children(t) // what other tests left (a killed browser's own children)
				ctx, cancel := pace.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				system, compared := witnessed(t)
				begun := time.Now()
				p := bench.Player{Step: bench.Step{Number: step.Number, Scenes: []bench.Scene{sc}}, Stage: tp, Port: port, Self: lessontest.Self(t), Alone: true, System: system}
				if err := p.Play(ctx); err != nil {
					t.Fatalf("%v\n%s", err, out.String())
				}
				checkOrder(t, sc.ID, tp, isBusy(out.String()))
				checkEvidence(t, tp, begun)
				checkAnswers(t, tp, out.String())
				if strings.Contains(out.String(), "<nil>") || strings.Contains(out.String(), "%!") {
					t.Errorf("a hole in the text:\n%s", out.String())
				}
				leavesNothing(t, sc.ID, port, before)
				a, n := compared()
				answers, processes = answers+a, processes+n
			})
		}
	}
	if left == 0 && (answers < 30 || processes < 5) {
		t.Errorf("only %d answers were compared with ss, %d with /proc", answers, processes)
	}
	if left == 0 && checked < 40 {
		t.Errorf("only %d commands were run beside the page that prints them", checked)
	}
}

// wordless reports whether a scene asks no question: the reader's own lines are
// the prediction, and what the kernel sees of them the answer.
func wordless(scene string) bool {
	return strings.HasPrefix(scene, "ecrire-") || scene == "ordonner-les-lignes" || scene == "votre-serveur"
}

// checkOrder holds the order of a scene; where it is too busy, nothing answers its
// question.
func checkOrder(t *testing.T, scene string, tp *lessontest.Tape, busy bool) {
	t.Helper()
	if wordless(scene) {
		last := len(tp.Order) - 1
		slow := slices.Index(tp.Order, "prose") // a Python that takes its time is told first
		if slow < 0 || slow > 1 || tp.Order[last] != "pause" || !slices.Contains(tp.Order, "event") || len(tp.Asked) > 0 {
			t.Errorf("order: %v", tp.Order)
		}
		return
	}
	ask, answer := slices.Index(tp.Order, "ask"), slices.Index(tp.Order, "answer")
	if answer < 0 && busy && ask >= 0 {
		answer = ask + slices.Index(tp.Order[ask:], "event") // which says so
	}
	shown := slices.Index(tp.Order, "evidence")
	last := len(tp.Order) - 1
	if first := slices.Index(tp.Order, "prose"); first < 0 || first > ask || ask < 0 || answer < ask || shown < 0 || tp.Order[last] != "pause" || !slices.Contains(tp.Order[answer:], "prose") {
		t.Fatalf("order: %v", tp.Order)
	}
	if !slices.Contains(tp.Order[ask:answer], "evidence") && !slices.Contains(tp.Order[ask:answer], "event") {
		t.Errorf("nothing was measured between the prediction and its answer: %v", tp.Order)
	}
}

func checkEvidence(t *testing.T, tp *lessontest.Tape, begun time.Time) {
	t.Helper()
	for _, e := range tp.Shown {
		if e.Title == "" || e.Source == "" || len(e.Values) == 0 && e.Sockets == nil && e.Chart == nil {
			t.Errorf("evidence without title, source or content: %+v", e)
		}
		if e.At.Before(begun.Add(-time.Second)) || e.At.After(time.Now()) {
			t.Errorf("evidence of another time: %v", e.At)
		}
	}
}

func checkAnswers(t *testing.T, tp *lessontest.Tape, said string) {
	t.Helper()
	said = strings.Join(strings.Fields(said), " ")
	left := strings.Count(said, "Cette question reste sans réponse mesurée")
	if len(tp.Answers)+left != len(tp.Asked) {
		t.Errorf("%d questions, %d answers, %d left", len(tp.Asked), len(tp.Answers), left)
	}
	// What Python's lock changes is seen on a computer at peace only: the scene
	// says so. [TestWhatTheLockSays] holds the rest.
	aboutTheLock := slices.ContainsFunc(tp.Asked, func(q scene.Question) bool {
		return slices.ContainsFunc(q.Options, func(o prose.Option) bool { return o.ID == "double" })
	})
	if left > 0 && probeSeesQueues() && !(left == 1 && aboutTheLock && isBusy(said)) {
		t.Errorf("a question is left, and the scene does not say why:\n%s", said)
	}
	for _, a := range tp.Answers {
		if a.Measured == "" {
			t.Errorf("an answer that does not say what was measured: %+v", a)
		}
		if a.Right < 0 && probeSeesQueues() {
			t.Errorf("no option fits the measurement %q", a.Measured)
		}
	}
}

// isBusy reports whether a scene found the computer too busy for a measurement.
func isBusy(said string) bool {
	said = strings.Join(strings.Fields(said), " ") // where its lines end is no matter
	return strings.Contains(said, "trop occupé pour en juger") || strings.Contains(said, "ne disent pas la même chose")
}

// probeSeesQueues reports whether this system shows all that a scene needs to
// answer its question.
func probeSeesQueues() bool {
	s, err := probe.Sockets(context.Background(), probe.Filter{Ports: []uint16{1}})
	return err == nil && s.Source == probe.SockDiag
}

// remembered are the scenes about how connections end: what the kernel then
// remembers (TIME-WAIT, with no owner) is not theirs to take back.
var remembered = []string{"exit", "partir-sans-exit", "a-vous", "a-vous-deux", "votre-serveur", "deux-fils", "conversation", "un-seul-exit"}

// leavesNothing waits until no socket names the port, no goroutine of ours
// runs, and this process has no child.
func leavesNothing(t *testing.T, scene string, port uint16, before []string) {
	t.Helper()
	goleak.VerifyNone(t)
	deadline := time.Now().Add(5 * time.Second)
	for {
		s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{uint16(port)}})
		if err != nil {
			t.Fatal(err)
		}
		left := slices.DeleteFunc(s.Sockets, func(s probe.Socket) bool {
			return slices.Contains(remembered, scene) && s.State == probe.TimeWait
		})
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the scene left %d sockets: %+v", len(s.Sockets), s.Sockets)
		}
		time.Sleep(5 * time.Millisecond)
	}
	kids := slices.DeleteFunc(probetest.Children(t), func(pid string) bool { return slices.Contains(before, pid) })
	if len(kids) > 0 {
		t.Errorf("the scene left children: %v", kids)
	}
}

// A reader may stop at any moment: each scene is cancelled at each of its
// waits, and leaves nothing.
func TestScenesCanBeLeftAtEachWait(t *testing.T) {
	for _, step := range Steps() {
		for _, sc := range step.Scenes {
			t.Run(fmt.Sprintf("%d-%s", step.Number, sc.ID), func(t *testing.T) {
				for wait := 1; ; wait++ {
					before := probetest.Children(t)
					q := &quitter{Tape: lessontest.NewTape(io.Discard), left: wait}
					port := lessontest.FreePort(t)
					p := bench.Player{Step: bench.Step{Number: step.Number, Scenes: []bench.Scene{sc}}, Stage: q, Port: port, Self: lessontest.Self(t), Alone: true}
					if err := p.Play(t.Context()); err != nil {
						t.Fatalf("leaving at wait %d: %v", wait, err)
					}
					leavesNothing(t, sc.ID, port, before)
					if q.left > 0 {
						return
					}
				}
			})
		}
	}
}

// quitter leaves at one of the waits.
type quitter struct {
	*lessontest.Tape
	left int
}

func (q *quitter) leave() error {
	if q.left--; q.left == 0 {
		return &dialogue.Jump{Kind: dialogue.Quit}
	}
	return nil
}

func (q *quitter) Pause(ctx context.Context) error {
	if err := q.leave(); err != nil {
		return err
	}
	return q.Tape.Pause(ctx)
}

func (q *quitter) Ask(ctx context.Context, question scene.Question) (scene.Choice, error) {
	if err := q.leave(); err != nil {
		return scene.Passed, err
	}
	return q.Tape.Ask(ctx, question)
}

func (q *quitter) Watch(ctx context.Context, w dialogue.Watch) error {
	if err := q.leave(); err != nil {
		return err
	}
	return q.Tape.Stage.Watch(ctx, w)
}
