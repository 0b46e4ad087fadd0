package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"labo/lessons/prose"
	"labo/lessons/stage/page"
)

// wrong are keys that mean nothing where they are pressed, or that must not do
// what they do elsewhere.
var wrong = []string{kb.Enter, "9", "z", "x", kb.Escape, kb.Tab, " ", kb.ArrowDown}

// A question is passed by no wrong key, answers are for who sees them, and a
// reload finds the page where it was.
func TestWrongKeysAndReloadsLoseNothing(t *testing.T) {
	l := play(t, 1, "reserver-le-port")
	p := open(t, l.server.Address(), 1000, 700)
	kind, n := p.waits(0)
	if kind != "ask" {
		t.Fatalf("the scene begins with %q", kind)
	}
	for _, key := range wrong {
		p.do(chromedp.Evaluate[chromedp.Void]("document.activeElement.blur()"))
		p.press(key)
	}
	if now, same := p.waits(0); now != "ask" || same != n {
		t.Fatalf("after wrong keys the page waits for %q (%d, before %d)", now, same, n)
	}
	before := js[string](p, "labo.view.flow.textContent")
	p.do(chromedp.Reload())
	p.waits(0)
	if after := js[string](p, "labo.view.flow.textContent"); after != before {
		t.Errorf("after a reload the page says\n%s\nbefore\n%s", after, before)
	}
	p.until("!document.querySelector('#suite fieldset').disabled")
	for js[bool](p, "labo.dock.below()") { // the question comes into view
	}
	p.press("i")
	p.until("document.querySelector('#mots').open && document.querySelectorAll('#mots-liste dt').length > 0")
	p.press(kb.Enter) // closes the words, and answers nothing
	p.until("!document.querySelector('#mots').open")
	p.press("2")
	p.press(kb.Enter)
	if kind, _ := p.waits(n); kind != "pause" {
		t.Errorf("after the answer the page waits for %q", kind)
	}
	// The back button leaves the page; coming back finds it as it is now.
	p.do(chromedp.Navigate("about:blank"), chromedp.NavigateBack())
	if kind, _ := p.waits(0); kind != "pause" {
		t.Errorf("after the back button the page waits for %q", kind)
	}
	if said := js[string](p, "labo.view.flow.textContent"); !strings.Contains(said, "Vous aviez prédit 2") {
		t.Errorf("after the back button the page says %s", said)
	}
}

// Two pages on one play stay together, and the second answer changes nothing.
func TestTwoPagesStayTogether(t *testing.T) {
	l := play(t, 1, "creer-un-socket")
	a, b := open(t, l.server.Address(), 1000, 700), open(t, l.server.Address(), 360, 640)
	_, n := a.waits(0)
	if _, same := b.waits(0); same != n {
		t.Fatalf("one page waits for %d, the other for %d", n, same)
	}
	b.do(chromedp.Evaluate[chromedp.Void]("document.querySelectorAll('#suite input')[0].checked = true"))
	b.do(chromedp.Evaluate[chromedp.Void]("labo.dock.act({act: 'choose', choice: 0})"))
	_, next := a.waits(n)
	if _, same := b.waits(n); same != next {
		t.Errorf("after an answer on one, %d and %d", next, same)
	}
	if said := js[string](a, "labo.view.flow.textContent"); said != js[string](b, "labo.view.flow.textContent") {
		t.Errorf("the pages differ: %s", said)
	}
	js[string](a, fmt.Sprintf("globalThis.late = '', labo.send({n: %d, act: 'choose', choice: 1}).then((why) => (globalThis.late = why)), ''", n))
	a.until("globalThis.late !== ''")
	if late := js[string](a, "globalThis.late"); !strings.Contains(late, "déjà répondu") {
		t.Errorf("a late answer is told %q", late)
	}
	b.capture("deux-pages-360")
	if wide := js[int](b, "document.documentElement.scrollWidth"); wide > 360 {
		t.Errorf("the page is %d pixels wide on a screen of 360", wide)
	}
}

// A step is played whole on the smallest screen: nothing is wider than it, and what
// is waited for can be reached by a thumb, the moves on one row, and by the Tab key.
func TestAStepOnASmallScreen(t *testing.T) {
	l := play(t, 1, "")
	p := open(t, l.server.Address(), 360, 640)
	seen := map[string]int{}
	p.read(func(kind string) {
		if wide := js[int](p, "document.documentElement.scrollWidth"); wide > 360 {
			t.Errorf("at a %s of %s the page is %d pixels wide", kind, js[string](p, "document.title"), wide)
		}
		if room := js[float64](p, "document.querySelector('#dock').getBoundingClientRect().top - document.querySelector('#tete').getBoundingClientRect().bottom"); room < 200 {
			t.Errorf("at a %s of %s, %v pixels are left to the text", kind, js[string](p, "document.title"), room)
		}
		if small := js[[]string](p, "[...document.querySelectorAll('#dock button')].filter((b) => { const r = b.getBoundingClientRect(); return r.left < 0 || r.right > innerWidth || r.bottom > innerHeight || r.width < 40 || r.height < 36 }).map((b) => b.textContent)"); len(small) > 0 {
			t.Errorf("at a %s of %s these are out of reach, or too small for a thumb: %q", kind, js[string](p, "document.title"), small)
		}
		if rows := js[int](p, "new Set([...document.querySelectorAll('#dock .moves button')].map((b) => b.getBoundingClientRect().top)).size"); rows > 1 {
			t.Errorf("at a %s of %s the moves take %d rows", kind, js[string](p, "document.title"), rows)
		}
		if seen[kind]++; seen[kind] == 1 {
			p.tour("petit " + kind)
		}
		if seen[kind] == 2 || kind == "end" {
			p.capture("petit-" + kind)
		}
	})
	if err := <-l.ended; err != nil {
		t.Error(err)
	}
	l.ended <- nil
}

// A connection that is lost is said, and comes back where it was.
func TestALostConnectionComesBack(t *testing.T) {
	l := play(t, 1, "creer-un-socket")
	p := open(t, l.server.Address(), 1000, 700)
	_, n := p.waits(0)
	before := js[string](p, "labo.view.flow.textContent")
	p.do(chromedp.Evaluate[chromedp.Void]("labo.source.close()")) // as a browser does whose line is gone for good
	p.until("labo.source.readyState === EventSource.OPEN")
	if _, same := p.waits(0); same != n || js[string](p, "labo.view.flow.textContent") != before {
		t.Errorf("the page has come back elsewhere: %d, before %d", same, n)
	}
	l.server.Close() // for good
	p.until("!document.querySelector('#lien').hidden")
	if said := js[string](p, "document.querySelector('#lien').textContent"); !strings.Contains(said, "perdue") {
		t.Errorf("the page says %q", said)
	}
	p.capture("connexion-perdue")
	if !js[bool](p, "document.querySelector('#commandes').inert") {
		t.Error("a page without labo still takes answers")
	}
}

// A class votes as in a terminal: hidden while hands are counted, split and advice
// on the lectern alone, discussion, second vote, before and after, measurement.
func TestAClassVotes(t *testing.T) {
	l := play(t, 1, "reserver-le-port", func(_ *page.Page, o *page.Options) {
		o.Notes = func(scene string) ([]prose.Block, string) {
			return []prose.Block{{Spans: []prose.Span{{Text: "La note de " + scene}}}}, "La suivante"
		}
		o.Expected = func(scene, part string) string {
			notes, err := prose.LoadNotes(1)
			if err != nil {
				t.Error(err)
			}
			return notes.Scene(scene).Question(part).Expected
		}
	})
	wall, lectern := open(t, l.server.Address(), 1920, 1080), open(t, l.server.Lectern(), 390, 844)
	lectern.until("document.querySelector('#notes')?.textContent.includes('La note de reserver-le-port')")
	if js[bool](wall, "Boolean(document.querySelector('#pupitre')) || document.body.innerText.includes('La note de')") {
		t.Error("the wall shows the notes")
	}
	_, n := wall.waits(0)
	count := func(hands ...string) {
		t.Helper()
		lectern.until("document.querySelectorAll('#vote input').length > 1")
		for i, h := range hands {
			lectern.do(chromedp.SetValue(fmt.Sprintf("#voix-%d", i), h),
				chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector('#voix-%d').dispatchEvent(new Event('input'))", i)))
		}
		wall.until(fmt.Sprintf("document.querySelectorAll('.hands').length === %d", len(hands)))
	}
	press := func(label string) {
		t.Helper()
		find := fmt.Sprintf("[...document.querySelectorAll('#vote button')].find((b) => b.textContent === %q)", label)
		lectern.until(find)
		lectern.do(chromedp.Evaluate[chromedp.Void](find + ".click(); 0"))
	}
	title := func(want string) {
		t.Helper()
		wall.until(fmt.Sprintf("document.querySelector('.prediction h2')?.textContent.startsWith(%q)", want))
	}
	hidden := func(when string) {
		t.Helper()
		if said := js[string](wall, "document.querySelector('.prediction').innerText + document.querySelector('.prediction').innerHTML"); strings.Contains(said, "%") || strings.Contains(said, "meter") || strings.Contains(said, "Réponse attendue") {
			t.Errorf("%s, the wall shows %s", when, said)
		}
	}
	title("PRÉDICTION\u00a0: VOTEZ À MAIN LEVÉE")
	wall.press(kb.Enter) // closes no vote
	wall.until("document.querySelector('#message').textContent.includes('pupitre')")
	press("Clore le vote") // nor does the lectern, without hands
	lectern.until("document.querySelector('#message').textContent.includes('Personne')")
	count("8", "12", "0")
	wall.capture("mur-vote")
	hidden("while hands are counted")
	if said := js[[]string](wall, "[...document.querySelectorAll('.hands')].map((n) => n.textContent)"); strings.Join(said, ",") != "✓ comptées,✓ comptées,✓ comptées" {
		t.Errorf("while hands are counted the wall says %q", said)
	}
	lectern.capture("pupitre-compte")
	press("Clore le vote")
	title("VOTE CLOS")
	hidden("before the second vote")
	lectern.until("document.querySelector('.counsel')?.textContent.includes('% ont donné la réponse attendue')")
	if said := js[string](lectern, "document.querySelector('#vote').textContent"); !strings.Contains(said, "40\u00a0%") || !strings.Contains(said, "60\u00a0%") {
		t.Errorf("the lectern says %s", said)
	}
	lectern.capture("pupitre-clos")
	press("Discussion, puis second vote")
	title("DISCUTEZ AVEC VOS VOISINS\u00a0: ")
	hidden("during the discussion")
	wall.capture("mur-discussion")
	wall.do(chromedp.Reload())
	title("DISCUTEZ AVEC VOS VOISINS\u00a0: ")
	press("Ouvrir le second vote")
	title("SECOND VOTE, À MAIN LEVÉE")
	hidden("before the second vote is counted")
	count("2", "18", "0")
	press("Clore le vote")
	title("AVANT ET APRÈS LA DISCUSSION")
	if said := js[string](wall, "document.querySelectorAll('.hands')[1].textContent"); !strings.Contains(said, "avant 60\u00a0% (12)") || !strings.Contains(said, "après 90\u00a0% (18)") {
		t.Errorf("after the second vote the wall says %s", said)
	}
	wall.capture("mur-avant-apres")
	lectern.capture("pupitre-second")
	small := js[[]string](wall, `[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && [...e.childNodes].some((c) => c.nodeType === 3 && c.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 0.028 * innerHeight - 0.1).map((e) => e.tagName + ' ' + e.className + ' ' + e.textContent.slice(0, 40))`)
	if len(small) > 0 {
		t.Errorf("on the wall, these are too small to be read: %q", small)
	}
	press("La mesure")
	if kind, _ := wall.waits(n); kind != "pause" {
		t.Errorf("once the vote is closed the wall waits for %q", kind)
	}
	if said := js[string](wall, "labo.view.flow.textContent"); !strings.Contains(said, "Vous étiez 12 sur 20, puis 18 sur 20 à le prédire.") {
		t.Errorf("the wall says %s", said)
	}
	wall.capture("mur-reponse")
	_, n = wall.waits(0)
	for js[bool](wall, fmt.Sprintf("labo.dock.message?.n === %d && !labo.dock.sent", n)) {
		wall.press(kb.PageDown) // a clicker
	}
	lectern.until("document.querySelector('#notes')?.textContent.includes('La note de ecrire-bind')")
}
