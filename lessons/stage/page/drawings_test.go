package page_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"labo/lessons/dialogue"
	"labo/lessons/etats"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/stage/page"
	"labo/probe"
	"labo/probe/probetest"
)

// texts are those of the drawings that are on screen: what is written, how
// high, and the pairs that meet.
const texts = `(() => {
  const all = [...document.querySelectorAll('#dessins svg text')].filter((t) => t.checkVisibility()).map((t) => ({ t: t.textContent, svg: t.ownerSVGElement, r: t.getBoundingClientRect(), size: parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getBoundingClientRect().width / t.ownerSVGElement.viewBox.baseVal.width }));
  const meet = [];
  all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
    const wide = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left), high = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
    if (a.svg === b.svg && wide > 1 && high > 0.25 * Math.min(a.r.height, b.r.height)) meet.push(a.t + ' / ' + b.t);
  }));
  const out = all.filter((a) => { const s = a.svg.getBoundingClientRect(); return a.r.left < s.left - 1 || a.r.right > s.right + 1; }).map((a) => a.t);
  return { Count: all.length, Smallest: Math.min(...all.map((a) => a.size)), Meet: meet, Out: out };
})()`

type drawn struct {
	Count    int
	Smallest float64
	Meet     []string
	Out      []string
}

// sockets are how many sockets a record shows.
func sockets(r *film.Record) int {
	if r.Kind != film.Port || r.Port.Error != "" {
		return 0
	}
	n := 0
	for _, s := range r.Port.Sockets {
		if s.State != "BOUND" { // none of the eleven: it is named under the diagram
			n++
		}
	}
	return n
}

func recorded(t *testing.T, path string) *film.Film {
	t.Helper()
	f, err := film.Open(path)
	if err != nil || f.Lost > 0 {
		t.Fatalf("%v, %+v", err, f)
	}
	return f
}

// What another machine told of its sockets is none of this kernel's: the diagram
// does not say that they have left a table in which they never were.
func TestTheSocketsOfAnotherMachineAreNotThisOnes(t *testing.T) {
	f := recorded(t, "testdata/etats.film")
	at := slices.IndexFunc(f.Records, func(r film.Record) bool { return sockets(&r) > 0 })
	told := f.Records[at]
	told.Kind, told.Port = film.Evidence, nil
	rows := slices.Clone(f.Records[at].Port.Sockets)
	for i := range rows {
		rows[i].Local = &record.End{Addr: "192.168.1.32", Port: 12345}
	}
	told.Evidence = &record.Evidence{Title: "Chez loutre 7", Source: "dit par son labo", Sockets: &record.Table{Rows: rows, Far: true}}
	want := sockets(&f.Records[at])
	f.Records = slices.Insert(f.Records[:at+1:at+1], at, told)
	p := open(t, offline(t, f), 1280, 720)
	p.until("globalThis.labo?.shown >= 0")
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); labo.view.drawings[0].redraw(); 0", at+1)))
	if n, gone := js[int](p, "document.querySelectorAll('.machines .token:not(.gone)').length"), js[int](p, "document.querySelectorAll('.machines .token.gone').length"); n != want || gone != 0 {
		t.Errorf("%d tokens for %d sockets of this machine, and %d that have left", n, want, gone)
	}
}

// Each socket that was measured is a token with a name, in a real browser, from
// a telephone to a wall; no two texts meet, none leaves its drawing, and a wall
// has none that is smaller than 2.8 % of its height.
func TestEachSocketThatWasMeasuredStandsOnItsState(t *testing.T) {
	// sonde is of three clients that connect, and close before or after the server.
	for _, name := range []string{"etape1", "etats", "sonde"} {
		f := recorded(t, "testdata/"+name+".film")
		for _, size := range [][2]int64{{360, 640}, {1024, 768}, {1280, 720}, {3840, 2160}} {
			p := open(t, offline(t, f), size[0], size[1])
			p.until("globalThis.labo?.shown >= 0")
			for _, wall := range []bool{false, true} {
				if wall && size[0] == 360 {
					continue // a telephone is no wall
				}
				for _, large := range []bool{false, true} {
					p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.documentElement.className = %q; document.documentElement.toggleAttribute('data-grand', %v); 0", map[bool]string{true: "mur"}[wall], large)))
					shown, before := 0, 0
					for i := range f.Records {
						n := sockets(&f.Records[i])
						if n == 0 {
							continue
						}
						shown++
						if n <= before && i < len(f.Records)-8 {
							continue // more sockets than before, or the end
						}
						before = n
						where := fmt.Sprintf("%s, record %d, %v, wall %v, large %v", name, i, size, wall, large)
						p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); labo.view.drawings[0].redraw(); 0", i)))
						if got := js[int](p, "document.querySelectorAll('.machines .token:not(.gone)').length"); got != n {
							t.Errorf("%s: %d tokens for %d sockets", where, got, n)
						}
						d := js[drawn](p, texts)
						if len(d.Meet) > 0 || len(d.Out) > 0 || d.Count < 11 {
							t.Errorf("%s: of %d texts, these meet: %q; these leave: %q", where, d.Count, d.Meet, d.Out)
						}
						if wall && d.Smallest < 0.0279*float64(size[1]) {
							t.Errorf("%s: a text is %.1f pixels high", where, d.Smallest)
						}
						if wide := js[int64](p, "document.documentElement.scrollWidth"); wide > size[0] {
							t.Errorf("%s: the page is %d pixels wide: %s", where, wide, js[string](p, "[...document.querySelectorAll('body *')].filter((n) => n.getBoundingClientRect().right > innerWidth + 1).map((n) => n.tagName + '#' + n.id + '.' + n.className).slice(0, 8).join(' ')"))
						}
						if n >= 3 {
							p.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('.machines').scrollIntoView({block: 'start'}); 0"))
							p.capture(fmt.Sprintf("dessin-%s-%dx%d-%v-%v-%d", name, size[0], size[1], wall, large, i))
							p.do(chromedp.Evaluate[chromedp.Void]("[...document.querySelectorAll('.drawing')].findLast((n) => n.checkVisibility()).scrollIntoView({block: 'end'}); 0"))
							p.capture(fmt.Sprintf("dessin-%s-%dx%d-%v-%v-%d-bas", name, size[0], size[1], wall, large, i))
						}
					}
					if shown == 0 {
						t.Error("nothing was compared")
					}
				}
			}
		}
	}
}

// Nothing that was measured is drawn while the reader predicts.
func TestTheDrawingIsCoveredDuringAPrediction(t *testing.T) {
	f := stepOne(t)
	p := open(t, offline(t, f), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	asked := 0
	for i := range f.Records {
		if f.Records[i].Kind != film.Ask {
			continue
		}
		asked++
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); 0", i)))
		if js[bool](p, "[...document.querySelectorAll('.machines, .vessels, .lanes')].some((n) => n.checkVisibility())") {
			t.Errorf("record %d: the drawing shows what is asked", i)
		}
	}
	if asked == 0 {
		t.Error("nothing was asked")
	}
}

// axe-core finds nothing in the drawings either, in any colour.
func TestNothingStandsInTheWayOfADrawing(t *testing.T) {
	source, err := os.ReadFile(os.Getenv("LABO_AXE"))
	if err != nil {
		probetest.Missing(t, "LABO_AXE does not name axe.min.js of the npm package axe-core: %v", err)
	}
	for _, name := range []string{"etape1", "trace"} {
		f := recorded(t, "testdata/"+name+".film")
		best := len(f.Records) / 2
		for i := range f.Records {
			if sockets(&f.Records[i]) > sockets(&f.Records[best]) {
				best = i
			}
		}
		unhindered(t, f, best, string(source))
	}
}

// unhindered holds that axe finds nothing in the way in the drawings of a moment.
func unhindered(t *testing.T, f *film.Film, best int, source string) {
	t.Helper()
	for _, size := range [][2]int64{{360, 640}, {1024, 768}, {1280, 720}, {3840, 2160}} {
		p := open(t, offline(t, f), size[0], size[1])
		p.until("globalThis.labo?.shown >= 0")
		p.do(chromedp.Evaluate[chromedp.Void](source + fmt.Sprintf("; labo.toMessage(%d); 0", best)))
		for _, theme := range []string{"clair", "sombre", "contraste"} {
			p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.documentElement.dataset.theme = %q; globalThis.found = null; axe.run({rules: {'color-contrast-enhanced': {enabled: true}}}).then((r) => (globalThis.found = r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 120) + ' ' + (n.any[0]?.message ?? '')).join(' | ')))); 0", theme)))
			p.until("globalThis.found")
			if found := js[[]string](p, "globalThis.found"); len(found) > 0 {
				t.Errorf("%v, colours %q:\n%s", size, theme, strings.Join(found, "\n"))
			}
		}
	}
}

// A token that moves leaves its way; what was not seen of it is dashed, and
// said. The key g gives the drawing the whole width, where both sides stand
// apart, and takes it back.
func TestATokenLeavesItsWay(t *testing.T) {
	f := recorded(t, "testdata/sonde.film")
	p := open(t, offline(t, f), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	p.do(chromedp.Evaluate[chromedp.Void]("labo.toMessage(0); labo.seek(6500e3); 0")) // ESTABLISHED, then FIN-WAIT-2
	said := js[string](p, "document.querySelector('.moves-said').textContent")
	if !strings.Contains(said, "ESTABLISHED → FIN-WAIT-2\u00a0; entre les deux, FIN-WAIT-1 n'a pas été vu") || !strings.Contains(said, "ESTABLISHED → CLOSE-WAIT") {
		t.Errorf("the moves are told so: %s", said)
	}
	if n := js[int](p, "[...document.querySelectorAll('.trail.client.gap polyline')].filter((n) => n.checkVisibility() && n.getTotalLength() > 1 && getComputedStyle(n).strokeDasharray !== 'none').length"); n != 2 {
		t.Errorf("%d dashed arrows, want 2: by FIN-WAIT-1", n)
	}
	if n := js[int](p, "document.querySelectorAll('.trail.server:not(.gap)').length"); n != 1 {
		t.Errorf("%d whole arrows, want 1", n)
	}
	moving := "(() => { labo.seek(5700e3); labo.seek(6500e3); return document.getAnimations().length })()"
	if n := js[int](p, moving); n != 2 {
		t.Errorf("%d tokens move, want the 2 that were measured elsewhere", n)
	}
	if n := js[int](p, "(() => { labo.seek(7200e3); labo.seek(6500e3); return document.getAnimations().length })()"); n != 0 {
		t.Errorf("%d tokens move as the film goes back", n)
	}
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
	if n := js[int](p, moving); n != 0 {
		t.Errorf("%d tokens move for a reader who wants none to", n)
	}
	figures := func() int { return js[int](p, "document.querySelectorAll('.machines svg').length") }
	if n := figures(); n != 1 {
		t.Errorf("%d diagrams beside the text", n)
	}
	p.press("g")
	p.until("document.querySelectorAll('.machines svg').length === 2")
	if label := js[string](p, "document.querySelector('.machines svg').getAttribute('aria-label')"); !strings.Contains(label, "côté client") || !strings.Contains(label, "FIN-WAIT-2") {
		t.Errorf("a reader of the screen hears %q", label)
	}
	p.press("g")
	p.until("document.querySelectorAll('.machines svg').length === 1")
	if js[bool](p, "(() => { labo.seek(0); return [...document.querySelectorAll('.machines')].some((n) => n.checkVisibility()) })()") {
		t.Error("a drawing without a measurement")
	}
}

// The eleven states are made and projected: the wall draws the one of the scene,
// to the end, by the keys of a clicker; the lectern says which comes next.
func TestTheStatesAreProjected(t *testing.T) {
	tour := &etats.Tour{States: []probe.State{probe.Listen, probe.Established, probe.CloseWait, probe.TimeWait}, Hold: true, HoldDiagram: true}
	l := playing(t, 0, func(ctx context.Context, on dialogue.Stage) error {
		tour.Stage = on
		_, err := tour.Run(ctx)
		return err
	}, func(_ *page.Page, o *page.Options) {
		o.Notes = func(scene string) ([]prose.Block, string) { return nil, "après " + scene }
	})
	wall, lectern := open(t, l.server.Address(), 1920, 1080), open(t, l.server.Lectern(), 390, 844)
	seen := map[string]bool{}
	for n := 0; ; {
		kind, number := wall.waits(n)
		if kind == "over" {
			break
		}
		id := js[string](wall, "labo.view.messages[labo.view.from].record.scene.id")
		if kind == "pause" && !seen[id] {
			seen[id] = true
			lectern.until(fmt.Sprintf("document.querySelector('#notes').textContent.includes('après %s')", id))
			wall.capture("mur-etat-" + id)
		}
		if kind == "end" {
			wall.press("q")
		}
		wall.press(kb.PageDown)
		if n = number; js[bool](wall, fmt.Sprintf("labo.dock.message?.n === %d && !labo.dock.sent", n)) {
			n = 0 // there was more of the page to read
		}
	}
	if len(seen) < len(tour.States) {
		t.Errorf("projected: %v", seen)
	}
}
