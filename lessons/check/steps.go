package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"labo/lessons/chat"
	"labo/lessons/check/pace"
	"labo/lessons/check/peer"
	"labo/lessons/text"
	"labo/probe"
)

// The steps that scenarios are made of. Each returns nil when the program did
// what was asked, else a Finding.

// failing returns a Finding with its two sentences.
func failing(expected, actual string) *Finding {
	return &Finding{Expected: expected, Actual: actual}
}

// variant names the mistake of a Finding more closely.
func (f *Finding) variant(name string) *Finding {
	f.Variant = name
	return f
}

// how says in French how the program stands; what completes "le programme".
func (t *trial) how(s standing) string {
	switch s {
	case quiet:
		return "attend autre chose : il ne calcule pas et n'affiche rien"
	case flooding:
		return "affiche sans fin (" + text.Plural(int(t.proc.Out.Total()+t.proc.Err.Total()), "octet") + " déjà)"
	case spinning:
		return "tourne en boucle sans s'arrêter"
	case ended:
		return t.howEnded()
	case late:
		return "ne l'a toujours pas fait après " + text.Duration(bound)
	}
	return ""
}

func (t *trial) howEnded() string {
	exit, _ := t.proc.Ended()
	switch tb := t.traceback(); {
	case tb != nil && tb.Error != "":
		return "s'est arrêté sur une erreur : " + text.Visible(text.Truncate(tb.Error, 120))
	case exit.Signal != 0:
		return fmt.Sprintf("a été arrêté par le signal %d", int(exit.Signal))
	}
	return fmt.Sprintf("s'est terminé (code de sortie %d)", exit.Code)
}

// kind names the mistake behind a standing.
func (t *trial) kind(s standing) string {
	switch {
	case s == flooding || s == spinning:
		return "boucle"
	case s == ended && t.crashed():
		return "erreur"
	case s == ended:
		return "fini"
	}
	return ""
}

// crashed reports whether the program ended on an error that it did not catch.
func (t *trial) crashed() bool {
	exit, over := t.proc.Ended()
	return over && (exit.Signal != 0 || exit.Code != 0 && t.traceback() != nil)
}

// traceback returns the exception on stderr, nil when there is none.
func (t *trial) traceback() *Traceback {
	file := t.j.File
	if file == "" {
		for _, arg := range t.j.command.Argv[1:] {
			if strings.HasSuffix(arg, ".py") {
				file = arg
			}
		}
	}
	return parseTraceback(t.proc.Err.String(), file)
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

// findListener looks for the socket that the program listens on. One on the
// port of the sheet is preferred.
func (t *trial) findListener() bool {
	pids := t.processes()
	if len(pids) == 0 {
		return false
	}
	snap, err := probe.Sockets(t.ctx, probe.Filter{
		States: probe.NewStateSet(probe.Listen), PIDs: pids, Source: ownedSource,
	})
	if err != nil { // a process ended meanwhile
		return false
	}
	var found netip.AddrPort
	for _, s := range snap.Sockets {
		if !found.IsValid() || s.Local.Port() == t.j.Port {
			found = s.Local
		}
	}
	if !found.IsValid() {
		return false
	}
	switch addr := found.Addr().Unmap(); {
	case addr.IsUnspecified() && found.Addr().Is6() && !found.Addr().Is4In6():
		// Dual stack nearly everywhere: an IPv4 client is the sheet's.
		found = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), found.Port())
	case addr.IsUnspecified():
		found = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), found.Port())
	default:
		found = netip.AddrPortFrom(addr, found.Port())
	}
	t.addr = found
	t.j.used = found.Port()
	return true
}

// ownedSource is what is asked for the sockets of known processes: gopsutil
// reads their descriptors only; sock_diag looks for the owner of each row in
// every process of the machine, ten times the price on a busy one.
const ownedSource = probe.Gopsutil

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

// onPort judges the port the program listens on.
func (t *trial) onPort() *Finding {
	if t.addr.Port() == t.j.Port {
		return nil
	}
	f := failing(fmt.Sprintf("le programme écoute sur le port %d", t.j.Port),
		fmt.Sprintf("il écoute sur le port %d", t.addr.Port()))
	if t.addr.Port() >= 32768 {
		f.variant("hasard")
	}
	return f
}

// announces judges whether the program has said anything.
func (t *trial) announces() *Finding {
	if t.until(func() bool { return strings.TrimSpace(t.proc.Out.String()) != "" }) == met {
		return nil
	}
	return failing("le programme dit où il en est", "il n'a rien affiché")
}

const (
	// dialBound is how long a call waits for an answer.
	dialBound = 2 * time.Second
	refused   = "la connexion a été refusée par le noyau : plus personne n'écoute"
)

// dial calls the program. When that fails, why says how, in French.
func (t *trial) dial() (p *peer.Peer, why string) {
	ctx, cancel := pace.WithTimeout(t.ctx, dialBound)
	defer cancel()
	p, err := peer.Dial(ctx, t.addr, t.poke)
	switch {
	case err == nil:
		t.peers = append(t.peers, p)
		return p, ""
	case chat.Refused(err):
		return nil, refused
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return nil, "le noyau n'a répondu à la connexion ni oui ni non en " + text.Duration(dialBound)
	}
	t.fault = cmp.Or(t.fault, err)
	return nil, err.Error()
}

// calls calls the program and waits until it has taken the call: until then
// the connection waits in the kernel, without a process.
func (t *trial) calls() (*peer.Peer, *Finding) {
	want := "le programme accepte la connexion (accept)"
	p, why := t.dial()
	if p == nil {
		return nil, failing(want, why)
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

// theirs returns the program's end of a connection, where one of its processes
// has it.
func (t *trial) theirs(p *peer.Peer) (probe.Socket, bool) {
	pids := t.processes()
	if len(pids) == 0 {
		return probe.Socket{}, false
	}
	return t.find(p, pids)
}

// find returns the program's end of a connection as the system shows it: held
// by one of pids, or by anybody when there are none.
func (t *trial) find(p *peer.Peer, pids []int) (probe.Socket, bool) {
	near, far := p.Remote(), p.Local()
	filter := probe.Filter{Ports: []uint16{near.Port()}, PIDs: pids}
	if len(pids) > 0 {
		filter.Source = ownedSource
	}
	snap, err := probe.Sockets(t.ctx, filter)
	if err != nil {
		return probe.Socket{}, false
	}
	for _, s := range snap.Sockets {
		if same(s.Local, near) && same(s.Remote, far) {
			return s, true
		}
	}
	return probe.Socket{}, false
}

func same(a, b netip.AddrPort) bool {
	return a.Port() == b.Port() && a.Addr().Unmap() == b.Addr().Unmap()
}

// allPeers returns every connection of the run.
func (t *trial) allPeers() []*peer.Peer {
	if t.host == nil {
		return t.peers
	}
	return slices.Concat(t.peers, t.host.Peers())
}

// allLeft reports whether the program has left every connection.
func (t *trial) allLeft() bool {
	for _, p := range t.allPeers() {
		if p.End() == peer.Open {
			return false
		}
	}
	return true
}

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

// remembered returns the far ends of the finished connections that the kernel
// remembers on our port.
func (t *trial) remembered(ctx context.Context) []netip.AddrPort {
	held, _, err := holding(ctx, t.j.Port)
	if err != nil {
		return nil
	}
	var far []netip.AddrPort
	for _, s := range held {
		if s.State == probe.TimeWait && s.Remote.IsValid() {
			far = append(far, netip.AddrPortFrom(s.Remote.Addr().Unmap(), s.Remote.Port()))
		}
	}
	return far
}
