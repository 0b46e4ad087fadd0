package hall

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
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
	own          func() ([]room.Address, error) // of this machine
}

// NewDesk returns the wall and the desk of a room.
func NewDesk(o DeskOptions) *Desk {
	return &Desk{room: o.Room, phones: o.Phones, labo: o.Labo, questions: lessonQuestions(), own: room.Addresses}
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
	if show, known := d.shows()[r.PostForm.Get("faire")]; known {
		show(ctx, r.PostForm.Get("qui")) // where it is not done, the table still says so
		render(w, d.members(time.Now()))
		return
	}
	render(w, d.control(d.do(ctx, r.PostForm.Get("faire"), r.PostForm.Get)))
}

// do does one act, and returns why it could not, in French.
func (d *Desk) do(ctx context.Context, what string, field func(string) string) string {
	b, err := d.room.Wall().Ballot, error(nil)
	switch {
	case what == "poser":
		return d.pose(ctx, field)
	case b == nil || field("de") != b.ID:
		err = vote.ErrLate
	case what == "effacer":
		err = d.room.Take(ctx, b.ID)
	default:
		var a vote.Act
		if a, err = asked(what, field, len(b.Options)); err == nil {
			err = d.room.Act(ctx, b.ID, a)
		}
	}
	switch {
	case errors.Is(err, vote.ErrEmpty):
		return "Personne n'a encore voté : le vote reste ouvert."
	case errors.Is(err, vote.ErrLate):
		return "Rien n'est fait : le vote a changé entre-temps."
	case errors.Is(err, vote.ErrDeed):
		return "Rien n'est fait : cela ne se peut pas maintenant."
	case err != nil:
		return "La classe n'a pas gardé cela. Recommencez."
	}
	return ""
}

// asked reads an act from the form of the desk, which tells what it showed: of the
// hands, those that are not as it showed them were counted anew.
func asked(what string, field func(string) string, options int) (a vote.Act, err error) {
	a = vote.Act{Do: vote.Deed(what), Note: field("mesure"), Hands: map[int]int{}}
	phase := uint64(0)
	if a.Round, err = strconv.Atoi(field("tour")); err == nil {
		phase, err = strconv.ParseUint(field("phase"), 10, 8)
	}
	if a.Phase = vote.Phase(phase); err != nil {
		return a, vote.ErrLate
	}
	a.Right, _ = strconv.Atoi(field("juste"))
	if a.Right < 0 || a.Right > options || a.Do == vote.TakeUp {
		return a, vote.ErrDeed
	}
	for i := range options {
		n := strconv.Itoa(i + 1)
		typed := strings.TrimSpace(field("main-" + n))
		if typed == field("eu-"+n) {
			continue
		}
		if a.Hands[i] = -1; typed != "" {
			if a.Hands[i], err = strconv.Atoi(typed); err != nil {
				return a, vote.ErrDeed
			}
		}
	}
	return a, nil
}

// pose asks a question of the lesson, or the instructor's own.
func (d *Desk) pose(ctx context.Context, field func(string) string) string {
	b := ownQuestion(field("texte"), field("reponses"), time.Now())
	if at := d.question(field("question")); at != nil && b.Question == "" {
		b = at.Ballot
		b.ID = d.room.Fresh(at.ID, len(b.Options))
	}
	switch err := d.room.Ask(ctx, b); {
	case errors.Is(err, room.ErrBallot):
		return "Choisissez une question, ou écrivez la vôtre : sans réponse proposée, la classe répond en quelques mots ; sinon, de deux à douze réponses, une par ligne."
	case err != nil:
		return "La classe n'a pas gardé cette question. Recommencez."
	}
	return ""
}

// question is a question of the lesson, nil for none that is asked under that ID, of
// which there may be a number more: "1-refus-prediction-2".
func (d *Desk) question(id string) *lessonQuestion {
	at := slices.IndexFunc(d.questions, func(q lessonQuestion) bool {
		n, more := strings.CutPrefix(id, q.ID+"-")
		_, err := strconv.Atoi(n)
		return q.ID == id || more && err == nil
	})
	if at < 0 {
		return nil
	}
	return &d.questions[at]
}
