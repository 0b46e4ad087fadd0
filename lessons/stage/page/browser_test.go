package page_test

import (
	"context"

	"fmt"
	"os"
	"path/filepath"

	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"labo/lessons"
	"labo/lessons/bench"
	"labo/lessons/demo"
	"labo/lessons/dialogue"
	"labo/lessons/film"
	"labo/lessons/lessontest"
	"labo/lessons/stage/page"
	"labo/lessons/stage/tape"
	"labo/probe/probetest"
	"labo/probe/probetest/freeport"
)

// A real browser plays real scenes. With LABO_CAPTURES, a directory, what it
// showed is left there to be looked at.

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "enfant" { // a child of a scene
		if err := demo.RunChild(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	closeBrowser()
	os.Exit(code)
}

// hang bounds every wait of a test: longer than any busy machine needs.
const hang = 90 * time.Second

// browser is the one browser of these tests.
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

// tab is one page that a reader has open.
type tab struct {
	t   *testing.T
	ctx context.Context
	bad *[]string   // what the console said in anger
	mu  *sync.Mutex // of bad
}

// open opens a tab on an address. A page that complains fails the test.
func open(t *testing.T, address string, width, height int64) *tab {
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
	ctx, cancel := chromedp.NewContext(browser.ctx)
	t.Cleanup(cancel)
	ctx, late := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(late)
	p := &tab{t: t, ctx: ctx, bad: new([]string), mu: new(sync.Mutex)}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("no tab: %v", err)
	}
	mu := p.mu
	thrown := chromedp.Events(ctx, runtime.ExceptionThrown)
	go func() {
		for e, err := range thrown {
			if err != nil {
				return
			}
			mu.Lock()
			*p.bad = append(*p.bad, e.ExceptionDetails.Text+": "+e.ExceptionDetails.Exception.Description)
			mu.Unlock()
		}
	}()
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(address))
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, b := range *p.bad {
			t.Errorf("the page throws: %s", b)
		}
	})
	return p
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("%v\n%s", err, p.text())
	}
}

// js returns what an expression is in the page.
func js[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", expression, err, p.text())
	}
	return value
}

// text is what can be read, for who looks at a failure.
func (p *tab) text() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	all, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	return all
}

// until waits for an expression to be true.
func (p *tab) until(expression string) {
	p.t.Helper()
	for end := time.Now().Add(hang); ; {
		if js[bool](p, "Boolean("+expression+")") {
			return
		}
		p.mu.Lock()
		broken := len(*p.bad) > 0
		p.mu.Unlock()
		if broken || time.Now().After(end) {
			p.t.Fatalf("never: %s\n%s", expression, p.text())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// waits waits until the page shows that something other than number n is waited
// for, and returns what, and its number; "over" once nothing follows.
func (p *tab) waits(n int) (kind string, number int) {
	p.t.Helper()
	p.until(fmt.Sprintf("globalThis.labo && (labo.over || labo.dock.message && labo.dock.message.n !== %d && performance.now() - labo.dock.since > 200)", n))
	if js[bool](p, "labo.over") {
		return "over", 0
	}
	return js[string](p, "labo.dock.message?.record.kind ?? ''"), js[int](p, "labo.dock.message?.n ?? 0")
}

func (p *tab) press(keys string) { p.t.Helper(); p.do(chromedp.KeyEvent(keys)) }

// capture leaves what is on screen to be looked at.
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

// lesson is a step that is being played on a page.
type lesson struct {
	*page.Page
	server *page.Server
	ended  chan error
	film   string
}

// play begins a step at a scene.
func play(t *testing.T, step int, scene string, with ...func(*page.Page, *page.Options)) *lesson {
	t.Helper()
	s, ok := lessons.StepByNumber(step)
	if !ok {
		t.Fatalf("no step %d", step)
	}
	port := freeport.Get(t)
	return playing(t, port, func(ctx context.Context, on dialogue.Stage) error {
		return (&bench.Player{Step: s, Stage: on, Port: port, Start: scene, Self: lessontest.Self(t)}).Play(ctx)
	}, with...)
}

// playing begins what plays on a stage, about a port, 0 for none.
func playing(t *testing.T, port uint16, run func(context.Context, dialogue.Stage) error, with ...func(*page.Page, *page.Options)) *lesson {
	t.Helper()
	l := &lesson{ended: make(chan error, 1), film: filepath.Join(t.TempDir(), "essai.film")}
	l.Page = page.New(nil)
	begun := time.Now()
	w, err := film.Create(l.film, film.Head{At: begun, Title: "Essai"}, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	o := page.Options{Title: "Essai", Begun: begun}
	for _, set := range with {
		set(l.Page, &o)
	}
	l.Told, l.Class = w.Write, o.Notes != nil
	if l.server, err = page.Serve(t.Context(), l.Page, o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	recorded := tape.New(tape.Options{Stage: l.Desk(), To: []func(film.Record){l.See, w.Write}, Port: port, Begun: begun})
	go func() {
		err := run(ctx, recorded)
		l.End("C'est fini.")
		w.Close()
		l.ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		<-l.ended
		l.server.Close()
	})
	return l
}

// read plays to the end of the step as a reader does, with keys.
func (p *tab) read(each func(kind string)) {
	p.t.Helper()
	lines := map[string]int{}
	for n := 0; ; {
		kind, number := p.waits(n)
		if kind == "over" {
			return
		}
		n = number
		if each != nil {
			each(kind)
		}
		waiting := fmt.Sprintf("labo.dock.message?.n === %d && !labo.dock.sent", n)
		switch kind {
		case "pause":
			for js[bool](p, waiting) {
				p.press(kb.Enter) // each shows a page more, the last goes on
			}
		case "ask":
			for js[bool](p, waiting) { // a question that is lower on the page comes into view first
				p.press("2")
				p.press(kb.Enter)
			}
		case "input":
			prompt := js[string](p, "labo.dock.message.record.prompt")
			for range 40 {
				if js[bool](p, "document.activeElement.id === 'ligne'") {
					break
				}
				p.press(kb.Tab)
			}
			if lines[prompt]++; lines[prompt] > 2 {
				p.press(":fin" + kb.Enter)
			} else {
				p.press("s bonjour, ça <marche> ?" + kb.Enter)
			}
		case "watch":
			p.press("p")
		case "end":
			p.press("q")
		default:
			p.t.Fatalf("waits for %q", kind)
		}
	}
}

func TestEachStepIsPlayedInABrowser(t *testing.T) {
	for _, step := range lessons.Steps() {
		t.Run(fmt.Sprint(step.Number), func(t *testing.T) {
			l := play(t, step.Number, "")
			p := open(t, l.server.Address(), 1280, 800)
			counts := map[string]int{}
			p.read(func(kind string) {
				counts[kind]++
				if n := counts[kind]; n == 3 || kind == "watch" || kind == "end" {
					p.capture(fmt.Sprintf("etape%d-%s-%d", step.Number, kind, n))
				}
			})
			if err := <-l.ended; err != nil {
				t.Error(err)
			}
			l.ended <- nil
			if counts["ask"] == 0 || counts["pause"]+counts["watch"] < len(step.Scenes) || counts["end"] != 1 {
				t.Errorf("the reader met %v", counts)
			}
			f, err := film.Open(l.film)
			if err != nil || f.Cut || f.Lost != 0 {
				t.Fatalf("the film: %v, %+v", err, f)
			}
			info, err := os.Stat(l.film)
			if err != nil || step.Number == 1 && info.Size() > 200<<10 {
				t.Errorf("the film takes %d bytes, %v", info.Size(), err)
			}
			t.Logf("a film of %s, %d bytes", f.Took(), info.Size())
		})
	}
}
