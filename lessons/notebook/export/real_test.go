package export

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"labo/lessons"
	"labo/lessons/demo"
	"labo/lessons/notebook"
	"labo/lessons/stage"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/paint"
	"labo/probe"
	"labo/probe/syscalls"
)

var (
	update = flag.Bool("update", false, "write the golden files")
	record = flag.Bool("record", false, "play the steps for real and write testdata/home/cahier.json, which the golden files are made from")
)

// recorded is the notebook of a real run of the steps, made with -record.
const recorded = "testdata/home"

// The test program runs itself again as the child of a demonstration.
func TestMain(m *testing.M) {
	syscalls.Helper()
	if len(os.Args) > 1 && os.Args[1] == "enfant" {
		if err := demo.RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pupil is a reader of a linear stage who answers each question otherwise: the
// first option, the second, the third, then passes.
type pupil struct {
	stage.Stage
	asked int
}

func (p *pupil) Ask(ctx context.Context, q stage.Question) (int, error) {
	if _, err := p.Stage.Ask(ctx, q); err != nil {
		return -1, err
	}
	p.asked++
	if p.asked%4 == 0 {
		return -1, nil
	}
	return (p.asked - 1) % 4 % len(q.Options), nil
}

// attended records what an automatic pupil does as what a reader does.
type attended struct{ *notebook.Session }

func (a attended) Unattended(h stage.Head) { a.Begun(h) }

// playFor plays every step for real and returns the directory of its notebook.
func playFor(t *testing.T, home string) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	book := notebook.Open(notebook.Options{
		Getenv: func(name string) string { return map[string]string{"LABO_HOME": home}[name] }, Program: "labo d'essai",
		Machine: "une machine d'essai", Tell: func(s string) { told = append(told, s) },
	})
	defer book.Close()
	at := time.Duration(0)
	reader := &pupil{Stage: linear.New(out, paint.New(false), func() int { return 80 }, nil, &at)}
	for _, step := range lessons.Steps() {
		p := lessons.Player{
			Step: step, Stage: reader, Port: freePort(t), Self: []string{exe, "enfant"}, Alone: true, Recorder: attended{book},
		}
		if err := p.Play(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(told) > 0 {
		t.Errorf("told %q", told)
	}
}

// freePort returns a port of the loopback address that no row of the socket
// table names. It lies under the ports that systems lend to clients, so that
// none takes it meanwhile.
func freePort(t *testing.T) int {
	t.Helper()
	for range 200 {
		port := 20000 + rand.N(12000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		l.Close()
		s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{uint16(port)}})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Sockets) == 0 {
			return port
		}
	}
	t.Fatal("no free port in 200 tries")
	return 0
}

func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("-record only")
	}
	if err := os.RemoveAll(recorded); err != nil {
		t.Fatal(err)
	}
	home, err := filepath.Abs(recorded)
	if err != nil {
		t.Fatal(err)
	}
	playFor(t, home)
	os.Remove(filepath.Join(home, "cahier.lock"))
}
