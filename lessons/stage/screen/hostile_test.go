package screen

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/paint"
	"labo/probe"
)

// hostile is what a network, a program's name or a reader's clipboard may hold:
// sequences that a terminal obeys, characters that turn text around, broken
// UTF-8, and much of it.
var hostile = []string{
	"\x1b[2J\x1b[H\x1b[31m", "\x1b]0;volé\x07", "\x1b]52;c;dm9sw6k=\x07", "\x1b]8;;http://exemple\x1b\\lien\x1b]8;;\x1b\\",
	"\x1bP+q544e\x1b\\", "\x1b_x\x1b\\", "\x1b[?1049l", "\x1b[?25h", "\x1bc", "\x1b#8", "\x1b[5i",
	"\x00\x01\x02\x07\b\b\b\x0e\x0f\x7f", "a\rb", "a\nb", "a\tb", "\u009b31m", "\u0085\u008d\u009d0;x\u009c",
	"\u202evolé\u202c", "\u2066\u2067\u2069", "\xff\xfe\xc3", "\xed\xa0\x80", "e\u0301\u0301\u0301\u0301\u0301", "日本語", "👩", "\u200b\u200d\ufeff",
	strings.Repeat("x", 200), strings.Repeat("\x1b[A", 40),
}

// Nothing of it reaches the terminal but as signs, wherever it stands, in
// every view, with colours and without.
func TestHostileBytesAreShownOnly(t *testing.T) {
	for _, c := range []struct {
		width              int
		colour, projection bool
	}{{120, true, false}, {80, false, false}, {40, true, false}, {80, true, true}} {
		if racing && c.colour { // too slow: .ci/run plays all four without the race detector
			continue
		}
		t.Run(fmt.Sprintf("%d projection=%v", c.width, c.projection), func(t *testing.T) {
			t.Parallel()
			o := plainOptions()
			o.Palette, o.Projection, o.Port = paint.New(c.colour), c.projection, 12345
			g := onGlass(t, o, c.width, 30)
			for _, h := range hostile {
				g.tells(h)
			}
			g.attacksTyping()
			if title := g.term.Title(); title != "labo" {
				t.Errorf("the window is called %q", title)
			}
			if !g.term.Full() {
				t.Error("the screen was given back")
			}
		})
	}
}

// tells plays a scene in which everything that comes from outside is h.
func (g *glass) tells(h string) {
	g.t.Helper()
	at := netip.MustParseAddrPort("127.0.0.1:12345")
	row := probe.Socket{State: probe.Established, Local: at, Remote: at, RecvQueue: probe.Known[uint32](3), SendQueue: probe.Known[uint32](0),
		Owner: probe.Owner{Kind: probe.OwnerProcess, Holders: []*probe.Holder{{PID: 1, Name: h, Command: h}}}}
	g.send(beginMsg{scene.Head{Step: 1, StepTitle: h, Total: 2, ID: "scene", Title: h}, nil})
	g.send(noticeMsg(h))
	for _, from := range []evidence.Actor{evidence.Nobody, evidence.Client, evidence.Kernel} {
		g.send(eventMsg{evidence.Event{At: g.now(), From: from, To: evidence.Server, What: h, Outcome: evidence.Failed, Detail: h, Source: h}, probe.RuntimeInfo{}})
	}
	g.send(evidenceMsg{evidence.Evidence{Title: h, At: g.now(), Source: h, Notes: []string{h},
		Values: []evidence.Value{{Label: h, Text: h}, {Text: h, Source: h}}, Checks: []string{h},
		Sockets: &evidence.Table{Rows: []probe.Socket{row}, Empty: h}}, probe.RuntimeInfo{}})
	g.send(evidenceMsg{evidence.Evidence{Title: h, At: g.now(), Source: h, Chart: &evidence.Chart{X: h, Y: h, Ticks: []string{h, h},
		Curves: []evidence.Curve{{Label: h, Source: h, Points: []probe.Maybe[float64]{probe.Known(3.0), {}}}}}}, probe.RuntimeInfo{}})
	g.send(evidenceMsg{evidence.Evidence{Title: h, At: g.now(), Source: h, Sockets: &evidence.Table{Empty: h}}, probe.RuntimeInfo{}})
	question := scene.Question{
		Blocks:  []prose.Block{{Spans: []prose.Span{{Text: "Que se passe-t-il ?"}}}},
		Options: []prose.Option{{ID: "a", Spans: []prose.Span{{Text: "rien"}}}, {ID: "b", Spans: []prose.Span{{Text: "tout"}}}},
	}
	g.waits(&wait{kind: waitAsk, question: question})
	g.glance()
	g.later(time.Second)
	g.send(waitMsg{})
	g.send(answerMsg(scene.Answer{Question: question, Chosen: 0, Right: 1, Measured: h}))
	g.waits(&wait{kind: waitWatch, title: h, prompt: h, limit: g.now().Add(time.Minute)})
	g.send(updateMsg{probe.Update{Snapshot: &probe.Snapshot{TakenAt: g.now(), Source: probe.SockDiag, Sockets: []probe.Socket{row}}}, g.now()})
	g.everyView()
	g.send(updateMsg{probe.Update{Err: errors.New(h)}, g.now()})
	g.everyView()
	g.send(waitMsg{})
	g.waits(&wait{kind: waitOutline, heads: []scene.Head{{ID: h, Title: h}}})
	g.glance()
	g.send(waitMsg{})
	g.keys("esc")
}

// everyView looks at each view, and at all that was said.
func (g *glass) everyView() {
	g.t.Helper()
	for range int(paneCount) {
		g.glance()
		g.keys("tab")
	}
	for range 3 {
		g.keys("pgup")
		g.glance()
	}
}

// attacksTyping types and pastes it where the reader writes.
func (g *glass) attacksTyping() {
	g.t.Helper()
	for _, h := range hostile {
		g.waits(&wait{kind: waitInput, prompt: h})
		g.later(time.Second)
		g.send(pasteOf(h))
		for _, r := range "é" + h[:min(len(h), 20)] {
			g.send(pressOf(string(r)))
		}
		g.glance()
		g.keys("ctrl+a", "right", "backspace")
		g.glance()
		g.send(waitMsg{})
	}
}
