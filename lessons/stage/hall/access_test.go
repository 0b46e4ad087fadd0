package hall

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"labo/lessons/room"
	"labo/lessons/vote"
	"labo/probe/probetest"
)

// media is the colours that the system is set to.
func media(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

// axe-core finds nothing that stands in somebody's way on a phone, the wall or the
// desk, light and dark, and no page is wider than its screen. LABO_AXE names
// axe.min.js.
func TestNothingStandsInTheWay(t *testing.T) {
	file := os.Getenv("LABO_AXE")
	source, err := os.ReadFile(file)
	if file == "" || err != nil {
		probetest.Missing(t, "LABO_AXE does not name axe.min.js of the npm package axe-core: %v", err)
	}
	c := aClass(t)
	examine := func(p *tab, what string) {
		t.Helper()
		p.do(chromedp.Evaluate[chromedp.Void](string(source)))
		for _, dark := range []string{"light", "dark"} {
			p.do(media(dark))
			js[int](p, "globalThis.found = null; axe.run({rules: {'color-contrast-enhanced': {enabled: true}}}).then((r) => (globalThis.found = r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 120) + ' ' + (n.any[0]?.message ?? '')).join(' | ')))); 0")
			for end := time.Now().Add(hang); !js[bool](p, "globalThis.found !== null"); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("axe does not end")
				}
			}
			if found := js[[]string](p, "globalThis.found"); len(found) > 0 {
				t.Errorf("%s, %s:\n%s", what, dark, strings.Join(found, "\n"))
			}
		}
		if wide, screen := js[int](p, "document.documentElement.scrollWidth"), js[int](p, "innerWidth"); wide > screen {
			t.Errorf("%s is %d pixels wide on a screen of %d", what, wide, screen)
		}
		p.capture("axe-" + what)
	}
	door := device(t, c.phones.Address(), 360, 640)
	door.reads("Le code du mur")
	examine(door, "door")
	p := c.phone(t, "loutre 7")
	p.press("Vous êtes")
	examine(p, "phone-waiting")
	wall := device(t, c.server.Address(), 1280, 720)
	wall.reads(Spell(c.Code()))
	examine(wall, "wall-join")
	long := strings.Repeat("Une réponse assez longue pour tenir sur deux lignes d'un téléphone. ", 3)
	if err := c.Ask(soon(t), room.Ballot{ID: "q", Question: strings.Repeat("Que répond le noyau, et pourquoi ? ", 6), Options: []string{long, "b", "c", "d", strings.Repeat("x", 200)}}); err != nil {
		t.Fatal(err)
	}
	p.press("b")
	p.reads("Votre vote est compté")
	examine(p, "phone-vote")
	wall.reads("1 vote")
	examine(wall, "wall-vote")
	desk := device(t, c.server.Lectern(), 1024, 768)
	desk.reads("Clore le vote")
	desk.press("Poser une question")
	examine(desk, "desk-vote")
	for _, a := range []vote.Act{{Do: vote.Close, Hands: map[int]int{0: 3, 4: 2}, Round: 1}, {Do: vote.Again, Round: 1, Phase: vote.Closed},
		{Do: vote.Close, Hands: map[int]int{1: 6}, Round: 2}, {Do: vote.Measure, Round: 2, Phase: vote.Closed, Right: 2}} {
		if err := c.Act(soon(t), "q", a); err != nil {
			t.Fatal(err)
		}
	}
	wall.reads("La mesure dit 2")
	examine(wall, "wall-split")
	examine(desk, "desk-split")
	narrow := device(t, c.server.Lectern(), 360, 640)
	narrow.reads("Second vote")
	examine(narrow, "desk-phone")
}

// On a projector the code and the address are whole: neither cut by the edge, nor
// broken in a number.
func TestTheWallFitsAProjector(t *testing.T) {
	c := aClass(t)
	for _, size := range [][2]int64{{800, 600}, {1024, 768}, {1280, 720}, {1920, 1080}} {
		p := device(t, c.server.Address(), size[0], size[1])
		p.reads("Rejoindre la classe")
		if cut := js[bool](p, "[...document.querySelectorAll('.code, .address')].some((e) => e.scrollWidth > e.clientWidth)"); cut {
			t.Errorf("%d × %d: cut", size[0], size[1])
		}
		if lines := js[int](p, "Math.round(document.querySelector('.address').offsetHeight / parseFloat(getComputedStyle(document.querySelector('.address')).lineHeight))"); lines != 1 {
			t.Errorf("%d × %d: the address has %d lines", size[0], size[1], lines)
		}
	}
}

// When a class is closed, its wall and its phones say so.
func TestTheEndIsSaid(t *testing.T) {
	c := openClass(t, t.TempDir())
	wall, phone := device(t, c.server.Address(), 1024, 768), c.phone(t, "loutre 7")
	phone.reads("Regardez le mur")
	c.close(t)
	wall.reads("La classe est finie")
	phone.reads("La classe est finie")
}
