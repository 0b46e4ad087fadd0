package page_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"labo/probe/probetest"
)

// axe-core (npm) finds nothing on the page that stands in somebody's way, in any
// of its colours, at the size of a telephone and at that of a wall. LABO_AXE
// names its file, axe.min.js.
func TestNothingStandsInTheWay(t *testing.T) {
	file := os.Getenv("LABO_AXE")
	source, err := os.ReadFile(file)
	if file == "" || err != nil {
		probetest.Missing(t, "LABO_AXE does not name axe.min.js of the npm package axe-core: %v", err)
	}
	l := play(t, 1, "reserver-le-port")
	for _, size := range [][2]int64{{360, 640}, {1280, 800}, {3840, 2160}} {
		p := open(t, l.server.Address(), size[0], size[1])
		p.waits(0)
		p.do(chromedp.Evaluate[chromedp.Void](string(source)))
		for _, theme := range []string{"", "clair", "sombre", "contraste"} {
			p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.documentElement.dataset.theme = %q; globalThis.found = null; axe.run({rules: {'color-contrast-enhanced': {enabled: true}}}).then((r) => (globalThis.found = r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 120) + ' ' + (n.any[0]?.message ?? '')).join(' | ')))); 0", theme)))
			p.until("globalThis.found")
			if found := js[[]string](p, "globalThis.found"); len(found) > 0 {
				t.Errorf("%d×%d, colours %q:\n%s", size[0], size[1], theme, strings.Join(found, "\n"))
			}
		}
		if wide := js[int64](p, "document.documentElement.scrollWidth"); wide > size[0] {
			t.Errorf("the page is %d pixels wide on a screen of %d", wide, size[0])
		}
		p.capture(fmt.Sprintf("page-%dx%d", size[0], size[1]))
	}
}
