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

	"labo/lessons/check/pace"
	"labo/lessons/demo"
	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/stage"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/probe"
	"labo/probe/children"
	"labo/probe/freeport"
	"labo/probe/syscalls"
)

// The test program runs itself again as the child of a demonstration.
func TestMain(m *testing.M) {
	syscalls.Helper() // it may be a program to trace that starts
	if len(os.Args) > 1 && os.Args[1] == "enfant" {
		if err := demo.RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// tape is a stage that shows what it is told on a linear one, and remembers
// in which order the scene went.
type tape struct {
	stage.Stage
	order    []string // "ask", "event", "evidence", "answer", "prose", "pause"
	asked    []stage.Question
	answers  []stage.Answer
	evidence []evidence.Evidence
}

func newTape(out io.Writer) *tape {
	at := time.Duration(0)
	return &tape{Stage: linear.New(out, paint.New(false), func() int { return 80 }, nil, &at)}
}

func (t *tape) note(what string) { t.order = append(t.order, what) }

func (t *tape) Prose(b []prose.Block)  { t.note("prose"); t.Stage.Prose(b) }
func (t *tape) Event(e evidence.Event) { t.note("event"); t.Stage.Event(e) }
func (t *tape) Evidence(e evidence.Evidence) {
	t.note("evidence")
	t.evidence = append(t.evidence, e)
	t.Stage.Evidence(e)
}
func (t *tape) Ask(ctx context.Context, q stage.Question) (int, error) {
	t.note("ask")
	t.asked = append(t.asked, q)
	return t.Stage.Ask(ctx, q)
}
func (t *tape) Answer(a stage.Answer) {
	t.note("answer")
	t.answers = append(t.answers, a)
	t.Stage.Answer(a)
}
func (t *tape) Pause(ctx context.Context) error { t.note("pause"); return t.Stage.Pause(ctx) }

func freePort(t testing.TB) int { return freeport.Get(t) }

func self(t testing.TB) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{exe, "enfant"}
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
		files, err := filepath.Glob(fmt.Sprintf("etape%d*.go", step.Number))
		if err != nil || len(files) == 0 {
			t.Fatalf("step %d: no code: %v", step.Number, err)
		}
		var code bytes.Buffer
		shared, err := filepath.Glob("etape2_avous.go") // the scenes of steps 2 and 3 end with the same words
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range append(append(files, shared...), "bench.go") {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(b)
		}
		for _, sec := range text.Sections {
			for _, part := range sec.Parts {
				if part.Name != "notes" && !strings.Contains(code.String(), `"`+part.Name+`"`) {
					t.Errorf("step %d, %s: no scene says %q", step.Number, sec.ID, part.Name)
				}
			}
			if _, ok := sec.Part("notes"); !ok {
				t.Errorf("step %d, %s: nothing for the instructor (### notes)", step.Number, sec.ID)
			}
		}
	}
}

// Each scene predicts, acts, shows evidence with its source and its check, and
// explains; and leaves nothing behind. What the system answers it is, at each
// moment, what other tools say too.
func TestScenes(t *testing.T) {
	answers, processes := 0, 0
	for _, step := range Steps() {
		for _, sc := range step.Scenes {
			t.Run(fmt.Sprintf("%d/%s", step.Number, sc.ID), func(t *testing.T) {
				var out bytes.Buffer
				tp := newTape(&out)
				port := freePort(t)
				before := children.Of(t) // what other tests left (a killed browser's own children)
				ctx, cancel := pace.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				system, compared := witnessed(t)
				begun := time.Now()
				p := Player{Step: Step{Number: step.Number, Scenes: []Scene{sc}}, Stage: tp, Port: port, Self: self(t), Alone: true, System: system}
				if err := p.Play(ctx); err != nil {
					t.Fatalf("%v\n%s", err, out.String())
				}
				checkOrder(t, tp)
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
	if answers < 30 || processes < 5 {
		t.Errorf("only %d answers were compared with ss, %d with /proc", answers, processes)
	}
}

func checkOrder(t *testing.T, tp *tape) {
	t.Helper()
	ask, answer := slices.Index(tp.order, "ask"), slices.Index(tp.order, "answer")
	shown := slices.Index(tp.order, "evidence")
	last := len(tp.order) - 1
	if tp.order[0] != "prose" || ask < 0 || answer < ask || shown < 0 || tp.order[last] != "pause" || !slices.Contains(tp.order[answer:], "prose") {
		t.Errorf("order: %v", tp.order)
	}
	if !slices.Contains(tp.order[ask:answer], "evidence") && !slices.Contains(tp.order[ask:answer], "event") {
		t.Errorf("nothing was measured between the prediction and its answer: %v", tp.order)
	}
}

func checkEvidence(t *testing.T, tp *tape, begun time.Time) {
	t.Helper()
	for _, e := range tp.evidence {
		if e.Title == "" || e.Source == "" || len(e.Checks) == 0 || len(e.Values) == 0 && e.Sockets == nil && e.Chart == nil {
			t.Errorf("evidence without title, source, content or check: %+v", e)
		}
		if e.At.Before(begun.Add(-time.Second)) || e.At.After(time.Now()) {
			t.Errorf("evidence of another time: %v", e.At)
		}
	}
}

func checkAnswers(t *testing.T, tp *tape, said string) {
	t.Helper()
	if len(tp.answers) != len(tp.asked) {
		t.Errorf("%d questions, %d answers", len(tp.asked), len(tp.answers))
	}
	for _, a := range tp.answers {
		if a.Measured == "" {
			t.Errorf("an answer that does not say what was measured: %+v", a)
		}
		if a.Right < 0 && slices.ContainsFunc(a.Question.Options, func(o prose.Option) bool { return o.ID == "double" }) {
			// What the lock changes is seen on a computer at peace only: the
			// scene says so. [TestWhatTheLockSays] holds the rest.
			if !strings.Contains(strings.Join(strings.Fields(said), " "), "trop occupé") {
				t.Errorf("%q settles nothing, and the scene does not say why", a.Measured)
			}
			continue
		}
		if a.Right < 0 && probeSeesQueues() {
			t.Errorf("no option fits the measurement %q", a.Measured)
		}
	}
}

// probeSeesQueues reports whether this system shows all that a scene needs to
// answer its question.
func probeSeesQueues() bool {
	s, err := probe.Sockets(context.Background(), probe.Filter{Ports: []uint16{1}})
	return err == nil && s.Source == probe.SockDiag
}

// remembered are the scenes about how connections end: what the kernel then
// remembers (TIME-WAIT, with no owner) is not theirs to take back.
var remembered = []string{"exit", "partir-sans-exit", "a-vous", "a-vous-deux", "deux-fils", "conversation", "un-seul-exit"}

// leavesNothing waits until no socket names the port, no goroutine of ours
// runs, and this process has no child.
func leavesNothing(t *testing.T, scene string, port int, before []string) {
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
	kids := slices.DeleteFunc(children.Of(t), func(pid string) bool { return slices.Contains(before, pid) })
	if len(kids) > 0 {
		t.Errorf("the scene left children: %v", kids)
	}
}

// A reader may stop at any moment: each scene is cancelled at each of its
// waits, and leaves nothing.
func TestScenesCanBeLeftAtEachWait(t *testing.T) {
	for _, step := range Steps() {
		for _, sc := range step.Scenes {
			t.Run(fmt.Sprintf("%d/%s", step.Number, sc.ID), func(t *testing.T) {
				for wait := 1; ; wait++ {
					before := children.Of(t)
					q := &quitter{tape: newTape(io.Discard), left: wait}
					port := freePort(t)
					p := Player{Step: Step{Number: step.Number, Scenes: []Scene{sc}}, Stage: q, Port: port, Self: self(t), Alone: true}
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
	*tape
	left int
}

func (q *quitter) leave() error {
	if q.left--; q.left == 0 {
		return &stage.Jump{Kind: stage.Quit}
	}
	return nil
}

func (q *quitter) Pause(ctx context.Context) error {
	if err := q.leave(); err != nil {
		return err
	}
	return q.tape.Pause(ctx)
}

func (q *quitter) Ask(ctx context.Context, question stage.Question) (int, error) {
	if err := q.leave(); err != nil {
		return -1, err
	}
	return q.tape.Ask(ctx, question)
}

func (q *quitter) Watch(ctx context.Context, w stage.Watch) error {
	if err := q.leave(); err != nil {
		return err
	}
	return q.tape.Stage.Watch(ctx, w)
}
