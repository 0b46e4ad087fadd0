package hall

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"labo/lessons/room"
	"labo/lessons/stage/markup"
	"labo/lessons/stage/page"
	"labo/lessons/vote"
)

// DeskOptions are what the wall and the desk show.
type DeskOptions struct {
	Room   *room.Room
	Phones string // [Phones.Address]
	Labo   string // the address that `labo rejoindre` takes
}

// Desk is the wall of a class, and the instructor's desk. It is served by
// [page.Serve] as its Site: on 127.0.0.1, with a key. [NewDesk] makes one.
type Desk struct {
	room         *room.Room
	phones, labo string
	questions    []lessonQuestion

	mu    sync.Mutex
	hands map[string][]int // by ballot and round: what the instructor counted
}

// NewDesk returns the wall and the desk of a room.
func NewDesk(o DeskOptions) *Desk {
	return &Desk{room: o.Room, phones: o.Phones, labo: o.Labo, questions: lessonQuestions(), hands: map[string][]int{}}
}

// Site returns what is served.
func (d *Desk) Site() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		render(w, document("mur", "La classe", "/suite?vue=mur", markup.HTML{}, onlyRegion(d.wall())))
	})
	mux.HandleFunc("GET /pupitre", func(w http.ResponseWriter, r *http.Request) {
		render(w, document("pupitre", "Pupitre", "/suite?vue=pupitre", markup.HTML{}, markup.F(
			`<main><section id="{}">{}</section>{}<section id="{}">{}</section></main>`,
			regionVote, d.control(""), d.ask(), regionMembers, d.members(time.Now()))))
	})
	mux.HandleFunc("GET /suite", d.follow)
	mux.HandleFunc("POST /agir", d.act)
	mux.HandleFunc("GET /web/{name}", file)
	return mux
}

// The regions of the desk.
const (
	regionVote    = "vote"
	regionMembers = "eleves"
)

// render answers with a page, or a region of one.
func render(w http.ResponseWriter, page markup.HTML) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, page.String())
}

func (d *Desk) follow(w http.ResponseWriter, r *http.Request) {
	const every = 3 * time.Second
	changed, stop := d.room.Watch()
	defer stop()
	draw := func() map[string]markup.HTML { return map[string]markup.HTML{regionMain: d.wall()} }
	if r.FormValue("vue") == "pupitre" {
		draw = func() map[string]markup.HTML {
			return map[string]markup.HTML{regionVote: d.control(""), regionMembers: d.members(time.Now())}
		}
	}
	follow(r.Context(), page.Events(w), changed, every, draw)
}

// act does what the instructor asks of the vote.
func (d *Desk) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if r.ParseForm() != nil {
		http.Error(w, "labo n'a pas compris", http.StatusBadRequest)
		return
	}
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	render(w, d.control(d.do(ctx, r.PostForm.Get("faire"), r.PostForm.Get)))
}

// errNothing: what was asked makes no sense now.
var errNothing = errors.New("nothing to do")

// do does one act, and returns why it could not, in French.
func (d *Desk) do(ctx context.Context, what string, field func(string) string) string {
	w, now := d.room.Wall(), vote.Counting
	err := errNothing
	switch what {
	case "poser":
		return d.pose(ctx, field)
	case "effacer":
		err = d.room.Clear(ctx)
	}
	if b := w.Ballot; b != nil {
		now = w.Phase
		d.raise(b, w.Round, field)
		switch {
		case what == "mains":
			err = nil
		case what == "clore" && now == vote.Counting && d.voters(b.ID, w.Round) == 0:
			return "Personne n'a encore voté : le vote reste ouvert."
		case what == "clore" && now == vote.Counting:
			_, err = d.room.Move(ctx, b.ID, w.Round, vote.Closed)
		case what == "discuter" && now == vote.Closed && w.Round == 1:
			_, err = d.room.Move(ctx, b.ID, 1, vote.Discussing)
		case what == "second" && w.Round == 1 && now != vote.Counting:
			_, err = d.room.Move(ctx, b.ID, 2, vote.Counting)
		case what == "rouvrir" && now != vote.Counting:
			_, err = d.room.Move(ctx, b.ID, w.Round, vote.Counting)
		case what == "montrer" && now != vote.Counting:
			err = d.room.Show(ctx, d.splits(b, w.Round), w.Right, w.Note)
		case what == "juste" && now != vote.Counting:
			right, _ := strconv.Atoi(field("juste"))
			if right < 0 || right > len(b.Options) {
				return "Cette réponse n'est pas de ce vote."
			}
			if _, err = d.room.Move(ctx, b.ID, w.Round, vote.Settled); err == nil {
				err = d.room.Show(ctx, d.splits(b, w.Round), right, field("mesure"))
			}
		}
	}
	switch {
	case errors.Is(err, errNothing):
		return "Ce n'est plus possible : le vote a changé entre-temps."
	case err != nil:
		return "La classe n'a pas gardé cela. Recommencez."
	}
	return ""
}

// pose asks a question of the lesson, or the instructor's own.
func (d *Desk) pose(ctx context.Context, field func(string) string) string {
	b := ownQuestion(field("texte"), field("reponses"), time.Now())
	if at := d.question(field("question")); at != nil && b.Question == "" {
		b = at.Ballot
	}
	switch err := d.room.Ask(ctx, b); {
	case errors.Is(err, room.ErrBallot):
		return "Choisissez une question, ou écrivez la vôtre : sans réponse proposée, la classe répond en quelques mots ; sinon, de deux à douze réponses, une par ligne."
	case err != nil:
		return "La classe n'a pas gardé cette question. Recommencez."
	}
	return ""
}

// question is a question of the lesson, nil for none of that ID.
func (d *Desk) question(id string) *lessonQuestion {
	at := slices.IndexFunc(d.questions, func(q lessonQuestion) bool { return q.ID == id })
	if at < 0 {
		return nil
	}
	return &d.questions[at]
}

func handsOf(ballot string, round int) string { return ballot + "/" + strconv.Itoa(round) }

// raise takes the hands that the instructor counted, where the form has them.
func (d *Desk) raise(b *room.Ballot, round int, field func(string) string) {
	if field("mains-de") != handsOf(b.ID, round) {
		return
	}
	counts := make([]int, len(b.Options))
	for i := range counts {
		n, _ := strconv.Atoi(strings.TrimSpace(field("main-" + strconv.Itoa(i+1))))
		counts[i] = min(max(n, 0), vote.Max)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hands[handsOf(b.ID, round)] = counts
}

// raised are the hands of a round.
func (d *Desk) raised(ballot string, round int) []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hands[handsOf(ballot, round)]
}

// splits are the votes of the rounds so far, machines, phones and hands together;
// of free answers, how many there are.
func (d *Desk) splits(b *room.Ballot, rounds int) [][]int {
	var all [][]int
	for round := 1; round <= rounds; round++ {
		c := d.room.Counts(b.ID, round)
		if b.Word() {
			all = append(all, []int{c.Voters})
			continue
		}
		split := slices.Clone(c.Options)
		for i, n := range d.raised(b.ID, round) {
			split[i] += n
		}
		all = append(all, split)
	}
	return all
}
