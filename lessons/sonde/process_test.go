package sonde

import (
	"fmt"
	"strings"
	"testing"

	"labo/lessons/stage/paint"
	"labo/probe"
)

func TestAProcessIsToldWithItsThreads(t *testing.T) {
	skipUnlessLinux(t)
	info := probe.ProcessInfo{
		PID: 4243, Name: "python3\x1b", Command: "python3 client2.py", Parent: probe.Known(77),
		User: probe.Known("élève"), Threads: probe.Known(11), FDs: probe.Known(4),
		Tasks: []probe.Thread{{TID: 4243, State: "S", Wait: probe.Known("futex_do_wait")}, {TID: 4244, State: "R"}, {TID: 4245, State: "W"}},
	}
	for i := range 8 {
		info.Tasks = append(info.Tasks, probe.Thread{TID: 5000 + i, State: "S", Wait: probe.Known("0")})
	}
	golden(t, "processus", string(Report(paint.Palette{}, 80, probe.Filter{PIDs: []int{4243}},
		snapshot(probe.SockDiag, row(probe.Established, "127.0.0.1:51234", "127.0.0.1:12345", 0, 0, held(client))),
		[]probe.ProcessInfo{info})))
}

func TestNoSocketIsSaidOnlyWhereItIsSeen(t *testing.T) {
	f := probe.Filter{PIDs: []int{4242}}
	for _, c := range []struct {
		notes []probe.Note
		want  string
	}{
		{nil, "Le processus 4242 n'a aucun socket TCP visible d'ici."},
		{[]probe.Note{{Kind: probe.NoteForbidden, N: 1}}, "labo ne peut pas dire"},
		{[]probe.Note{{Kind: probe.NoteNoOwners, Err: fmt.Errorf("x")}}, "labo ne peut pas dire"},
		{[]probe.Note{{Kind: probe.NoteNoQueues}}, "n'a aucun socket TCP visible d'ici."},
	} {
		got := string(Report(paint.Palette{}, 200, f, noted(snapshot(probe.SockDiag), c.notes...), nil))
		if !strings.Contains(got, c.want) {
			t.Errorf("%v: %s", c.notes, got)
		}
	}
}
