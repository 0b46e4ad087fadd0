// Package voisin plays scenes on two machines at once: each labo acts on its own,
// measures its own kernel, and tells the other what it did and saw. What the
// other tells is shown as what they say, never as measured here.
package voisin

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"sync"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/fault"
	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/voisin/link"
	"labo/probe"
)

// Bounds of what a neighbour is listened to.
const (
	maxRows  = 12 // sockets in a table
	maxActs  = 40
	maxSaid  = 20
	maxWords = 200 // characters
)

// How often things are said and measured: several times in [link.Silence].
const (
	tellEvery    = 400 * time.Millisecond
	measureEvery = 250 * time.Millisecond
	firstPings   = 8
	pingFirst    = 40 * time.Millisecond
	pingEvery    = 2 * time.Second
)

// message is one message of a link: what one says, or a part of an exchange of
// times (T1 alone asks, the three answer).
type message struct {
	State *state     `json:"state,omitempty"`
	T1    *time.Time `json:"t1,omitempty"`
	T2    *time.Time `json:"t2,omitempty"`
	T3    *time.Time `json:"t3,omitempty"`
}

// state is all that one says of a scene, whole each time: a message may be lost.
type state struct {
	Scene string            `json:"scene,omitempty"` // its ID
	Title string            `json:"title,omitempty"`
	Play  string            `json:"play,omitempty"` // this time it is played
	With  string            `json:"with,omitempty"` // the other's Play, once known
	Mark  int               `json:"mark,omitempty"` // how far
	Acts  []record.Event    `json:"acts,omitempty"`
	Said  map[string]string `json:"said,omitempty"` // what was measured, by name
	Table *table            `json:"table,omitempty"`
	Ended string            `json:"ended,omitempty"` // the last play of its that is over
	Bye   bool              `json:"bye,omitempty"`
}

// table is what a kernel holds of the lesson's port.
type table struct {
	At     time.Time       `json:"at"` // on the clock of who measured it
	Source string          `json:"source"`
	Rows   []record.Socket `json:"rows"`
}

// Duo is this labo and its neighbour.
type Duo struct {
	Port uint16
	link link.Link
	stop context.CancelFunc
	work sync.WaitGroup

	mu     sync.Mutex
	mine   state
	theirs state
	with   string        // their play of this scene, once they are in it too
	last   state         // what they said last of it
	heard  time.Time     // the last message came
	quiet  time.Duration // since then, in which this process ran: a busy machine is no neighbour that is silent
	tabled time.Time     // the last table came
	clock  link.Clock
	asked  []time.Time     // the questions of a time that were sent last
	past   map[string]bool // plays of theirs that were joined
	news   chan struct{}   // closed when any of this changes
}

// New begins to talk with a neighbour. Close it.
func New(l link.Link, port uint16) *Duo {
	d := &Duo{Port: port, link: l, past: map[string]bool{}, news: make(chan struct{}), heard: time.Now()}
	var ctx context.Context
	ctx, d.stop = context.WithCancel(context.Background())
	d.work.Go(func() { d.hearAll() })
	d.work.Go(func() { d.speak(ctx) })
	return d
}

// Close says goodbye and ends the link.
func (d *Duo) Close() {
	d.stop()
	d.change(func() { d.mine.Bye = true })
	d.tell()
	d.link.Close()
	d.work.Wait()
}

// Name is what the neighbour calls itself, made visible.
func (d *Duo) Name() string {
	if name := text.Visible(d.link.Peer().Name); name != "" {
		return name
	}
	return "votre voisin"
}

// serves reports whether this side has the server of the scenes: who listened.
func (d *Duo) serves() bool { return !d.link.Peer().Listened }

// server is the address of the server of the scenes.
func (d *Duo) server() netip.AddrPort {
	if p := d.link.Peer(); p.Listened {
		return netip.AddrPortFrom(p.There, d.Port)
	}
	return netip.AddrPortFrom(d.link.Peer().Here, d.Port)
}

// change changes what is known, and wakes who waits for it.
func (d *Duo) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
	close(d.news)
	d.news = make(chan struct{})
}

// tell sends what this side says.
func (d *Duo) tell() {
	d.mu.Lock()
	said, err := json.Marshal(message{State: &d.mine})
	d.mu.Unlock()
	if err == nil {
		d.link.Send(said)
	}
}

// speak measures the port, and says what is known.
func (d *Duo) speak(ctx context.Context) {
	updates := probe.Watch(ctx, probe.Filter{Ports: []uint16{d.Port}, Info: true}, measureEvery)
	often, ping, step := time.NewTicker(tellEvery), time.NewTimer(0), time.NewTicker(pace.Step)
	defer often.Stop()
	defer ping.Stop()
	defer step.Stop()
	last := time.Now()
	for pings := 0; updates != nil; {
		select {
		case u, open := <-updates:
			if !open {
				updates = nil
			} else if u.Snapshot != nil {
				d.change(func() {
					if t := d.mine.Table; t == nil || t.At.Before(u.Snapshot.TakenAt) {
						d.mine.Table = tableOf(u.Snapshot)
					}
				})
			}
		case <-step.C:
			now := time.Now()
			d.mu.Lock()
			d.quiet += min(now.Sub(last), pace.Most)
			d.mu.Unlock()
			last = now
		case <-often.C:
			d.tell()
		case <-ping.C:
			d.ask()
			if pings++; pings < firstPings {
				ping.Reset(pingFirst)
			} else {
				ping.Reset(pingEvery)
			}
		}
	}
}

// ask asks the neighbour for its time.
func (d *Duo) ask() {
	now := time.Now().Round(0)
	d.mu.Lock()
	d.asked = append(d.asked[max(0, len(d.asked)-firstPings):], now)
	d.mu.Unlock()
	if m, err := json.Marshal(message{T1: &now}); err == nil {
		d.link.Send(m)
	}
}

// answered takes an answer to a question that was asked, once. d.mu is held.
func (d *Duo) answered(m message, at time.Time) {
	i := slices.IndexFunc(d.asked, m.T1.Equal)
	if i >= 0 {
		d.asked = slices.Delete(d.asked, i, i+1)
		d.clock.Add(*m.T1, *m.T2, *m.T3, at)
	}
}

// hearAll takes what comes until the link is closed.
func (d *Duo) hearAll() {
	for raw := range d.link.Receive() {
		at := time.Now()
		var m message
		if json.Unmarshal(raw, &m) != nil {
			continue // it says nothing
		}
		switch {
		case m.T1 != nil && m.T2 != nil && m.T3 != nil:
			d.change(func() { d.answered(m, at); d.heard, d.quiet = at, 0 })
		case m.T1 != nil:
			told := time.Now()
			if answer, err := json.Marshal(message{T1: m.T1, T2: &at, T3: &told}); err == nil {
				d.link.Send(answer)
			}
		case m.State != nil:
			s := bounded(*m.State)
			d.change(func() {
				if s.Table != nil && (d.theirs.Table == nil || !s.Table.At.Equal(d.theirs.Table.At)) {
					d.tabled = at
				}
				d.theirs, d.heard, d.quiet = s, at, 0
				if s.Play == d.with {
					d.last = s
				}
			})
		}
	}
}

// bounded is what is kept of what a neighbour says.
func bounded(s state) state {
	if s.Table != nil {
		s.Table.Rows = s.Table.Rows[:min(len(s.Table.Rows), maxRows)]
		s.Table.Source = words(s.Table.Source)
	}
	s.Acts = s.Acts[:min(len(s.Acts), maxActs)]
	for i := range s.Acts {
		a := &s.Acts[i]
		a.What, a.Detail = words(a.What), words(a.Detail)
	}
	kept := map[string]string{}
	for name, value := range s.Said {
		if len(kept) < maxSaid {
			kept[words(name)] = words(value)
		}
	}
	s.Said, s.Title = kept, words(s.Title)
	return s
}

// words are those of somebody else: visible, and not too many.
func words(s string) string {
	if r := []rune(s); len(r) > maxWords {
		s = string(r[:maxWords]) + "…"
	}
	return text.Visible(s)
}

func tableOf(s *probe.Snapshot) *table {
	t := &table{At: s.TakenAt.Round(0), Source: s.Source.String(), Rows: []record.Socket{}}
	for i := range s.Sockets[:min(len(s.Sockets), maxRows)] {
		t.Rows = append(t.Rows, record.Of(&s.Sockets[i]))
	}
	return t
}

// rows are the sockets of a table, which may be none.
func (t *table) rows() (rows []probe.Socket) {
	if t != nil {
		for i := range t.Rows {
			rows = append(rows, t.Rows[i].Probe())
		}
	}
	return rows
}

// clockWords says how the two clocks are to each other. d.mu is held.
func (d *Duo) clockWords() string {
	best, n := d.clock.Best()
	if n == 0 {
		return "horloges pas encore comparées"
	}
	side := "avance de " + text.Duration(best.Offset)
	if best.Offset < 0 {
		side = "retarde de " + text.Duration(-best.Offset)
	}
	return "son horloge " + side + ", à " + text.Duration(best.Uncertainty()) + " près"
}

// comparedWords tells how the two clocks were compared. d.mu is held.
func (d *Duo) comparedWords() string {
	best, n := d.clock.Best()
	if n == 0 {
		return ""
	}
	return "Les heures de " + d.Name() + " sont remises à la vôtre : " + d.clockWords() + " (aller-retour le plus court de " + text.Plural(n, "échange") + " : " + text.Duration(best.RoundTrip) + ")."
}

// here is a moment of the neighbour's clock on this one. d.mu is held.
func (d *Duo) here(at time.Time) time.Time {
	best, _ := d.clock.Best()
	return at.Add(-best.Offset)
}

// silence is for how long nothing has come.
func (d *Duo) silence() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Since(d.heard)
}

// lostWords says why nothing goes through, as measured here.
func lostWords(err error) string {
	if err == link.ErrSilent {
		return "rien ne vient"
	}
	return "liaison perdue : " + fault.Cause(err)
}
