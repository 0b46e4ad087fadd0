package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/lessons/fault"
	"labo/lessons/text"
	"labo/probe"
)

// Steps that bring the program and a peer together.

// meets makes the program and a peer meet, whatever its role. A program that
// did it before and not now leaves the checks without verdict.
func (t *trial) meets() *peer.Peer {
	var p *peer.Peer
	var f *Finding
	if t.j.Role.Listens() {
		a, b := t.listens()
		if f = a; f == nil {
			f = b
		}
		if f == nil && t.fault == nil {
			p, f = t.calls()
		}
	} else {
		a, b := t.called()
		if f = a; f == nil {
			f = b
		}
		p = t.caller()
	}
	if f != nil {
		t.unlike(f.Actual)
		return nil
	}
	return p
}

// listens starts the program and waits until it listens; the first time, until
// it is at rest as well.
func (t *trial) listens() (started, listening *Finding) {
	if !t.start() {
		return nil, nil
	}
	look := every(15*time.Millisecond, func() bool { return t.findListener() })
	s := t.until(look)
	if s == met && t.may("demarre") { // it may still fail in accept
		s = t.asleep()
	}
	want := "le programme démarre et attend un client"
	switch {
	case s == ended && t.crashed():
		return failing(want, "le programme "+t.howEnded()).variant("erreur"), nil
	case s == ended:
		return nil, failing(want, "le programme "+t.howEnded()+" sans attendre personne").variant("fini")
	case t.addr.IsValid():
		return nil, nil
	}
	return nil, failing("le programme écoute sur un port (LISTEN)",
		"aucun socket à l'écoute : le programme "+t.how(s)).variant(t.kind(s))
}

// every returns cond, asked at most once per interval.
func every(interval time.Duration, cond func() bool) func() bool {
	var last time.Time
	return func() bool {
		if time.Since(last) < interval {
			return false
		}
		ok := cond()
		last = time.Now()
		return ok
	}
}

// called opens a server, starts the program and waits for its call.
func (t *trial) called() (started, connected *Finding) {
	if !t.serve() || !t.start() {
		return nil, nil
	}
	s := t.until(func() bool { return t.caller() != nil })
	if s == met {
		return nil, nil
	}
	want := fmt.Sprintf("le programme se connecte à localhost, port %d", t.j.Port)
	tb := t.traceback()
	if s == ended && t.crashed() && !(tb != nil && strings.HasPrefix(tb.Error, "ConnectionRefusedError")) {
		return failing("le programme démarre", "le programme "+t.howEnded()).variant("erreur"), nil
	}
	f := failing(want, "aucune connexion n'est arrivée : le programme "+t.how(s)).variant(t.kind(s))
	if tb != nil {
		f.variant("refus")
	}
	return nil, f
}

// serve listens on the port of the sheet, for programs that call.
func (t *trial) serve() bool {
	if t.host != nil {
		return true
	}
	h, err := peer.Listen(t.ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), t.j.Port), t.poke)
	if err != nil {
		t.fault = err
		return false
	}
	t.host = h
	return true
}

// caller returns the first call of the program, nil before it.
func (t *trial) caller() *peer.Peer {
	if t.host == nil {
		return nil
	}
	if all := t.host.Peers(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// dialBound is how long a call waits for an answer: a refusal takes two seconds
// on Windows.
const dialBound = 3 * time.Second

// errNoAnswer says that a call was neither taken nor refused.
var errNoAnswer error = fault.Failed("aucune réponse à temps", "", nil)

// dial calls the program. Errors: errNoAnswer, and those that [fault.Refused] and
// [fault.Broken] know; others are no answer of the program's, but a fault.
func (t *trial) dial() (*peer.Peer, error) {
	ctx, cancel := pace.WithTimeout(t.ctx, dialBound)
	defer cancel()
	p, err := peer.Dial(ctx, t.addr, t.poke)
	switch {
	case err == nil:
		t.peers = append(t.peers, p)
	case fault.Refused(err) || fault.Broken(err):
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return nil, errNoAnswer
	default:
		t.fault = cmp.Or(t.fault, err)
	}
	return p, err
}

// unreached says in French why a call has failed.
func unreached(err error) string {
	switch {
	case fault.Refused(err):
		return "la connexion a été refusée par le noyau : plus personne n'écoute"
	case fault.Broken(err):
		return "la connexion a été coupée aussitôt (RST)"
	}
	return "en " + text.Duration(dialBound) + ", le noyau n'a répondu ni oui ni non à la connexion"
}

// calls calls the program and waits until it has taken the call: until then
// the connection waits in the kernel, without a process.
func (t *trial) calls() (*peer.Peer, *Finding) {
	want := "le programme accepte la connexion (accept)"
	p, err := t.dial()
	if err != nil {
		return nil, failing(want, unreached(err))
	}
	s := t.until(every(15*time.Millisecond, func() bool { return t.accepted(p) }))
	if s == met || s == ended && p.End() == peer.Finished || s != ended && t.acceptedOnce(p) {
		return p, nil
	}
	return nil, failing(want, "la connexion attend toujours dans la file du noyau : le programme "+t.how(s)).variant(t.kind(s))
}

// accepted reports whether the program has taken the call: its end of p is in
// one of its processes.
func (t *trial) accepted(p *peer.Peer) bool {
	_, ok := t.theirs(p)
	return ok
}

// acceptedOnce reports whether a call that is in no process of the program was
// taken all the same: one that still waits has no inode on Linux, one whose
// program has closed it has. Where the system cannot say, it was.
func (t *trial) acceptedOnce(p *peer.Peer) bool {
	s, ok := t.find(p, nil)
	return ok && (s.Owner.Kind == probe.OwnerProcess || s.Owner.Kind == probe.OwnerHidden ||
		s.Inode.Known && s.Inode.Value != 0)
}
