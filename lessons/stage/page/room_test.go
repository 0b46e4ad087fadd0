package page_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"labo/lessons/dialogue"
	"labo/lessons/film"
	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/room"
	"labo/lessons/room/mirror"
	"labo/lessons/scene"
	"labo/lessons/stage/hall"
	"labo/lessons/stage/page"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// The machines of a room that is really open vote beside raised hands: the wall
// says how to come in and how many have voted, never the split; a hand is counted
// once; what the measurement says comes back to them.
func TestARoomVotesOnThePage(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*hang)
	defer cancel()
	r, err := room.Open(ctx, room.Options{Name: "essai", Addr: netip.MustParseAddrPort("127.0.0.1:0"), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(context.Background())
	guests := make([]*room.Guest, 3)
	for i := range guests {
		if guests[i], err = room.Join(ctx, r.Addr(), r.Code(), room.NewIdentity()); err != nil {
			t.Fatal(err)
		}
		defer guests[i].Close()
	}
	q := question()
	q.Part = "combien"
	var told []projection.Status // by the page, one at a time
	l := playing(t, 0, func(ctx context.Context, on dialogue.Stage) error {
		on.Begin(scene.Head{Step: 1, StepTitle: "Essai", Total: 2, ID: "essai", Title: "Essai"})
		if err := on.Pause(ctx); err != nil {
			return err
		}
		choice, err := on.Ask(ctx, q)
		if err != nil {
			return err
		}
		on.Answer(scene.Answer{Question: q, Chosen: choice.Option, Right: 1, Measured: "deux lignes"})
		return on.Pause(ctx)
	}, func(p *page.Page, o *page.Options) {
		o.Notes = func(string) ([]prose.Block, string) { return nil, "" }
		o.Join = hall.Join("http://192.168.1.20:8080", "192.168.1.20", r.Code())
		m := mirror.Start(r, p, func(err error) { t.Error(err) })
		t.Cleanup(m.Close)
		p.Where = func(s projection.Status) { told = append(told, s); m.Tell(s) }
	})
	wall, lectern := open(t, l.server.Address(), 1920, 1080), open(t, l.server.Lectern(), 390, 844)
	shown := "(() => { const e = document.querySelector('#entree'), top = document.querySelector('#tete').getBoundingClientRect().bottom, low = document.querySelector('#dock').getBoundingClientRect().top; return e.checkVisibility() && e.innerText.includes('labo rejoindre 192.168.1.20') && [...e.children].every((c) => { const r = c.getBoundingClientRect(); return r.top >= top && r.bottom <= low && r.right <= innerWidth }) })()" // whole
	wall.until(shown)
	wall.capture("mur-entree")
	if js[bool](lectern, "Boolean(document.querySelector('#entree'))") {
		t.Error("the lectern shows how to come in")
	}
	wall.waits(0)
	wall.press(kb.Enter)
	const title = "document.querySelector('.prediction h2')?.textContent.startsWith(%q)"
	wall.until(fmt.Sprintf(title, "PRÉDICTION\u00a0: VOTEZ, SUR VOTRE MACHINE OU À MAIN LEVÉE"))
	wall.until(shown)
	votes := func(round int, options ...int) { // options from 1, as participants have them
		t.Helper()
		for i, option := range options {
			for guests[i].Wall().Ballot == nil || guests[i].Wall().Round != round || !guests[i].Wall().Open() {
				if ctx.Err() != nil {
					t.Fatalf("the wall of a participant: %+v", guests[i].Wall())
				}
				time.Sleep(10 * time.Millisecond)
			}
			if err := guests[i].Vote(ctx, guests[i].Wall().Ballot.ID, round, option); err != nil {
				t.Fatal(err)
			}
		}
		wall.until(fmt.Sprintf("document.querySelector('.vote-foot')?.textContent.replace(/\\s/g, ' ').startsWith('Machines : %d voix')", len(options)))
	}
	press := func(label string) {
		t.Helper()
		find := fmt.Sprintf("[...document.querySelectorAll('#vote button')].find((b) => b.textContent === %q)", label)
		lectern.until(find)
		js[int](lectern, find+".click(); 0")
	}
	votes(1, 1, 1, 2)
	if said := js[string](wall, "document.querySelector('.prediction').innerHTML"); strings.Contains(said, "%") || strings.Contains(said, "meter") {
		t.Errorf("during the vote the wall shows %s", said)
	}
	lectern.until("document.querySelector('#voix-1')")
	js[int](lectern, "(() => { const f = document.querySelector('#voix-1'); f.value = '2'; f.dispatchEvent(new Event('input')); return 0 })()")
	wall.until("document.querySelectorAll('.hands').length === 1")
	lectern.until("document.querySelector('#vote').textContent.replace(/\\s/g, ' ').includes('5 voix')")
	lectern.do(chromedp.Reload()) // the field of hands holds those of hands alone
	lectern.until("document.querySelector('#voix-1')?.value === '2' && document.querySelector('#voix-0').value === ''")
	wall.capture("mur-machines")
	lectern.capture("pupitre-machines")
	press("Clore le vote")
	press("Discussion, puis second vote")
	press("Ouvrir le second vote")
	votes(2, 2, 2, 2)
	press("Clore le vote")
	wall.until(fmt.Sprintf(title, "AVANT ET APRÈS"))
	press("La mesure")
	wall.until("labo.view.flow.textContent.includes('Vous étiez 3 sur 5, puis 3 sur 3')")
	wall.until("!document.querySelector('#entree').checkVisibility()")
	for guests[0].Wall().Right != 2 {
		if ctx.Err() != nil {
			t.Fatalf("the measurement did not come to a participant: %+v", guests[0].Wall())
		}
		time.Sleep(10 * time.Millisecond)
	}
	_, n := wall.waits(0)
	for js[bool](wall, fmt.Sprintf("labo.dock.message?.n === %d && !labo.dock.sent", n)) {
		wall.press(kb.Enter)
	}
	wall.until("labo.over")
	if err := <-l.ended; err != nil {
		t.Error(err)
	}
	l.ended <- nil
	last := told[len(told)-1].Vote
	if want := (vote.Tally{2, 1}); last == nil || !last.Answered || last.Phase != vote.Settled || !slices.Equal(last.By[0][room.Machines], want) || last.By[0][vote.Hands][1] != 2 {
		t.Errorf("told last: %+v", last)
	}
	f, err := film.Open(l.film)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(f.Records, func(r film.Record) bool {
		return r.Kind == film.Vote && strings.HasPrefix(strings.ReplaceAll(r.Ballot.Foot, text.NBSP, " "), "Machines : 3 voix")
	}) {
		t.Error("the film does not tell the votes of the machines")
	}
}
