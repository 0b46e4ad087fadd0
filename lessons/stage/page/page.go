// Package page plays a lesson in the reader's browser. labo serves the page on
// 127.0.0.1 only, to whoever has its key; nothing is fetched from elsewhere.
//
// A page is a reader of the film ([Page.See]): each record becomes a message,
// which every browser that looks receives in the same order, again after a
// reload or a lost connection. [Page.Desk] is the dialogue.Stage that waits for
// what a reader does there; lessons/stage/tape stands before both.
//
// Rules, as on every stage: Enter reads on and passes nothing; an answer is for
// the wait that its page shows, and one that comes late, or twice from two
// pages, changes nothing.
package page

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"labo/lessons/film"
	"labo/lessons/projection"
)

// Page is one play, as browsers see it.
type Page struct {
	mu      sync.Mutex
	render  renderer
	decoder film.Decoder
	scene   []message     // since the scene began
	voted   bool          // its last message is of a vote
	next    int           // number of the next message
	more    chan struct{} // closed when there is another message
	waiting *wait         // what the scene waits for, nil while it acts
	quit    bool          // the reader has left from the terminal
	over    bool          // no message follows
	readers int           // browsers that look now
	seen    func(State)   // told of changes; may be nil
	begun   time.Time

	// Class: a question is put to the vote of a class, counted on the lectern.
	Class  bool
	ballot *ballot // of the last question

	// Where is told where the lesson stands, as a class is asked; it may be nil. It
	// must not wait.
	Where   func(projection.Status)
	telling sync.Mutex // of Where
	where   projection.Status

	// Told is told what happens on the page alone: how a class votes. It may be nil.
	Told  func(film.Record)
	votes votes
	state State
}

// State is what the terminal tells of a page.
type State struct {
	Scene   film.Scene
	Readers int // browsers that look
}

// New returns a page that shows nothing yet. seen is told, outside of any lock
// of the page, when the scene or the number of browsers changes; it may be nil.
func New(seen func(State)) *Page {
	return &Page{more: make(chan struct{}), seen: seen, next: 1, begun: time.Now()}
}

// maxMessages bounds what is kept of a scene for a browser that reloads: more
// than any reads, and all the calls of a film.
const maxMessages = 25_000

// See shows a record to all browsers, as one reads it from a file: there is one
// door for what is hostile.
func (p *Page) See(told film.Record) {
	if told.Kind == film.Replied || told.Kind == film.Answer {
		p.settle()
	}
	p.mu.Lock()
	r, ok := p.decoder.Take(told)
	if !ok {
		p.mu.Unlock()
		return
	}
	if r.Kind == film.Begin {
		p.scene, p.ballot = nil, nil
		p.state.Scene = *r.Scene
		p.where = projection.Status{Head: r.Scene.Head(), Started: cmp.Or(p.where.Started, time.Now()), Begun: time.Now()}
	}
	if r.Kind.Waits() {
		p.waiting = newWait(p.next, &r)
	} else if r.Kind == film.Replied {
		p.waiting = nil
	}
	if r.Kind == film.Answer && p.ballot != nil {
		a := r.Outcome()
		p.ballot.answer = &a
		p.ballot.vote.Settle()
	}
	m := p.render.message(p.next, r)
	p.next++
	if r.Kind == film.Vote && p.voted { // it says all that the one before did
		p.scene = slices.Clip(p.scene[:len(p.scene)-1])
	}
	p.voted = r.Kind == film.Vote
	p.scene = append(p.scene, m)
	if over := len(p.scene) - maxMessages; over > 0 { // the beginning stays
		p.scene = append(p.scene[:1:1], p.scene[1+over:]...)
	}
	p.wake()
	p.mu.Unlock()
	switch r.Kind {
	case film.Begin:
		p.told()
		p.tellWhere()
	case film.Replied, film.Answer:
		p.tellWhere()
	}
}

// wake lets those who wait for a message look again.
func (p *Page) wake() {
	close(p.more)
	p.more = make(chan struct{})
}

// after returns the messages that follow number n, or all of the scene where it
// is another; a channel that is closed when there are more; and whether none
// will be.
func (p *Page) after(n int) (messages []message, more <-chan struct{}, over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := 0
	if len(p.scene) > 0 && n >= p.scene[0].N {
		for first < len(p.scene) && p.scene[first].N <= n {
			first++
		}
	}
	return p.scene[first:len(p.scene):len(p.scene)], p.more, p.over
}

// End tells the browsers that nothing follows, in these words.
func (p *Page) End(words string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.scene = append(p.scene, p.render.farewell(p.next, words))
	p.next++
	p.over = true
	p.wake()
}

// Quit leaves the lesson from elsewhere than a page.
func (p *Page) Quit() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.quit = true
	if p.waiting != nil {
		p.waiting.leave()
	}
}

// looks counts a browser, until the function it returns is called.
func (p *Page) looks() (gone func()) {
	change := func(by int) {
		p.mu.Lock()
		p.readers += by
		p.state.Readers = p.readers
		p.mu.Unlock()
		p.told()
	}
	change(1)
	return func() { change(-1) }
}

func (p *Page) told() {
	if p.seen == nil {
		return
	}
	p.mu.Lock()
	s := p.state
	p.mu.Unlock()
	p.seen(s)
}
