package room

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// What a guest sends, as the last token of its subject.
const (
	verbHello   = "bonjour" // who it is: a hello; answered with what it needs to go on
	verbHere    = "ici"     // nothing: it is still here
	verbBye     = "adieu"   // nothing: it leaves
	verbVote    = "vote"
	verbWhere   = "ou"
	verbVerdict = "verdict"
)

// doorSubject is where who was refused asks why, as doorUser.
const (
	doorSubject = "labo.porte"
	doorUser    = "porte"
)

// ballotPaper is a vote as it is sent.
type ballotPaper struct {
	Ballot string `json:"vote"`
	Round  int    `json:"tour"`
	Vote
}

// reply is what a room answers.
type reply struct {
	Error   string          `json:"erreur,omitempty"` // one of the errors below
	Room    string          `json:"classe,omitempty"`
	Version string          `json:"version,omitempty"`
	Wall    *Wall           `json:"mur,omitempty"`
	Mine    map[string]Vote `json:"votes,omitempty"` // of the ballot on the wall, by round
	Here    time.Duration   `json:"ici,omitempty"`
	Wait    time.Duration   `json:"attente,omitempty"`
	Show    Consent         `json:"montre,omitempty"`
}

// Why a room does not take what a participant sent.
var (
	ErrClosed  = errors.New("this vote is not open")      // closed meanwhile, or another round
	ErrAnswer  = errors.New("not an answer to this vote") // no such option; an empty word
	ErrTooFast = errors.New("too many messages")
	ErrFull    = errors.New("the room is full")
	errMessage = errors.New("not understood") // another version, or not labo
	errKept    = errors.New("not kept")       // JetStream did not take it: try again
)

var told = map[string]error{"clos": ErrClosed, "reponse": ErrAnswer, "debit": ErrTooFast, "plein": ErrFull, "message": errMessage, "garde": errKept}

func word(err error) string {
	for w, e := range told {
		if errors.Is(err, e) {
			return w
		}
	}
	return "garde"
}

// serve takes what guests send. Where several labo serve a room each message
// goes to one of them; that a guest is here is told to all.
func (r *Room) serve() error {
	all := inOf(r.key, "*", "*")
	if _, err := r.nc.Subscribe(inOf(r.key, "*", verbHere), func(m *nats.Msg) { r.heard(m, true) }); err != nil {
		return err
	}
	if _, err := r.nc.Subscribe(inOf(r.key, "*", verbBye), func(m *nats.Msg) { r.heard(m, false) }); err != nil {
		return err
	}
	if _, err := r.nc.QueueSubscribe(all, "labo", r.take); err != nil {
		return err
	}
	go r.wakes()
	_, err := r.nc.Subscribe(doorSubject, r.door) // the one that refused answers
	return err
}

// sender is who sent a message, and what: NATS lets each publish under its own ID.
func sender(m *nats.Msg) (id, verb string) {
	parts := strings.Split(m.Subject, ".")
	return parts[len(parts)-2], parts[len(parts)-1]
}

func (r *Room) heard(m *nats.Msg, here bool) {
	id, _ := sender(m)
	if !r.knows(id) {
		return
	}
	if !here {
		r.here.left(id)
		r.signal.raise()
	} else if r.here.saw(id, time.Now()) {
		r.signal.raise()
	}
}

// take checks one message and answers it. It does not wait for JetStream: the
// answer goes when it is kept.
func (r *Room) take(m *nats.Msg) {
	id, verb := sender(m)
	answer := func(a reply, err error) {
		if err != nil {
			a = reply{Error: word(err)}
		}
		if b, err := json.Marshal(a); err == nil && strings.HasPrefix(m.Reply, inboxOf(id)+".") {
			r.nc.Publish(m.Reply, b)
		}
	}
	if !r.rate.allow(id, r.limits, time.Now()) {
		if answer(reply{}, ErrTooFast); r.rate.flooding(id) && r.srv != nil {
			for _, c := range r.gate.cut(id, time.Now()) {
				r.srv.DisconnectClientByID(c)
			}
		}
		return
	}
	if verb == verbHere || verb == verbBye { // [Room.heard]
		return
	}
	r.do(id, verb, m.Data, answer)
}

// do does what participant id asks, for a message or for a phone.
func (r *Room) do(id, verb string, data []byte, answer func(reply, error)) {
	now := time.Now()
	if !r.knows(id) && verb != verbHello {
		go func() { // another labo may have let it in just now
			if r.soon(func() bool { return r.knows(id) }) {
				r.do(id, verb, data, answer)
				return
			}
			answer(reply{}, errMessage)
		}()
		return
	}
	switch verb {
	case verbHello:
		r.welcome(id, data, now, answer)
	case verbVote:
		r.takeVote(id, data, now, answer)
	case verbWhere:
		take(r, "where", id, data, now, (*Where).bounded, answer)
	case verbVerdict:
		take(r, "verdict", id, data, now, (*Verdict).bounded, answer)
	case verbShow:
		r.takeSketch(id, data, answer)
	case verbPiece:
		r.takePiece(id, data, answer)
	case verbSlip:
		take(r, "rendu", id, data, now, (*slip).bounded, answer)
	default:
		answer(reply{}, errMessage)
	}
}

// take keeps a document of a participant, once bounded.
func take[T any](r *Room, what, id string, data []byte, now time.Time, bound func(*T, time.Time), answer func(reply, error)) {
	v := new(T)
	if json.Unmarshal(data, v) != nil {
		answer(reply{}, errMessage)
		return
	}
	bound(v, now)
	r.keepOf(v, func(err error) { answer(reply{}, err) }, what, id)
}

// keepOf keeps a document and calls done, from another goroutine, once this room
// has read it back: what is answered then is what every view shows.
func (r *Room) keepOf(v any, done func(error), token ...string) {
	r.put(v, func(seq uint64, err error) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err == nil && r.until(ctx, seq) != nil {
			err = errKept
		}
		done(err)
	}, token...)
}

// put is keepOf for what no room reads: it tells where in the stream it is kept.
func (r *Room) put(v any, done func(seq uint64, err error), token ...string) {
	b, err := json.Marshal(v)
	if err != nil {
		done(0, errMessage)
		return
	}
	f, err := r.js.PublishAsync(r.keeps(token...), b)
	if err != nil {
		done(0, errKept)
		return
	}
	go func() {
		select {
		case ack := <-f.Ok():
			done(ack.Sequence, nil)
		case <-f.Err():
			done(0, errKept)
		}
	}()
}

func (r *Room) welcome(id string, data []byte, now time.Time, answer func(reply, error)) {
	var h hello
	if json.Unmarshal(data, &h) != nil || !token(id) {
		answer(reply{}, errMessage)
		return
	}
	if h.Pseudonym = Clean(h.Pseudonym, maxName); h.Pseudonym == "" {
		h.Pseudonym = "sans nom"
	}
	if h.Kind != KindPhone {
		h.Kind = KindLabo
	}
	h.Joined = now
	r.mu.Lock()
	m, full := r.state.members[id], len(r.state.members) >= r.limits.Participants
	known := m != nil && !m.Joined.IsZero()
	if known {
		h.Joined = m.Joined
	}
	same := known && m.Pseudonym == h.Pseudonym && m.Kind == h.Kind
	r.mu.Unlock()
	r.here.saw(id, now)
	switch {
	case !known && full:
		answer(reply{}, ErrFull)
	case same:
		answer(r.hello(id), nil)
		r.signal.raise()
	default:
		r.keepOf(h, func(err error) {
			answer(r.hello(id), err)
		}, "member", id)
	}
}

// hello is what a guest needs to go on from where it was.
func (r *Room) hello(id string) reply {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.state.wall.told()
	w.Room = r.name
	consent := NotAsked
	if m := r.state.members[id]; m != nil {
		consent = m.sketch.now()
	}
	a := reply{Show: consent, Room: r.name, Version: r.version, Wall: &w, Here: r.limits.Here, Mine: map[string]Vote{}}
	if w.Ballot != nil {
		for round := 1; round <= 2; round++ {
			if v, voted := r.state.votes[roundOf{w.Ballot.ID, round}][id]; voted {
				a.Mine[strconv.Itoa(round)] = v
			}
		}
	}
	return a
}

func (r *Room) takeVote(id string, data []byte, now time.Time, answer func(reply, error)) {
	var p ballotPaper
	if json.Unmarshal(data, &p) != nil || !token(p.Ballot) {
		answer(reply{}, errMessage)
		return
	}
	if b, open := r.isOpen(p); open {
		r.keepVote(id, p, b, now, answer)
		return
	}
	go func() { // another labo may have opened it just now
		var b *Ballot
		if r.soon(func() (open bool) { b, open = r.isOpen(p); return open }) {
			r.keepVote(id, p, b, now, answer)
			return
		}
		answer(reply{}, ErrClosed)
	}()
}

func (r *Room) keepVote(id string, p ballotPaper, b *Ballot, now time.Time, answer func(reply, error)) {
	v := Vote{Option: p.Option, Word: Clean(p.Word, maxWord), At: now}
	if !v.answers(b) {
		answer(reply{}, ErrAnswer)
		return
	}
	r.keepOf(v, func(err error) { answer(reply{}, err) }, "vote", p.Ballot, strconv.Itoa(p.Round), id)
}

func (r *Room) isOpen(p ballotPaper) (*Ballot, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.open(p.Ballot, p.Round)
}

// lag bounds how far this labo may be behind another that shows the wall.
const lag = time.Second

// soon waits that long for what another labo has kept to be known here too.
func (r *Room) soon(known func() bool) bool {
	changed, stop := r.Watch()
	defer stop()
	late := time.After(lag)
	for !known() {
		select {
		case <-late:
			return false
		case _, going := <-changed:
			if !going {
				return false
			}
		}
	}
	return true
}

// door answers who was refused: why, and how long to wait.
func (r *Room) door(m *nats.Msg) {
	if !strings.HasPrefix(m.Reply, inboxOf(doorUser)+".") {
		return
	}
	why, wait := r.gate.why(string(m.Data), time.Now())
	if why == letIn {
		return // another labo refused
	}
	b, err := json.Marshal(reply{Error: string(why), Version: r.version, Wait: wait})
	if err == nil {
		m.Respond(b)
	}
}
