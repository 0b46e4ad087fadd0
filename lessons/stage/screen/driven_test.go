package screen

import (
	"context"
	"html"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"labo/lessons/projection"
	"labo/lessons/room"
	"labo/lessons/room/mirror"
	"labo/lessons/scene"
	"labo/lessons/stage/hall"
	"labo/lessons/vote"
)

// onTheWall is a projection as a room has it: its model takes one message at a time.
type onTheWall struct {
	mu sync.Mutex
	*model
	wait   *wait
	mirror *mirror.Mirror
}

func (p *onTheWall) Counted(source vote.Source, part string, round int, votes []int, here int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Update(countedMsg{source, part, round, votes, here})
}

func (p *onTheWall) Drive(part string, a vote.Act) (vote.State, error) {
	done := make(chan driven, 1)
	p.mu.Lock()
	p.Update(driveMsg{part, a, done})
	p.mu.Unlock()
	d := <-done
	return d.state, d.err
}

// keys are pressed by who projects, in their time.
func (p *onTheWall) keys(names ...string) {
	for _, name := range names {
		p.mu.Lock()
		later(p.model)
		p.Update(pressOf(name))
		p.mu.Unlock()
	}
}

func (p *onTheWall) shows() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return screenOf(p.model)
}

func (p *onTheWall) state() vote.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ask.vote.State()
}

func (p *onTheWall) answered() bool { return len(p.wait.reply) > 0 }

// project asks a question of step 1 in a room.
func project(t *testing.T, r *room.Room) *onTheWall {
	p := &onTheWall{wait: ask()}
	p.wait.question.Part = "prediction"
	p.model = newModel(Options{Projection: true, Tell: func(s projection.Status) string { p.mirror.Tell(s); return "" }})
	p.mirror = mirror.Start(r, p, func(err error) { t.Error(err) })
	head := scene.Head{Step: 1, StepTitle: "Un serveur simple", Index: 2, Total: 9, ID: "reserver-le-port", Title: "bind()"}
	p.status.begin(head, 0)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Update(beginMsg{Head: head})
	p.Update(waitMsg{p.wait})
	return p
}

// desk is the page of the instructor in a browser: forms, as they were shown.
type desk struct {
	t *testing.T
	http.Handler
}

var fields = regexp.MustCompile(`<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"[^>]*>`)

// form is what the page holds now.
func (d desk) form() url.Values {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest("GET", "/pupitre", nil))
	f := url.Values{}
	for _, m := range fields.FindAllStringSubmatch(w.Body.String(), -1) {
		if !strings.Contains(m[0], " disabled") {
			f.Set(m[1], m[2])
		}
	}
	return f
}

// press sends a form, and returns what the desk then shows.
func (d desk) press(f url.Values, deed vote.Deed) string {
	f.Set("faire", string(deed))
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/agir", strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	d.ServeHTTP(w, r)
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(html.UnescapeString(w.Body.String()))
}

func opened(t *testing.T) (*room.Room, *onTheWall, desk) {
	t.Helper()
	r, err := room.Open(t.Context(), room.Options{Name: "essai", Addr: netip.MustParseAddrPort("127.0.0.1:0"), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	p := project(t, r)
	t.Cleanup(func() { p.mirror.Close() })
	d := desk{t, hall.NewDesk(hall.DeskOptions{Room: r}).Site()}
	until(t, "the question is on the wall", func() bool { return r.Wall().Ballot != nil })
	return r, p, d
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// agree waits until the room has what the projection has.
func agree(t *testing.T, r *room.Room, p *onTheWall) {
	t.Helper()
	until(t, "the room has what the projection has", func() bool {
		s, _ := r.Stands(r.Wall().Ballot.ID)
		return s.Same(p.state())
	})
}

// One vote, whoever drives it: hands typed at either place are at both, what one
// does the other shows, and a key pressed at one undoes nothing of the other.
func TestTheDeskAndTheProjectionDriveOneVote(t *testing.T) {
	r, p, d := opened(t)
	stale := d.form()
	p.keys("1", "2")
	agree(t, r, p)
	if f := d.form(); f.Get("main-1") != "12" || f.Get("main-2") != "" {
		t.Errorf("the hands typed at the projection are not on the desk: %v", f)
	}
	stale.Set("main-2", "7") // typed on a page that has not shown the 12 yet
	d.press(stale, vote.Count)
	if hands := p.state().Hands; !slices.Equal(hands[0], []int{12, 7}) {
		t.Errorf("hands %v", hands)
	}
	before := d.form()
	if said := d.press(d.form(), vote.Close); !strings.Contains(said, "19 votes") || !strings.Contains(p.shows(), "VOTE CLOS") || !strings.Contains(p.shows(), "Pupitre : le vote y a été clos.") {
		t.Errorf("closed at the desk:\n%s\n%s", said, p.shows())
	}
	p.keys("3") // was meant for a number
	if p.state().Phase != vote.Closed {
		t.Error("a digit at the projection has opened again what the desk closed")
	}
	if said := d.press(before, vote.Close); !strings.Contains(said, "entre-temps") {
		t.Errorf("closed twice: %s", said)
	}
	p.keys("d")
	agree(t, r, p)
	until(t, "the discussion is on the wall", func() bool { return p.state().Phase == vote.Discussing && r.Wall().Phase == vote.Discussing })
	talking := d.form()
	d.press(d.form(), vote.Again)
	p.mu.Lock()
	p.Update(pressOf("enter")) // at the same moment: the second vote, too
	p.mu.Unlock()
	if s := p.state(); s.Round != 2 || s.Phase != vote.Counting || p.answered() {
		t.Fatalf("the second vote: %+v", s)
	}
	if said := d.press(talking, vote.Again); !strings.Contains(said, "entre-temps") {
		t.Errorf("a third vote: %s", said)
	}
	p.keys("4", "enter", "1", "5", "enter")
	until(t, "the wall shows the splits", func() bool {
		s := r.Wall().Splits
		return len(s) == 2 && slices.Equal(s[0], []int{12, 7}) && slices.Equal(s[1], []int{4, 15})
	})
	closed := d.form()
	if d.press(d.form(), vote.Measure); !p.answered() {
		t.Error("the desk does not ask for the measurement")
	}
	until(t, "the desk knows", func() bool { s, _ := r.Stands(r.Wall().Ballot.ID); return s.Owner == room.Measuring })
	if said := d.press(closed, vote.Reopen); !strings.Contains(said, "Rien n'est fait") || !strings.Contains(said, "La projection mesure") {
		t.Errorf("reopened while it is measured: %s", said)
	}
}

// Both at once, at random: what is kept is what the projection has, no hand that
// one counted is lost to the other, and no refusal changes anything.
func TestBothDriveAtOnce(t *testing.T) {
	r, p, d := opened(t)
	deeds := []vote.Deed{vote.Count, vote.Count, vote.Close, vote.Talk, vote.Again, vote.Reopen, vote.Reveal}
	done, refused := 0, 0
	for turn := range 60 {
		rnd := rand.New(rand.NewPCG(uint64(turn), 7))
		deed, n := deeds[rnd.IntN(len(deeds))], 1+rnd.IntN(9)
		was := p.state()
		var said string
		var both sync.WaitGroup
		both.Go(func() {
			f := d.form()
			if f.Has("main-2") {
				f.Set("main-2", strconv.Itoa(n))
			}
			said = d.press(f, deed)
		})
		both.Go(func() {
			keys := []string{strconv.Itoa(1 + rnd.IntN(8)), "up", "enter", "c", "d", "backspace"}
			p.mu.Lock()
			p.ask.at = 0 // who projects counts the first option
			p.mu.Unlock()
			if key := keys[turn%len(keys)]; key != "enter" || was.Phase == vote.Discussing { // Enter may ask for the measurement
				p.keys(key)
			}
		})
		both.Wait()
		agree(t, r, p)
		if strings.Contains(said, "Rien n'est fait") {
			refused++
			continue
		}
		done++
		s := p.state()
		if deed == vote.Count && (s.Hands == nil || s.Hands[len(s.Hands)-1][1] != n) && s.Round == was.Round {
			t.Fatalf("turn %d: %d hands counted at the desk are %v", turn, n, s.Hands)
		}
	}
	if done < 5 || refused < 5 {
		t.Errorf("%d done and %d refused: little was proved", done, refused)
	}
	// A projection that was killed goes on where the vote was.
	before := p.state()
	p.mirror.Close()
	id := r.Fresh("1-reserver-le-port-prediction", 2)
	q := project(t, r)
	defer q.mirror.Close()
	until(t, "the vote goes on", func() bool { return q.state().Same(before) && r.Wall().Ballot != nil && r.Wall().Ballot.ID == id })
}
