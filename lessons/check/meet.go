package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
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
	if t.j.Role.listens() {
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
	t.partner = p
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
	case s == swarming: // some end so, of a refusal: what they do is the same
		return failing(want, "le programme "+t.how(s)).variant(kindSwarm), nil
	case s == ended:
		return nil, failing(want, "le programme "+t.howEnded()+" sans attendre personne").variant("fini")
	case t.addr.IsValid():
		return nil, nil
	}
	if r := t.j.result("ecoute"); r != nil && t.j.blind(t.ctx) {
		t.skip("ecoute", fmt.Sprintf("ce système ne montre pas qui écoute, et rien n'est apparu sur le port %d : "+
			"labo ne sait pas si le programme écoute ailleurs", t.j.Port))
	}
	return nil, failing("le programme écoute sur un port (LISTEN)",
		"aucun socket à l'écoute : le programme "+t.how(s)).variant(t.kind(s, ""))
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
	calling := tb != nil && (strings.HasPrefix(tb.Error, "ConnectionRefusedError") || connectCall().MatchString(tb.Code) && calledInVain().MatchString(tb.Error))
	if s == ended && t.crashed() && !calling {
		return failing("le programme démarre", "le programme "+t.howEnded()).variant("erreur"), nil
	}
	if s == swarming {
		return failing("le programme démarre", "le programme "+t.how(s)).variant(kindSwarm), nil
	}
	f := failing(want, "aucune connexion n'est arrivée : le programme "+t.how(s)).variant(t.kind(s, ""))
	if calling {
		f.variant("refus")
		if where := t.j.address(tb.Code); where != "" {
			f.Actual = "le programme appelle " + where + ", où personne n'a répondu : il " + t.howEnded()
		}
		if !strings.HasPrefix(tb.Error, "ConnectionRefusedError") {
			f.variant("adresse")
		}
	}
	return nil, f
}

// address returns what a call of connect() names, "" where it is not written in
// the program: "192.168.1.20, port 12345".
func (j *judge) address(code string) string {
	m := addressArgs().FindStringSubmatch(code)
	if m == nil {
		return ""
	}
	values := [2]string{}
	for i, arg := range m[1:] {
		if name := regexp.MustCompile(`^[A-Za-z_]\w*$`); name.MatchString(arg) {
			given := regexp.MustCompile(`^` + arg + `\s*=\s*("[^"]*"|'[^']*'|\d+)\s*(?:#.*)?$`)
			for _, line := range j.source(filepath.Base(j.File)) {
				if v := given.FindStringSubmatch(line); v != nil {
					arg = v[1]
				}
			}
			if name.MatchString(arg) {
				return ""
			}
		}
		values[i] = strings.Trim(arg, `"'`)
	}
	return text.Visible(values[0]) + ", port " + text.Visible(values[1])
}

var (
	addressArgs  = expression(`\(\(\s*("[^"]*"|'[^']*'|\w+)\s*,\s*(\w+)\s*\)`)
	connectCall  = expression(`\b(?:connect|create_connection)(?:_ex)?\(`)
	calledInVain = expression(`^(?:OSError: \[(?:Errno|WinError) \d+\]|TimeoutError|socket\.gaierror|socket\.timeout|ConnectionError|InterruptedError)`)
)

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
	t.tell("appelle %s", t.addr)
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
		f := failing(want, unreached(err))
		if fault.Refused(err) && t.listening.IsValid() {
			f.Actual = fmt.Sprintf("client.py appelle localhost, c'est-à-dire %s, et le noyau refuse : le programme n'écoute que sur %s", t.addr.Addr(), t.listening)
			f.variant("adresse")
		}
		return nil, f
	}
	if t.j.blind(t.ctx) && t.asleep() == quiet && t.acceptedOnce(p) {
		return p, nil // no longer wait would show more
	}
	s := t.until(every(15*time.Millisecond, func() bool { return t.accepted(p) }))
	// FIN comes from a program that had it: a call that nobody took ends by RST.
	if s == met || p.End() == peer.Finished || s != ended && t.acceptedOnce(p) {
		return p, nil
	}
	return nil, failing(want, "la connexion attend toujours dans la file du noyau : le programme "+t.how(s)).variant(t.kind(s, kindClient))
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
