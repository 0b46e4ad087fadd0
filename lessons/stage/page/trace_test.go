package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"labo/lessons/film"
)

// shownProgram is what the drawing of the programs shows.
const shownProgram = `(() => {
  const root = document.querySelector('.program'), texts = (q) => [...root.querySelectorAll(q)].map((t) => t.textContent);
  return { Marked: texts('.marked').map((t) => t.trim()), Calls: root.querySelector('svg').getAttribute('aria-label'), Links: root.querySelectorAll('.trail').length, Inside: root.querySelectorAll('.trail:not(.gap)').length, HTML: root.innerHTML };
})()`

type programs struct {
	Marked        []string
	Calls, HTML   string
	Links, Inside int
}

// At each call of a film, the line that made it is marked, joined to the call as
// it is written; one step back shows again what was shown; nothing meets, from a
// telephone to a wall, whose smallest text is 2.8 % of its height.
func TestTheProgramStandsOnItsLines(t *testing.T) {
	f := recorded(t, "testdata/trace.film") // serveur2.py and client2.py, with threads
	source := map[int][]string{}
	for _, size := range [][2]int64{{360, 640}, {1280, 800}, {3840, 2160}} {
		wall := size[0] > 3000
		p := open(t, offline(t, f), size[0], size[1])
		p.until("globalThis.labo?.shown >= 0")
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.documentElement.className = %q; 0", map[bool]string{true: "mur"}[wall])))
		compared, before := 0, ""
		for i := range f.Records {
			r := &f.Records[i]
			if r.Kind == film.Traced {
				source[r.Program.Index] = r.Program.Lines
			}
			if r.Kind != film.Called || r.Call.Line == 0 || r.Call.File != "" || !slices.Contains([]string{"enter", "return"}, r.Call.What) {
				before = ""
				continue
			}
			if compared++; compared%4 != 1 && size[0] != 1280 {
				before = ""
				continue // each at one size, some at the others
			}
			p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); labo.view.drawings[0].redraw(); 0", i)))
			shown := js[programs](p, shownProgram)
			line := strings.TrimSpace(source[r.Call.Program][r.Call.Line-1])
			if !slices.ContainsFunc(shown.Marked, func(m string) bool {
				n, code, _ := strings.Cut(m, " ")
				return n == fmt.Sprint(r.Call.Line) && strings.HasPrefix(line, strings.TrimSuffix(strings.TrimSpace(code), "…"))
			}) {
				t.Errorf("record %d, %v: line %d is not marked among %q", i, size, r.Call.Line, shown.Marked)
			}
			if says := strings.TrimSuffix(r.Call.Says, " …"); !strings.Contains(shown.Calls, fmt.Sprintf("ligne %d : ", r.Call.Line)) || !strings.Contains(shown.Calls, says) {
				t.Errorf("record %d: %q is not in %q", i, says, shown.Calls)
			}
			if shown.Links == 0 || (r.Call.What == "enter") != (shown.Inside > 0) && r.Call.What == "enter" {
				t.Errorf("record %d (%s): %d lines drawn, %d into the kernel", i, r.Call.What, shown.Links, shown.Inside)
			}
			if before != "" {
				p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); 0", i-1)))
				if back := js[programs](p, shownProgram); back.HTML != before {
					t.Errorf("record %d: back to it, another drawing", i-1)
				}
				p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); 0", i)))
			}
			before = shown.HTML
			if d := js[drawn](p, texts); len(d.Meet) > 0 || len(d.Out) > 0 || wall && d.Smallest < 0.0279*float64(size[1]) {
				t.Errorf("record %d, %v: meet %q, leave %q, smallest %.1f", i, size, d.Meet, d.Out, d.Smallest)
			}
			if wide := js[int64](p, "document.documentElement.scrollWidth"); wide > size[0] {
				t.Errorf("record %d: the page is %d pixels wide of %v", i, wide, size)
			}
			if compared%20 == 1 {
				p.capture(fmt.Sprintf("programme-%dx%d-%d", size[0], size[1], i))
			}
		}
		if compared < 50 {
			t.Errorf("only %d calls", compared)
		}
	}
}

// The lanes show a thread in the kernel as long as its calls lasted.
func TestALaneIsAsLongAsItsCalls(t *testing.T) {
	f := recorded(t, "testdata/trace.film")
	last := 0
	longest := int64(0)
	for i, r := range f.Records {
		if r.Kind == film.Called {
			last = i
			if r.Call.TookUS != nil {
				longest = max(longest, *r.Call.TookUS)
			}
		}
	}
	p := open(t, offline(t, f), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.toMessage(%d); labo.view.drawings[0].redraw(); 0", last)))
	share := js[float64](p, "Math.max(...[...document.querySelectorAll('.in-kernel')].map((n) => n.getBoundingClientRect().width / n.ownerSVGElement.getBoundingClientRect().width))")
	first := int64(0)
	for _, r := range f.Records {
		if r.Kind == film.Called {
			first = r.Micros
			break
		}
	}
	want := float64(longest) / float64(f.Records[last].Micros-first)
	if share < 0.95*want || share > 1.001 {
		t.Errorf("the longest call lasted %.2f of the whole, and is drawn %.2f long", want, share)
	}
}
