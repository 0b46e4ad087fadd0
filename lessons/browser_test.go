package lessons

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"labo/lessons/bench"
	"labo/lessons/lessontest"
	"labo/probe"
	"labo/probe/probetest"
)

// A real browser calls the scene: its request is shown, its page stays blank,
// and its second connection is told of when it waits in the accept queue.
func TestARealBrowser(t *testing.T) {
	if testing.Short() {
		probetest.Missing(t, "a browser is slow to start")
	}
	chromium := findBrowser(t)
	port := lessontest.FreePort(t)
	step, ok := StepByNumber(1)
	if !ok {
		t.Fatal("no step 1")
	}
	scene := step.Scenes[indexOfScene(t, step, "votre-navigateur")]
	var out bytes.Buffer
	tp := lessontest.NewTape(&out)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	browser := make(chan error, 1)
	go func() { browser <- browse(ctx, chromium, t.TempDir(), port) }()
	p := bench.Player{Step: bench.Step{Number: 1, Scenes: []bench.Scene{scene}}, Stage: tp, Port: port, Self: lessontest.Self(t)}
	err := p.Play(ctx)
	cancel()
	if fault := <-browser; err != nil {
		t.Fatalf("%v; browser: %v\n%s", err, fault, out.String())
	}
	checkEvidence(t, tp, time.Now().Add(-2*time.Minute))
	checkAnswers(t, tp, out.String())
	request := ""
	queued := false
	for _, e := range tp.Shown {
		for _, v := range e.Values {
			request += v.Text + "\n"
		}
		if e.Sockets != nil {
			queued = queued || slices.ContainsFunc(e.Sockets.Rows, inQueue)
		}
	}
	if !strings.HasPrefix(request, "GET / HTTP/1.1") || !strings.Contains(request, "Chrome/") {
		t.Errorf("the request shown is not that of Chromium:\n%s", request)
	}
	if a := tp.Answers[0]; a.Right < 0 || a.Question.Options[a.Right].ID != "blanc" {
		t.Errorf("the page did not stay blank: %+v", a)
	}
	if told := strings.Contains(strings.Join(strings.Fields(out.String()), " "), "une connexion de plus"); told != queued {
		t.Errorf("a connection waits in the queue: %v; told: %v", queued, told)
	}
	t.Logf("a second connection waited in the queue: %v", queued)
}

// inQueue reports whether nobody has accepted this half of a connection.
func inQueue(s probe.Socket) bool {
	return s.State == probe.Established && s.Owner.Kind == probe.OwnerKernel
}

func indexOfScene(t *testing.T, step bench.Step, id string) int {
	t.Helper()
	for i, sc := range step.Scenes {
		if sc.ID == id {
			return i
		}
	}
	t.Fatalf("step %d has no scene %s", step.Number, id)
	return -1
}

func findBrowser(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "written for the Chromium of Debian")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return probetest.Need(t, "chromium")
}

// browse waits until someone listens on port, opens the page the sheet tells
// to open, and looks at it until ctx ends.
func browse(ctx context.Context, chromium, profile string, port uint16) error {
	for {
		s, err := probe.Sockets(ctx, probe.Filter{Ports: []uint16{uint16(port)}, States: probe.NewStateSet(probe.Listen)})
		if err != nil {
			return err
		}
		if len(s.Sockets) > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	cmd := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+profile,
		"--dump-dom", fmt.Sprintf("http://localhost:%d", port))
	inOwnGroup(cmd)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	return fmt.Errorf("%w: %.2000s", err, out)
}
