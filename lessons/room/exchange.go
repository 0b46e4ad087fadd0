package room

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/nats-io/nats.go"
)

// Two participants may talk to each other through the room, once both have said
// yes: one makes an offer, the other accepts it. What a [Line] carries neither
// the room nor anybody else reads. It is bounded by what the room bounds for
// each participant: the size of a message, and what waits to be read.

// What one guest sends to another, as the last token of its subject.
const (
	kindOffer  = "offre"
	kindAnswer = "reponse"
	kindData   = "donnee"
	kindEnd    = "fin"
)

// MaxMessage is the most that one message of a [Line] carries, in bytes.
const MaxMessage = 8 << 10

// waiting is how many messages of a line may wait to be received.
const waiting = 256

// Why a line is not made, or is over.
var (
	ErrDeclined = errors.New("the other one said no")
	ErrEnded    = errors.New("the line is over")      // the other closed it, or left
	ErrMissed   = errors.New("messages were lost")    // a connection was lost, or too many waited
	ErrPhone    = errors.New("a phone has no kernel") // phones make no line
)

// Offer is what another participant proposes.
type Offer struct {
	From    Peer
	Purpose string // a word of who offers, as "voisin"
	g       *Guest
	line    string
}

// packet is what goes from one guest to another.
type packet struct {
	Line    string `json:"l"`
	Seq     uint64 `json:"n,omitempty"`
	Purpose string `json:"objet,omitempty"`
	Name    string `json:"pseudo,omitempty"`
	Yes     bool   `json:"oui,omitempty"`
	Data    []byte `json:"d,omitempty"`
}

// Line carries messages between two guests, in order. [Guest.Offer] and
// [Offer.Accept] make one.
type Line struct {
	With Peer
	g    *Guest
	id   string

	in     chan []byte
	mu     sync.Mutex
	sent   uint64
	seen   uint64
	ended  chan struct{}
	why    error
	answer chan bool // whether an offer was accepted; buffered
}

// peers are the lines and the offers of a guest.
type peers struct {
	mu     sync.Mutex
	offers chan *Offer
	lines  map[string]*Line
	seen   map[string]string // offers that were not answered yet: line → from
}

// Offers are what others propose; the ones that nobody reads are dropped after
// eight. It is closed with the guest.
func (g *Guest) Offers() <-chan *Offer {
	g.peer.mu.Lock()
	defer g.peer.mu.Unlock()
	return g.peer.offers
}

// Offer proposes a line to another participant and waits until it accepts. The
// error is [ErrDeclined], [ErrPhone], or that of ctx: it has not answered.
func (g *Guest) Offer(ctx context.Context, with Peer, purpose string) (*Line, error) {
	if g.nc == nil || !token(with.ID) {
		return nil, ErrPhone
	}
	l := g.line(with, short(12, NewIdentity().id))
	if err := l.send(kindOffer, packet{Purpose: purpose, Name: g.who.Pseudonym}); err != nil {
		l.end(err)
		return nil, err
	}
	select {
	case yes := <-l.answer:
		if yes {
			return l, nil
		}
		l.end(ErrDeclined)
		return nil, ErrDeclined
	case <-l.ended:
		return nil, l.why
	case <-ctx.Done():
		l.Close()
		return nil, ctx.Err()
	}
}

// Accept says yes: the line is made.
func (o *Offer) Accept() (*Line, error) {
	if !o.g.answered(o) {
		return nil, ErrEnded
	}
	l := o.g.line(o.From, o.line)
	if err := l.send(kindAnswer, packet{Yes: true}); err != nil {
		l.end(err)
		return nil, err
	}
	return l, nil
}

// Decline says no.
func (o *Offer) Decline() error {
	if !o.g.answered(o) {
		return ErrEnded
	}
	l := &Line{With: o.From, g: o.g, id: o.line}
	return l.send(kindAnswer, packet{})
}

// Send sends one message, of at most [MaxMessage] bytes.
func (l *Line) Send(b []byte) error {
	if len(b) > MaxMessage {
		return nats.ErrMaxPayload
	}
	select {
	case <-l.ended:
		return l.why
	default:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	return l.send(kindData, packet{Seq: l.sent, Data: b})
}

// Receive returns the next message. The error is [ErrEnded], [ErrMissed] or that
// of ctx.
func (l *Line) Receive(ctx context.Context) ([]byte, error) {
	select {
	case b := <-l.in:
		return b, nil
	default:
	}
	select {
	case b := <-l.in:
		return b, nil
	case <-l.ended:
		return nil, l.why
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the line on both sides.
func (l *Line) Close() error {
	select {
	case <-l.ended:
		return nil
	default:
	}
	err := l.send(kindEnd, packet{})
	l.end(ErrEnded)
	return err
}

func (l *Line) send(kind string, p packet) error {
	p.Line = l.id
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return l.g.nc.Publish(peerOf(l.g.key, l.With.ID, l.g.who.id, kind), b)
}

func (l *Line) end(why error) {
	l.g.peer.mu.Lock()
	defer l.g.peer.mu.Unlock()
	if l.why == nil {
		l.why = why
		close(l.ended)
		delete(l.g.peer.lines, l.id)
	}
}

func (g *Guest) line(with Peer, id string) *Line {
	l := &Line{With: with, g: g, id: id, in: make(chan []byte, waiting), ended: make(chan struct{}), answer: make(chan bool, 1)}
	g.peer.mu.Lock()
	defer g.peer.mu.Unlock()
	g.peer.lines[id] = l
	return l
}

// answered takes an offer off those that wait, and reports whether it was there.
func (g *Guest) answered(o *Offer) bool {
	g.peer.mu.Lock()
	defer g.peer.mu.Unlock()
	_, there := g.peer.seen[o.line]
	delete(g.peer.seen, o.line)
	return there
}

// fromPeer takes what another guest sent. NATS lets each send under its own ID
// only: parts of the subject are TO, FROM and KIND.
func (g *Guest) fromPeer(m *nats.Msg, from, kind string) {
	var p packet
	if json.Unmarshal(m.Data, &p) != nil || !token(p.Line) || !token(from) || len(p.Data) > MaxMessage {
		return
	}
	if kind == kindOffer {
		g.offered(p, from)
		return
	}
	g.peer.mu.Lock()
	l := g.peer.lines[p.Line]
	if kind == kindEnd && g.peer.seen[p.Line] == from {
		delete(g.peer.seen, p.Line)
	}
	g.peer.mu.Unlock()
	if l == nil || l.With.ID != from {
		return
	}
	switch kind {
	case kindAnswer:
		select {
		case l.answer <- p.Yes:
		default:
		}
	case kindEnd:
		l.end(ErrEnded)
	case kindData:
		l.take(p)
	}
}

func (l *Line) take(p packet) {
	if l.seen++; p.Seq != l.seen {
		l.end(ErrMissed)
		return
	}
	select {
	case l.in <- p.Data:
	default:
		l.end(ErrMissed)
	}
}

// maxOffers is how many offers wait at most.
const maxOffers = 8

func (g *Guest) offered(p packet, from string) {
	g.peer.mu.Lock()
	defer g.peer.mu.Unlock()
	if len(g.peer.seen) >= maxOffers || g.peer.lines[p.Line] != nil || g.peer.offers == nil {
		return
	}
	o := &Offer{From: Peer{ID: from, Pseudonym: Clean(p.Name, maxName)}, Purpose: Clean(p.Purpose, maxName), g: g, line: p.Line}
	select {
	case g.peer.offers <- o:
		g.peer.seen[p.Line] = from
	default:
	}
}

// endLines ends all lines, with the guest.
func (g *Guest) endLines() {
	g.peer.mu.Lock()
	lines := make([]*Line, 0, len(g.peer.lines))
	for _, l := range g.peer.lines {
		lines = append(lines, l)
	}
	offers := g.peer.offers
	g.peer.offers = nil
	g.peer.mu.Unlock()
	for _, l := range lines {
		l.Close()
	}
	if offers != nil {
		close(offers)
	}
}
