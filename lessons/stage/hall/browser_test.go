package hall

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"labo/lessons/room"
	"labo/lessons/vote"
	"labo/probe/probetest"
)

// hang bounds every wait of a test.
const hang = 90 * time.Second

var browser struct {
	sync.Once
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

func closeBrowser() {
	if browser.cancel != nil {
		chromedp.Cancel(browser.ctx)
		browser.cancel()
	}
}

// tab is one page in a profile of its own: one phone.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// device opens an address in a profile of its own. A page that throws fails the test.
func device(t *testing.T, address string, width, height int64) *tab {
	t.Helper()
	program := probetest.Need(t, "chromium")
	browser.Do(func() {
		all, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU)...)
		browser.ctx, browser.cancel = chromedp.NewContext(all)
		cancel := browser.cancel
		browser.cancel = func() { cancel(); stop() }
		browser.err = chromedp.Do(browser.ctx)
	})
	if browser.err != nil {
		t.Fatalf("no browser: %v", browser.err)
	}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, late := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(late)
	p := &tab{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("no tab: %v", err)
	}
	var mu sync.Mutex
	var bad []string
	thrown := chromedp.Events(ctx, runtime.ExceptionThrown)
	go func() {
		for e, err := range thrown {
			if err != nil {
				return
			}
			mu.Lock()
			bad = append(bad, e.ExceptionDetails.Text)
			mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, b := range bad {
			t.Errorf("the page throws: %s", b)
		}
	})
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(address))
	return p
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("%v\n%s", err, p.text())
	}
}

func js[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", expression, err, p.text())
	}
	return value
}

// text is what can be read.
func (p *tab) text() string {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	all, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(all)
}

// reads waits until some words can be read.
func (p *tab) reads(words string) {
	p.t.Helper()
	for end := time.Now().Add(hang); !strings.Contains(p.text(), words); {
		if time.Now().After(end) {
			p.t.Fatalf("never reads %q:\n%s", words, p.text())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// press presses the button on which these words stand.
func (p *tab) press(words string) {
	p.t.Helper()
	find := fmt.Sprintf("[...document.querySelectorAll('button, summary')].find((b) => b.innerText.replace(/[\\u00a0\\u202f]/g, ' ').includes(%q))", words)
	for end := time.Now().Add(hang); !js[bool](p, find+" !== undefined"); {
		if time.Now().After(end) {
			p.t.Fatalf("no button %q:\n%s", words, p.text())
		}
		time.Sleep(20 * time.Millisecond)
	}
	js[bool](p, find+".click() === undefined")
}

func (p *tab) fill(id, words string) {
	p.t.Helper()
	js[string](p, fmt.Sprintf("document.getElementById(%q).value = %q", id, words))
}

// capture leaves what is on screen to be looked at, with LABO_CAPTURES.
func (p *tab) capture(name string) {
	p.t.Helper()
	dir := os.Getenv("LABO_CAPTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// phone is a device that came in by the QR code, under a pseudonym.
func (c *class) phone(t *testing.T, name string) *tab {
	t.Helper()
	p := device(t, c.phones.Address()+"/"+c.Code(), 360, 640)
	p.reads("Votre pseudonyme")
	p.capture("phone-door")
	p.fill("pseudo", name)
	p.press("Entrer")
	p.reads("Vous êtes")
	return p
}

// Two phones, the wall and the desk, in a real browser: a class votes twice.
func TestAClassVotesTwice(t *testing.T) {
	c := aClass(t)
	wall := device(t, c.server.Address(), 1280, 720)
	wall.reads("Rejoindre la classe")
	wall.reads(Spell(c.Code()))
	wall.capture("wall-join")
	desk := device(t, c.server.Lectern(), 1024, 768)
	desk.reads("Poser une question")
	desk.capture("desk-empty")
	first, second := c.phone(t, "loutre 7"), c.phone(t, "<b>panda</b>")
	second.reads("Vous êtes « <b>panda</b> »")
	wall.reads("2 participants")
	desk.reads("2 présents")

	desk.press("Poser une question")
	desk.fill("texte", "Que répond le noyau ?")
	desk.fill("reponses", "Rien\nUn refus\nUne erreur <script>")
	desk.press("Poser")
	// The summary is pressed by its words too: the button is the one in the form.
	js[bool](desk, "document.querySelector('#poser button').click() === undefined")
	wall.reads("Que répond le noyau ?")
	first.press("Un refus")
	first.reads("Votre vote est compté : 2")
	first.capture("phone-voted")
	second.press("Rien")
	second.reads("Votre vote est compté : 1")
	wall.reads("2 votes")
	if strings.Contains(wall.text(), "%") {
		t.Errorf("the wall shows a split while the class votes:\n%s", wall.text())
	}
	second.press("Un refus") // may be changed
	second.reads("Votre vote est compté : 2")
	second.press("Rien")
	second.reads("Votre vote est compté : 1")
	wall.capture("wall-counting")
	desk.capture("desk-counting")

	desk.press("Clore le vote")
	first.reads("Le vote est clos")
	wall.reads("Le partage est encore caché")
	desk.press("Faire discuter")
	first.reads("Discutez avec vos voisins")
	wall.reads("DISCUTEZ AVEC VOS VOISINS")
	desk.press("Second vote")
	second.reads("Second vote")
	second.press("Un refus")
	second.reads("Votre vote est compté : 2")
	first.press("Un refus")
	first.reads("Votre vote est compté : 2")
	desk.press("Clore le vote")
	wall.reads("avant")
	wall.reads("2 (100 %)")
	wall.reads("1 (50 %)")
	wall.capture("wall-split")
	desk.capture("desk-split")
	js[string](desk, "document.getElementById('juste').value = '2'")
	desk.press("Le dire au mur")
	first.reads("La mesure dit 2")
	wall.reads("La mesure dit 2")
	first.capture("phone-measured")

	// What the room kept is what was voted, each once.
	w := c.Wall()
	if w.Phase != vote.Settled || fmt.Sprint(w.Splits) != "[[1 1 0] [0 2 0]]" {
		t.Errorf("kept: %+v", w)
	}
}

// Free answers are hidden, then grouped; a hostile one is words.
func TestAClassAnswersInWords(t *testing.T) {
	c := aClass(t)
	wall := device(t, c.server.Address(), 1280, 720)
	phones := []*tab{c.phone(t, "loutre 7"), c.phone(t, "panda 2"), c.phone(t, "gecko 3")}
	if err := c.Ask(soon(t), room.Ballot{ID: "mot", Question: "Un mot pour un port fermé ?"}); err != nil {
		t.Fatal(err)
	}
	answers := []string{"Refusé", " refuse !", "<img src=x onerror=alert(1)>"}
	for i, p := range phones {
		p.reads("Un mot pour un port fermé ?")
		p.fill("mot-mot-1", answers[i])
		p.press("Envoyer")
		p.reads("Votre vote est compté")
	}
	phones[0].capture("phone-word")
	wall.reads("3 réponses")
	if strings.Contains(strings.ToLower(wall.text()), "refus") {
		t.Errorf("the wall shows words while the class answers:\n%s", wall.text())
	}
	for _, a := range []vote.Act{{Do: vote.Close, Round: 1}, {Do: vote.Reveal, Round: 1, Phase: vote.Closed}} {
		if err := c.Act(soon(t), "mot", a); err != nil {
			t.Fatal(err)
		}
	}
	wall.reads("<img src=x onerror=alert(1)> 1")
	if !strings.Contains(strings.ToLower(wall.text()), "refus") || js[int](wall, "document.images.length") != 0 {
		t.Errorf("the wall:\n%s", wall.text())
	}
	wall.capture("wall-words")
}

// A phone that comes back is the same, with its votes; so it is for another labo.
func TestAPhoneComesBack(t *testing.T) {
	dir := t.TempDir()
	c := openClass(t, dir)
	p := c.phone(t, "loutre 7")
	if err := c.Ask(soon(t), room.Ballot{ID: "q", Question: "Alors ?", Options: []string{"oui", "non"}}); err != nil {
		t.Fatal(err)
	}
	p.press("oui")
	p.reads("Votre vote est compté : 1")
	p.do(chromedp.Reload())
	p.reads("Votre vote est compté : 1")
	before := c.phones.At()
	c.server.Close()
	c.phones.Close()
	if err := c.Abandon(); err != nil {
		t.Fatal(err)
	}
	r := openRoom(t, dir)
	defer r.Close(context.Background())
	again, err := ServePhones(t.Context(), PhoneOptions{Room: r, At: before})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	p.press("non") // the page found its way back, or the press does
	p.reads("Votre vote est compté : 2")
	if got := r.Counts("q", 1); got.Voters != 1 || got.Options[1] != 1 {
		t.Errorf("counted %+v", got)
	}
	p.press("Vous êtes")
	p.fill("nouveau", "renard 9")
	p.press("Changer")
	p.reads("Vous êtes « renard 9 »")
	if all := r.Members(); len(all) != 1 || all[0].Pseudonym != "renard 9" {
		t.Errorf("members %+v", all)
	}
	p.press("Quitter la classe")
	p.reads("Vous avez quitté la classe")
	if got := r.Counts("q", 1); got.Voters != 1 {
		t.Errorf("counted %+v", got)
	}
}
