package screen

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/paint"
	"labo/probe"
)

// full is a model in the middle of a lesson: pages to scroll back to, a long
// sequence, and so many sockets in the live panel.
func full(sockets, width, height int) *model {
	o := plainOptions()
	o.Palette, o.Port = paint.New(true), 12345
	m := newModel(o)
	m.Update(tea.WindowSizeMsg{Width: width, Height: height})
	at := time.Date(2026, 3, 4, 14, 2, 7, 0, time.UTC)
	said := []prose.Block{{Spans: []prose.Span{{Text: "C'est le noyau qui accepte la connexion, pas le programme. Dès listen(), il répond aux clients et range leurs connexions dans une file d'attente : « accept() » ne fait que retirer la première."}}}}
	for i := range 6 {
		m.Update(beginMsg{scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: i, Total: 6, ID: "scene", Title: "Réserver le port"}, nil})
		for i := range 12 {
			m.Update(addMsg{proseItem(said)})
			m.Update(eventMsg{evidence.Event{At: at, From: evidence.Client, To: evidence.Kernel, What: fmt.Sprintf("sendall « message %d »", i),
				Outcome: evidence.Worked, Detail: "confie 9 octets au noyau", Source: "valeur rendue par sendall()"}, probe.RuntimeInfo{TakenAt: at, Goroutines: 12}})
		}
	}
	m.Update(waitMsg{&wait{kind: waitPause, reply: make(chan result, 1)}})
	m.Update(measuredNow(sockets, at))
	return m
}

// measuredNow is a measurement of so many sockets.
func measuredNow(sockets int, at time.Time) updateMsg {
	s := &probe.Snapshot{TakenAt: at, Source: probe.SockDiag}
	local := netip.MustParseAddrPort("127.0.0.1:12345")
	for i := range sockets {
		s.Sockets = append(s.Sockets, probe.Socket{State: probe.Established, Local: local, Remote: netip.AddrPortFrom(local.Addr(), uint16(40000+i)),
			RecvQueue: probe.Known(uint32(i)), SendQueue: probe.Known[uint32](0), Inode: probe.Known(uint32(1000 + i)),
			Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 4242, Name: "python3"}}}})
	}
	return updateMsg{probe.Update{Snapshot: s}, at}
}

// What one message costs, with the picture that bubbletea asks for after each.
func BenchmarkMessage(b *testing.B) {
	at := time.Date(2026, 3, 4, 14, 2, 8, 0, time.UTC)
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for name, messages := range map[string][]tea.Msg{
			"scroll":  {pressOf("up"), pressOf("up"), pressOf("down"), pressOf("down")},
			"view":    {pressOf("tab")},
			"clock":   {clockMsg(at)},
			"measure": {measuredNow(200, at)},
		} {
			b.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(b *testing.B) {
				m := full(200, size[0], size[1])
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					m.Update(messages[i%len(messages)])
					m.View()
				}
			})
		}
	}
}
