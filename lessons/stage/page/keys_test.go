package page_test

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"labo/lessons/dialogue"
	"labo/lessons/film"
)

// place is where the keyboard is: its place in the document, whether the page
// marks it, and whether nothing covers it.
type place struct {
	At           int
	Name         string
	Marked, Seen bool
}

const focused = `(() => {
  const at = document.activeElement, r = at.getBoundingClientRect(), fixed = at.closest('#tete, #dock, dialog, .skip');
  const top = fixed ? 0 : document.querySelector('#tete').getBoundingClientRect().bottom;
  const bottom = fixed ? innerHeight : document.querySelector('#dock').getBoundingClientRect().top;
  const style = getComputedStyle(at);
  return {
    At: [...document.querySelectorAll('*')].indexOf(at), Name: at === document.body ? '' : at.tagName + '#' + at.id + ' ' + (at.textContent || at.value || '').trim().slice(0, 30),
    Marked: at.matches(':focus-visible') && (style.outlineStyle !== 'none' || style.boxShadow !== 'none'),
    Seen: r.left >= 0 && r.right <= innerWidth + 1 && r.bottom > top + 4 && r.top < bottom - 4 && (r.height > bottom - top - 10 || r.top >= top - 1 && r.bottom <= bottom + 1),
  };
})()`

// reachable are the elements that the Tab key must reach.
const reachable = `(() => {
  const all = [...document.querySelectorAll('*')], radios = new Set();
  return all.filter((e) => e.matches('a[href], button, input, select, [tabindex="0"]') && !e.matches(':disabled') && !e.closest('[inert], dialog') && e.checkVisibility({ visibilityProperty: true }) && (e.type !== 'radio' || !radios.has(e.name) && radios.add(e.name))).map((e) => all.indexOf(e));
})()`

// tour goes around the page with the Tab key: it reaches all that can be acted
// upon, in the order of the text, is trapped nowhere, and what has the focus is
// marked and in sight.
func (p *tab) tour(where string) {
	p.t.Helper()
	want := js[[]int](p, reachable)
	met := map[int]bool{}
	last, turns := -1, 0
	for range 2*len(want) + 10 {
		p.press(kb.Tab)
		at := js[place](p, focused)
		if at.Name == "" {
			last = -1
			continue // around the browser's own
		}
		if met[at.At] && turns > 0 {
			break
		}
		if at.At < last {
			turns++
		}
		last = at.At
		if met[at.At] {
			continue
		}
		met[at.At] = true
		if !at.Marked || !at.Seen {
			p.t.Errorf("%s: the focus on %s is marked: %v, in sight: %v", where, at.Name, at.Marked, at.Seen)
			p.capture("focus-" + strings.ReplaceAll(where, " ", "-"))
		}
	}
	for js[bool](p, "document.activeElement.matches('select, input')") {
		p.press(kb.Tab) // letters are for these
	}
	if turns > 1 {
		p.t.Errorf("%s: Tab goes back %d times", where, turns)
	}
	for _, w := range want {
		if !met[w] {
			p.t.Errorf("%s: Tab does not reach %s", where, js[string](p, fmt.Sprintf("document.querySelectorAll('*')[%d].outerHTML.slice(0, 160)", w)))
		}
	}
}

// stands waits until the page shows a scene, by its place in the step.
func (p *tab) stands(n int) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.querySelector('#place').textContent.startsWith('scène %d ') && labo.dock.message && performance.now() - labo.dock.since > 200", n))
}

// All that a reader does is done with the keyboard alone: an answer without
// hesitation, the words, the keys, the list, the moves, the drawing, a line.
func TestAReaderNeedsNoMouse(t *testing.T) {
	l := play(t, 1, "creer-un-socket")
	p := open(t, l.server.Address(), 1280, 800)
	kind, n := p.waits(0)
	if kind != "ask" {
		t.Fatalf("the scene begins with %q", kind)
	}
	p.tour("question")
	for range 40 {
		if p.press(kb.Tab); js[bool](p, "document.activeElement.type === 'radio'") {
			break
		}
	}
	p.press(" ")
	p.press(kb.ArrowDown)
	if chosen := js[string](p, "document.querySelector('#suite input:checked')?.value ?? ''"); chosen != "1" {
		t.Errorf("Tab, Space and ↓ have chosen %q", chosen)
	}
	dialogs := func(key, id string) {
		t.Helper()
		p.press(key)
		p.until(fmt.Sprintf("document.querySelector('#%s').open", id))
		for range 3 {
			if p.press(kb.Tab); !js[bool](p, fmt.Sprintf("document.activeElement === document.body || document.activeElement.closest('#%s') !== null", id)) {
				t.Errorf("Tab leaves the dialog of %s", key)
			}
		}
		p.press(kb.Escape)
		p.until(fmt.Sprintf("!document.querySelector('#%s').open && document.activeElement.type === 'radio'", id))
	}
	dialogs("?", "aide")
	dialogs("i", "mots")
	for js[bool](p, fmt.Sprintf("labo.dock.message?.n === %d && !labo.dock.sent", n)) {
		p.press("!")
	}
	kind, _ = p.waits(n)
	if said := js[string](p, "labo.view.flow.textContent"); kind != "pause" || !strings.Contains(said, "Vous aviez prédit 2") {
		t.Errorf("after ! the page waits for %q and says %s", kind, said)
	}
	p.tour("pause")
	p.press("s")
	p.until("labo.dock.message?.record.kind === 'outline'")
	p.tour("liste")
	p.press("3")
	p.press(kb.Enter)
	p.stands(3)
	p.press("n")
	p.stands(4)
	p.press("a")
	p.stands(3)
	p.press("r")
	p.stands(3)
	p.until("!document.querySelector('#agrandir').hidden")
	p.press("g")
	p.until("'grand' in document.documentElement.dataset")
	p.press("g")
	p.until("!('grand' in document.documentElement.dataset)")
	p.press("q")
	p.until("labo.over")
	if err := <-l.ended; err != nil && !errors.Is(err, dialogue.ErrSkipped) {
		t.Log(err)
	}
	l.ended <- nil
	f, err := film.Open(l.film)
	if err != nil || !slices.ContainsFunc(f.Records, func(r film.Record) bool { return r.Reply != nil && r.Reply.Sure }) {
		t.Errorf("nobody has answered without hesitation: %v", err)
	}
}

// The key e opens what the reader writes, as in the terminal; what needs one says so.
func TestTheReadersEditorOpensFromThePage(t *testing.T) {
	for editor, says := range map[string]string{"vim": "tapez-y", "code": "s'ouvre"} {
		t.Run(editor, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			t.Setenv("VISUAL", "true "+editor)
			if editor == "code" {
				program, err := exec.LookPath("true")
				if err != nil {
					t.Skip(err)
				}
				if out, err := exec.Command("ln", "-s", program, dir+"/code").CombinedOutput(); err != nil {
					t.Fatalf("%v %s", err, out)
				}
				t.Setenv("VISUAL", dir+"/code")
			}
			l := play(t, 1, "ecrire-socket")
			p := open(t, l.server.Address(), 1280, 800)
			for n := 0; ; {
				kind, number := p.waits(n)
				if kind == "watch" {
					break
				}
				n = number
				p.press(kb.Enter)
			}
			p.tour("programme")
			p.press("e")
			p.until(fmt.Sprintf("document.querySelector('#message').textContent.includes(%q)", says))
			t.Log(js[string](p, "document.querySelector('#message').textContent"))
			p.until("!labo.dock.sent && performance.now() - labo.dock.since > 200")
			p.press("q")
			p.until("labo.over")
		})
	}
}

// A film is read with the keyboard alone.
func TestAFilmNeedsNoMouse(t *testing.T) {
	p := open(t, offline(t, stepOne(t)), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	p.tour("film")
	p.press(kb.Home)
	at := func(want string) {
		t.Helper()
		p.until(want)
	}
	at("labo.at === 0")
	p.press(kb.ArrowRight)
	at("labo.at === 5e6")
	p.press(".")
	at("labo.at > 5e6")
	for range 40 {
		if p.press(kb.Tab); js[bool](p, "document.activeElement.id === 'moment'") {
			break
		}
	}
	p.press(kb.ArrowLeft)
	at("labo.at < 5e6")
	p.press("n")
	at("labo.view.from === labo.starts[1]")
	p.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	if id := js[string](p, "document.activeElement.id"); id != "scenes" {
		t.Fatalf("Maj+Tab leads from the moment to %q", id)
	}
	p.press(kb.ArrowDown)
	at("labo.view.from === labo.starts[2]")
	p.press(kb.Tab)
	p.press(kb.ArrowDown)
	at("labo.speed === 2")
	p.press(kb.Home) // of the list
	at("labo.speed === 0.5")
	p.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.press(" ")
	at("labo.playing")
	p.press(" ")
	at("!labo.playing")
}
