package answer

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"labo/lessons/lessontest/golden"
	"labo/lessons/lessontest/sockets"
	"labo/lessons/measured"
	"labo/lessons/stage/paint"
	"labo/lessons/text"
	"labo/probe"
)

func TestAProcessIsToldWithItsThreads(t *testing.T) {
	skipUnlessLinux(t)
	conversation := sockets.Row(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", 0, 0, sockets.Held(sockets.Client))
	info := probe.ProcessInfo{
		PID: 4243, Name: "python3\x1b", Command: "python3 client2.py", Threads: probe.Known(11), FDs: probe.Known(4),
		Who: &probe.Who{PID: 4243, TakenAt: sockets.Noon, Program: "client2.py\x1b", Life: probe.Alive, Terminal: probe.Known("pts/3"),
			Ancestors: []probe.Ancestor{{PID: 77, Program: "bash"}}, Launched: true, StartedAt: probe.Known(sockets.Noon.Add(-5 * time.Second)),
			UID: probe.Known(1001), User: probe.Known("élève")},
		Waits: []probe.Wait{
			{TID: 4243, State: "S", For: probe.WaitThread, Kernel: "futex_do_wait"},
			{TID: 4244, State: "S", For: probe.WaitReceive, Call: "recvfrom",
				On: []probe.Descriptor{{FD: 3, Kind: probe.DescriptorSocket, Name: "TCP", Socket: &conversation}}},
			{TID: 4245, State: "S", For: probe.WaitRead, Call: "read", On: []probe.Descriptor{{Kind: probe.DescriptorTerminal, Name: "pts/3"}}},
			{TID: 4246, State: "W"},
		},
	}
	for i := range 7 {
		info.Waits = append(info.Waits, probe.Wait{TID: 5000 + i, State: "R", For: probe.WaitNothing})
	}
	golden.Same(t, filepath.Join("testdata", "processus.golden"), string(Report(paint.Palette{}, 80, probe.Filter{PIDs: []int{4243}},
		sockets.Snapshot(probe.SockDiag, conversation),
		[]probe.ProcessInfo{info})))
}

func TestNoSocketIsSaidOnlyWhereItIsSeen(t *testing.T) {
	f := probe.Filter{PIDs: []int{4242}}
	alive := []probe.ProcessInfo{{PID: 4242, Name: "python3"}}
	for _, c := range []struct {
		notes []probe.Note
		want  string
	}{
		{nil, "Le processus 4242 n'a aucun socket TCP visible d'ici."},
		{[]probe.Note{{Kind: probe.NoteAskedForbidden, N: 1}}, "labo ne peut pas dire"},
		{[]probe.Note{{Kind: probe.NoteNoOwners, Err: fmt.Errorf("x")}}, "labo ne peut pas dire"},
		{[]probe.Note{{Kind: probe.NoteNoQueues}}, "n'a aucun socket TCP visible d'ici."},
	} {
		got := string(Report(paint.Palette{}, 200, f, sockets.Noted(sockets.Snapshot(probe.SockDiag), c.notes...), alive))
		if !strings.Contains(got, c.want) {
			t.Errorf("%v: %s", c.notes, got)
		}
	}
}

// A process that ended meanwhile is not called one without sockets, and one
// that is only waited for by its parent is told as what it is.
func TestAProcessThatEndedIsToldSo(t *testing.T) {
	f := probe.Filter{PIDs: []int{4242, 4243}}
	alive := probe.ProcessInfo{PID: 4243, Name: "python3", Tasks: []probe.Thread{{TID: 4243, State: "S"}}}
	zombie := probe.ProcessInfo{PID: 4243, Name: "python3", Tasks: []probe.Thread{{TID: 4243, State: "Z"}}}
	for _, c := range []struct {
		f         probe.Filter
		known     []probe.ProcessInfo
		want, not string
	}{
		{f, []probe.ProcessInfo{alive}, "Le processus 4242 s'est terminé pendant la mesure.", "4243 s'est terminé"},
		{f, []probe.ProcessInfo{alive}, "Ces processus n'ont aucun socket TCP visible d'ici.", "zombie"},
		{probe.Filter{PIDs: []int{4242}}, nil, "Le processus 4242 s'est terminé pendant la mesure.", "aucun socket"},
		{probe.Filter{PIDs: []int{4243}}, []probe.ProcessInfo{zombie}, "Il est terminé et ne tient plus rien", "s'est terminé"},
	} {
		got := string(Report(paint.Palette{}, 200, c.f, sockets.Snapshot(probe.SockDiag), c.known))
		if got = strings.ReplaceAll(got, text.NBSP, " "); !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
			t.Errorf("no %q, or %q, in\n%s", c.want, c.not, got)
		}
	}
}

// Whoever may not see what a process opens is given the command that would
// show it, unless nobody is allowed to.
func TestTheCheckAsksForTheRightsItNeeds(t *testing.T) {
	skipUnlessLinux(t)
	f := probe.Filter{PIDs: []int{4242}}
	alive := []probe.ProcessInfo{{PID: 4242, Name: "python3"}}
	for _, c := range []struct {
		notes []probe.Note
		want  string
	}{
		{nil, "\n  ss -tanp |"},
		{[]probe.Note{{Kind: probe.NoteAskedForbidden, N: 1}}, "\n  sudo ss -tanp |"},
		{[]probe.Note{{Kind: probe.NoteAskedForbidden, N: 1, Err: probe.ErrRefusedToRoot}}, "\n  ss -tanp |"},
	} {
		got := string(Report(paint.Palette{}, 80, f, sockets.Noted(sockets.Snapshot(probe.SockDiag), c.notes...), alive))
		if !strings.Contains(got, c.want) {
			t.Errorf("%v: no %q in\n%s", c.notes, c.want, got)
		}
	}
}

// Bound sockets are checked by a command that shows them on this machine: an
// old ss lists none, and does not know the name of their state.
func TestBoundSocketsAreCheckedByWhatShowsThem(t *testing.T) {
	skipUnlessLinux(t)
	defer setSS(measured.SSVersion)
	const refused, listed, all = `python3 -c "import socket; socket.socket().bind(('127.0.0.1', 12345))"   # refusé`, "ss -tanp state bound-inactive\n", "ss -tanp\n"
	for _, c := range []struct {
		version   string
		states    probe.StateSet
		has, lack []string
	}{
		{goldenSS, 0, []string{all, refused}, []string{listed}},
		{goldenSS, probe.NewStateSet(probe.Bound), []string{refused}, []string{all, listed}},
		{"", probe.NewStateSet(probe.Bound), []string{refused}, []string{all, listed}},
		{"ss utility, iproute2-6.8.0\n", 0, []string{all}, []string{refused}},
		{"ss utility, iproute2-7.0.0\n", probe.NewStateSet(probe.Bound), []string{listed}, []string{refused}},
	} {
		setSS(func() string { return c.version })
		got := string(Report(paint.Palette{}, 80, probe.Filter{States: c.states}, sockets.All()["lie"], nil))
		for _, words := range c.has {
			if !strings.Contains(got, words) {
				t.Errorf("%q, %v: no %q in\n%s", c.version, c.states, words, got)
			}
		}
		for _, words := range c.lack {
			if strings.Contains(got, words) {
				t.Errorf("%q, %v: %q in\n%s", c.version, c.states, words, got)
			}
		}
	}
}
