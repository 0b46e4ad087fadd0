package page_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/chromedp"

	"labo/lessons/evidence"
	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/record"
	"labo/lessons/scene"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/page"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/reel"
	"labo/lessons/trace"
)

func question() scene.Question {
	text := func(s string) []prose.Span { return []prose.Span{{Text: s}} }
	return scene.Question{Blocks: []prose.Block{{Spans: text("Combien de lignes ?")}}, Options: []prose.Option{{ID: "une", Spans: text("une : le port")}, {ID: "deux", Spans: text("deux")}}}
}

// stepOne is a film of step 1, as it was played.
func stepOne(t *testing.T) *film.Film {
	t.Helper()
	f, err := film.Open("testdata/etape1.film")
	if err != nil || f.Lost > 0 {
		t.Fatalf("%v, %+v", err, f)
	}
	return f
}

// offline writes the page of a film and returns its address.
func offline(t *testing.T, f *film.Film) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.HTML(&b, f); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "film.html")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// words are the words of a text, whatever their case and what frames them.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// framed are the words that one view has around what is said, and the other
// has not.
var framed = words("mesure valeur note mesuré Votre prédiction Prédiction c'était vrai à")

var milliseconds = regexp.MustCompile(`(\d\d:\d\d:\d\d),\d{3}`)

// What the page says is what the lines say, record by record, from one film, of
// each scene of each step and of the states, and of programs that are followed.
func TestThePageSaysWhatTheLinesSay(t *testing.T) {
	for _, name := range []string{"etape1", "etats", "trace"} {
		t.Run(name, func(t *testing.T) { sameWords(t, recorded(t, "testdata/"+name+".film")) })
	}
}

func sameWords(t *testing.T, f *film.Film) {
	p := open(t, offline(t, f), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	compared := 0
	for i := range f.Records {
		r := &f.Records[i]
		switch r.Kind {
		case film.Prose, film.Event, film.Evidence, film.Ask, film.Answer, film.Replied, film.Traced:
		case film.Called:
			if _, ok := r.Happened(); !ok {
				continue
			}
		default:
			continue
		}
		if r.Kind == film.Replied && (r.Reply.Line == nil || *r.Reply.Line == "") && r.Reply.Chosen == nil {
			continue // nothing is said
		}
		if r.Evidence != nil && r.Evidence.Chart != nil {
			continue // a curve is drawn otherwise
		}
		var lines bytes.Buffer
		s := linear.New(&lines, paint.Palette{}, func() int { return 200 }, nil, nil)
		reel.Show(t.Context(), s, r)
		page := js[string](p, fmt.Sprintf("(() => { labo.toMessage(%d); const node = labo.view.node(%d).cloneNode(true); for (const li of node.querySelectorAll('ol:not(.outline ol) > li')) li.prepend([...li.parentElement.children].indexOf(li) + 1 + '. '); const all = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), texts = []; while (all.nextNode()) texts.push(all.currentNode.data); return texts.join(' ') })()", i, i))
		want, got := words(lines.String()), words(milliseconds.ReplaceAllString(page, "$1")) // lines have seconds
		for _, w := range framed {
			want, got = slices.DeleteFunc(want, func(x string) bool { return x == w }), slices.DeleteFunc(got, func(x string) bool { return x == w })
		}
		same := strings.Join(want, "") == strings.Join(got, "") // a long word is cut at the end of a line
		slices.Sort(want)
		slices.Sort(got)
		if !same && !slices.Equal(want, got) {
			t.Errorf("record %d (%s): the lines say\n%q\nthe page says\n%q", i, r.Kind, want, got)
		}
		compared++
	}
	if compared < 30 {
		t.Errorf("only %d records compared", compared)
	}
}

// A film that an attacker has edited is text on the page, and runs nothing.
func TestAnAttackersFilmRunsNothing(t *testing.T) {
	attacks := []string{
		`<script>globalThis.pwned=1</script>`, `<img src=x onerror="globalThis.pwned=1">`, `</script><script>globalThis.pwned=1</script>`,
		`"><svg onload=globalThis.pwned=1>`, `<!--<script>`, `javascript:globalThis.pwned=1`, "\u2028globalThis.pwned=1//", `{{.}}`, `<a href="javascript:globalThis.pwned=1">x</a>`, "\u202e\x1b[2J",
	}
	path := filepath.Join(t.TempDir(), "attaque.film")
	w, err := film.Create(path, film.Head{Title: strings.Join(attacks, ""), Program: attacks[0], Machine: attacks[1]}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range attacks {
		span := []prose.Span{{Style: prose.Style(i % 4), Text: a}}
		blocks := []prose.Block{{Spans: span}, {Kind: prose.Code, Lang: a, Lines: []string{a}}, {Kind: prose.List, Items: [][]prose.Span{span}}}
		q := scene.Question{Blocks: blocks, Options: []prose.Option{{ID: a, Spans: span}, {ID: "b", Spans: span}}}
		for _, r := range []film.Record{
			film.OfBegin(scene.Head{Step: 1, StepTitle: a, Total: 1, ID: a, Title: a}), film.OfProse(blocks),
			film.OfEvent(evidence.Event{From: evidence.Client, What: a, Detail: a, Source: a}),
			film.OfEvidence(evidence.Evidence{Title: a, Source: a, Values: []evidence.Value{{Label: a, Text: a, Source: a}}, Notes: []string{a}, Sockets: &evidence.Table{Empty: a},
				Chart: &evidence.Chart{X: a, Y: a, Ticks: []string{a}, Curves: []evidence.Curve{{Label: a, Source: a}}}}),
			film.OfAsk(q), film.OfAnswer(scene.Answer{Question: q, Chosen: 0, Right: 1, Measured: a}),
			{Kind: film.Watch, Title: a, Prompt: a}, {Kind: film.Replied, Reply: &film.Reply{Line: &a}},
			{Kind: film.Outline, Scenes: []film.Scene{{ID: a, Title: a, Done: a}}},
			{Kind: film.Port, Port: &film.Snapshot{Source: a, Notes: []string{a}}}, {Kind: film.Port, Port: &film.Snapshot{Error: a}}, {Kind: film.Input, Prompt: a},
			{Kind: film.Traced, Program: &film.Program{Name: a, Source: a, Why: a, Lines: []string{a}}},
			{Kind: film.Called, Call: &film.Call{What: "return", TID: 1, Thread: a, Line: 1, File: a, Name: a, Says: a, Outcome: a, Held: &trace.Held{Type: a, State: a, Local: &record.End{Addr: a}}}},
			{Kind: film.Called, Call: &film.Call{What: "enter", TID: 1, Thread: a, Line: 1, Name: a, Says: a}},
		} {
			w.Write(r)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := film.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, offline(t, f), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	last := len(f.Records) - 1
	if at := js[int](p, fmt.Sprintf("(() => { for (let i = 0; i <= %d; i++) labo.toMessage(i); return labo.shown })()", last)); at != last {
		t.Errorf("shown up to %d of %d", at, last)
	}
	p.do(chromedp.Sleep(300 * time.Millisecond)) // what was to load has failed, or run
	if js[bool](p, "'pwned' in globalThis") {
		t.Error("the film runs")
	}
	if n := js[int](p, "document.querySelectorAll(':is(#texte, #noyau) :is(script, img, a, [onload], [onerror])').length"); n != 0 {
		t.Errorf("%d elements of the attacker's", n)
	}
	for _, a := range attacks[:5] {
		if text := js[string](p, "(() => { labo.toMessage(1); return labo.view.flow.textContent + JSON.stringify(labo.view.messages) })()"); !strings.Contains(text, strings.ReplaceAll(a, `"`, `\"`)) && !strings.Contains(text, a) {
			t.Errorf("%s is not shown as it is", a)
		}
	}
}

// A film of ten thousand events is sought at once.
func TestSeekingALongFilm(t *testing.T) {
	f := &film.Film{Head: film.Head{Format: 1, At: time.Now(), Title: "Long"}}
	var d film.Decoder
	add := func(r film.Record, at int) {
		r.Micros = int64(at) * 1000
		line, err := film.Line(r)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := d.Decode(line)
		if !ok {
			t.Fatalf("%s", line)
		}
		f.Records = append(f.Records, r)
	}
	const events = 10_000
	for i := range events {
		if i%500 == 0 {
			add(film.OfBegin(scene.Head{Step: 1, StepTitle: "x", Index: i / 500, Total: events / 500, ID: fmt.Sprint("s", i), Title: fmt.Sprint("Scène ", i)}), i)
		}
		add(film.OfEvent(evidence.Event{From: evidence.Client, To: evidence.Kernel, What: fmt.Sprint("événement ", i), Outcome: evidence.Worked, Detail: "fait"}), i)
	}
	p := open(t, offline(t, f), 1280, 800)
	p.until("globalThis.labo?.shown >= 0")
	for _, at := range []int{9_999, 3, 5_250, 5_249, 777} {
		p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("labo.seek(%d)", at*1000)))
		if got := js[string](p, "[...labo.view.flow.firstChild.children].findLast((n) => !n.hidden).textContent"); !strings.Contains(got, fmt.Sprintf("événement %d", at)) {
			t.Errorf("at %d the film shows %q", at, got)
		}
		hidden := js[int](p, "[...labo.view.flow.firstChild.children].filter((n) => !n.hidden).length")
		if want := at%500 + 1; hidden != want {
			t.Errorf("at %d, %d events are on screen, want %d", at, hidden, want)
		}
	}
	times := js[[]float64](p, `(() => { const all = []; for (let i = 0; i < 100; i++) { const t = performance.now(); labo.seek(((i * 7919) % 10000) * 1000); document.body.offsetHeight; all.push(performance.now() - t); } return all.sort((a, b) => a - b) })()`)
	// A reader drags the bar: what is drawn keeps up with the screen.
	p.do(chromedp.Evaluate[chromedp.Void](`globalThis.frames_ = null; (() => { const all = []; let before = 0, i = 0; const bar = document.querySelector('#moment'); const step = (now) => { if (before) all.push(now - before); before = now; if (i === 300) { globalThis.frames_ = all.sort((a, b) => a - b); return; } bar.value = (i++ * 33) % 10000; bar.dispatchEvent(new Event('input')); requestAnimationFrame(step); }; requestAnimationFrame(step); })(); 0`))
	p.until("globalThis.frames_")
	frames := js[[]float64](p, "globalThis.frames_")
	t.Logf("frames while the bar is dragged: median %.1f ms, 95th percentile %.1f ms", frames[len(frames)/2], frames[len(frames)*95/100])
	t.Logf("seek: median %.1f ms, 95th percentile %.1f ms, most %.1f ms", times[50], times[95], times[99])
}
