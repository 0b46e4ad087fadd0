package act

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"labo/lessons/bench"
	"labo/lessons/evidence"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// Following watches the programs of somebody else on the lesson's port and
// says in words what the kernel shows of them, from the first listen to the
// last close.
type Following struct {
	Port   uint16
	ours   func(*probe.Snapshot) *probe.Snapshot
	events chan evidence.Event
	met    chan struct{} // closed when a connection was seen
	done   chan struct{} // closed when a whole conversation was seen
	ended  chan struct{}
	cancel context.CancelFunc

	// After ended:
	talked bool   // a connection was established
	client uint16 // the port of its client
	Rows   int    // the most rows seen at once, memories (TIME-WAIT) aside
	Last   *probe.Snapshot
	told   map[netip.AddrPort]string // what was said to wait at this end of a connection
	Full   *probe.Snapshot           // the one with the most rows
}

// FollowInterval is how often the table is read: what lasts less may go unseen.
const FollowInterval = 50 * time.Millisecond

// Follow starts to watch. Stop it.
func Follow(ctx context.Context, b *bench.Bench) *Following {
	ctx, cancel := context.WithCancel(ctx)
	f := &Following{
		Port: b.Port, ours: b.Ours, told: map[netip.AddrPort]string{}, events: make(chan evidence.Event, 256),
		met: make(chan struct{}), done: make(chan struct{}), ended: make(chan struct{}), cancel: cancel,
	}
	updates := probe.Watch(ctx, b.Filter(), FollowInterval)
	go func() {
		defer close(f.ended)
		for u := range updates {
			if u.Err == nil {
				f.see(u)
			}
		}
	}()
	return f
}

// Meet waits until a connection was seen: what labo plays by itself must not
// be over before.
func Meet(b *bench.Bench, f *Following) {
	Await(b, "la connexion", func() bool {
		select {
		case <-f.met:
			return true
		default:
			return false
		}
	})
}

// Stop ends the watching and waits for its end.
func (f *Following) Stop() {
	f.cancel()
	<-f.ended
}

// Memory returns the local port of the memory that the last connection seen
// has left. It is only for after the end.
func (f *Following) Memory() (port uint16, ok bool) {
	if f.Last == nil || f.client == 0 {
		return 0, false
	}
	for _, s := range InState(f.Last, probe.TimeWait) {
		if s.Local.Port() == f.client || s.Remote.Port() == f.client {
			return s.Local.Port(), true
		}
	}
	return 0, false
}

// over reports whether the conversation has ended: it is only for the
// goroutine that sees.
func (f *Following) over() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

func (f *Following) see(u probe.Update) {
	u.Snapshot = f.ours(u.Snapshot)
	f.Last = u.Snapshot
	living := 0
	for i := range u.Snapshot.Sockets {
		s := &u.Snapshot.Sockets[i]
		if s.State != probe.TimeWait {
			living++
		}
		if s.State == probe.Established && s.Local.Port() == f.Port {
			if !f.talked {
				close(f.met)
			}
			f.talked, f.client = true, s.Remote.Port()
		}
		f.waitingBytes(s, u.Snapshot.TakenAt)
	}
	if living > f.Rows {
		f.Rows, f.Full = living, u.Snapshot
	}
	for i := range u.Changes {
		f.comment(&u.Changes[i], u.Snapshot)
	}
	if f.talked && living == 0 && !f.over() {
		close(f.done)
	}
}

// waitingBytes tells of a message that nobody has read yet.
func (f *Following) waitingBytes(s *probe.Socket, at time.Time) {
	words := ""
	if n := s.RecvQueue.Or(0); s.State == probe.Established && n > 0 {
		words = "dans le noyau, en attente : " + text.Plural(int(n), "octet") + ", que " + measured.Owner(s.Owner, probe.Auto) + " n'a pas encore lus"
		if s.Owner.Kind == probe.OwnerKernel {
			words = "dans le noyau, en attente : " + text.Plural(int(n), "octet") + " d'un client que le serveur n'a pas encore accepté"
		}
	}
	end := s.Local
	if s.Local.Port() == f.Port {
		end = s.Remote
	}
	if words != "" && words != f.told[end] {
		f.say(at, words)
	}
	f.told[end] = words
}

// comment says a change in words.
func (f *Following) comment(c *probe.Change, now *probe.Snapshot) {
	s := &c.Socket
	who := measured.Owner(s.Owner, probe.Auto)
	server := s.Local.Port() == f.Port
	switch {
	case c.Kind == probe.Gone && s.State == probe.Listen:
		f.say(c.At, "plus personne n'écoute"+f.keptBy(now))
	case c.Kind == probe.Gone:
		if s.State == probe.TimeWait {
			f.say(c.At, "une connexion passée est oubliée")
		}
	case c.Kind == probe.OwnerChanged && s.State == probe.Established && server:
		f.say(c.At, "accept() : "+who+" a pris la connexion dans la file")
	case c.Kind == probe.OwnerChanged:
	case s.State == probe.Bound:
		f.say(c.At, who+" a réservé le port, sans y écouter encore")
	case s.State == probe.Listen:
		f.say(c.At, who+" écoute, listen() a été appelé")
	case s.State == probe.SynSent:
		f.say(c.At, who+" demande une connexion et attend la réponse")
	case s.State == probe.Established && server && s.Owner.Kind == probe.OwnerKernel:
		f.say(c.At, "une connexion attend dans la file : personne n'a encore appelé accept()")
	case s.State == probe.Established && server:
		f.say(c.At, "connexion établie, côté serveur : "+who)
	case s.State == probe.Established:
		f.say(c.At, fmt.Sprintf("connexion établie, côté client : %s, port éphémère %d", who, s.Local.Port()))
	case s.State == probe.CloseWait:
		f.say(c.At, "l'autre côté a fermé le premier ; "+who+" n'a pas encore fermé")
	case s.State == probe.TimeWait:
		f.say(c.At, fmt.Sprintf("le souvenir (TIME-WAIT) reste à celui qui a fermé le premier, port %d", s.Local.Port()))
	}
}

// keptBy says what still keeps the port from a server that starts anew.
func (f *Following) keptBy(now *probe.Snapshot) string {
	for _, s := range now.Sockets {
		if s.Local.Port() == f.Port && s.State != probe.Listen {
			return ", mais le noyau retient encore le port : une connexion n'y est pas oubliée (" + s.State.String() + ")"
		}
	}
	return " ; aucune autre ligne ne retient le port"
}

// say hands over a comment; what nobody takes in time is dropped.
func (f *Following) say(at time.Time, words string) {
	select {
	case f.events <- evidence.Event{At: at, From: evidence.Kernel, What: words}:
	default:
	}
}
