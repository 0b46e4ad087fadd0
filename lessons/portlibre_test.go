package lessons

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/lessontest"
	"labo/lessons/text"
	"labo/probe"
	"labo/probe/probetest"
)

// The first scene in each state that its port may be in: its sentences say what
// the rows on screen say, and name no cause that was not measured.
func TestPortLibreSaysWhatIsThere(t *testing.T) {
	if runtime.GOOS != "linux" {
		probetest.Elsewhere(t, "written for the queue and the memories of Linux")
	}
	for _, w := range []struct {
		name   string
		make   func(t *testing.T, at netip.AddrPort)
		hidden bool // this system does not say whose the sockets are
		right  string
		says   []string
	}{
		{name: "free", make: func(*testing.T, netip.AddrPort) {}, right: "personne", says: []string{"pas de ligne, donc"}},
		{name: "a memory", make: leftMemory, right: "personne", says: []string{"TIME-WAIT", "connexions finies, dont le noyau se souvient"}},
		{name: "a hidden listener", make: heldOpen, hidden: true, says: []string{"✓ réussie", "un programme écoute sur ce port", "pas le droit de voir"}},
		{name: "a hidden listener that is busy", make: filled, hidden: true, says: []string{"sans réponse", "la file de celui qui écoute est pleine"}},
	} {
		t.Run(w.name, func(t *testing.T) {
			port := lessontest.FreePort(t)
			w.make(t, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port))
			system := bench.TheSystem
			if w.hidden {
				system.Sockets = func(ctx context.Context, f probe.Filter) (*probe.Snapshot, error) {
					s, err := probe.Sockets(ctx, f)
					for i := 0; err == nil && i < len(s.Sockets); i++ {
						s.Sockets[i].Owner = probe.Owner{Kind: probe.OwnerForbidden}
					}
					return s, err
				}
			}
			step, _ := StepByNumber(1)
			step.Scenes = step.Scenes[:1]
			var out bytes.Buffer
			tape := lessontest.NewTape(&out)
			player := bench.Player{Step: step, Stage: tape, Port: port, Self: lessontest.Self(t), Alone: true, System: &system}
			if err := player.Play(t.Context()); err != nil {
				t.Fatalf("%v\n%s", err, &out)
			}
			said := strings.Join(strings.Fields(strings.ReplaceAll(out.String(), text.NBSP, " ")), " ")
			never := []string{"pare-feu", "ne donne raison à aucune"}
			if w.right == "" {
				never = append(never, "elle dit « non »", "Un port libre n'existe")
			}
			if w.name != "free" {
				never = append(never, "pas de ligne, donc")
			}
			for _, words := range never {
				if strings.Contains(said, words) {
					t.Errorf("it says %q:\n%s", words, &out)
				}
			}
			for _, words := range w.says {
				if !strings.Contains(said, words) {
					t.Errorf("it does not say %q:\n%s", words, &out)
				}
			}
			right := ""
			for _, a := range tape.Answers {
				right = fmt.Sprint(a.Right)
				if a.Right >= 0 {
					right = a.Question.Options[a.Right].ID
				}
			}
			if right != w.right {
				t.Errorf("the right answer is %q, want %q:\n%s", right, w.right, &out)
			}
		})
	}
}

// leftMemory leaves the memory of a connection on the server's side.
func leftMemory(t *testing.T, at netip.AddrPort) {
	t.Helper()
	l, err := net.Listen("tcp4", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp4", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	server.Close() // first
	client.Read(make([]byte, 1))
	client.Close()
	l.Close()
	for limit := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		s, err := probe.Sockets(t.Context(), probe.Filter{Ports: []uint16{at.Port()}})
		if err == nil && len(s.Sockets) == 1 && s.Sockets[0].State == probe.TimeWait {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("no memory: %+v, %v", s, err)
		}
	}
}

// heldOpen has a program listen until the test ends.
func heldOpen(t *testing.T, at netip.AddrPort) {
	t.Helper()
	l, err := net.Listen("tcp4", at.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
}

// filled has a program listen that accepts nobody, and whose queue is full.
func filled(t *testing.T, at netip.AddrPort) {
	t.Helper()
	q, err := demo.FillQueue(t.Context(), at, 1, 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
}
