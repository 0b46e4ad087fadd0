package answer

import (
	"net/netip"
	"runtime"
	"slices"
	"strconv"

	"labo/lessons/measured"
	"labo/lessons/sonde"
	"labo/lessons/stage/paint"
	"labo/lessons/stage/panel"
	"labo/lessons/text"
	"labo/probe"
)

// MostIntroduced is how many holders of a port a page says more of: the others
// have their number and their command.
const MostIntroduced = 8

// PortReport returns the answer about the ports of f, which s was filtered by:
// what a server and a client would get, who listens, who is connected to whom,
// who holds what, what it means. There is an answer for each port.
func PortReport(palette paint.Palette, width int, f probe.Filter, s *probe.Snapshot, answers []sonde.Answer) []byte {
	p := newWriter(palette, width, s)
	grid := panel.NewGrid(palette, width-len(noMark), s.Source, s.Sockets)
	for i, port := range f.Ports {
		if i > 0 {
			p.blank()
		}
		p.heading("PORT "+strconv.Itoa(int(port)), measured.Source(s))
		p.answer(&answers[i])
		p.port(grid, port, onPort(s.Sockets, port), f)
		p.unseen(&answers[i])
	}
	if len(s.Sockets) > 0 {
		p.legend(s.Sockets)
		p.traffic(s.Sockets)
		p.owners(s)
		p.meanings(s.Sockets)
	}
	p.footer(f, s)
	return p.b
}

// unseen says what "nobody listens" leaves out: other networks of this machine
// that may not be read.
func (p *writer) unseen(a *sonde.Answer) {
	for _, r := range a.Connect.Because {
		if r.Kind == probe.NetworksUnseen {
			whose := "sont " + text.Plural(r.Count, "processus")
			switch {
			case r.Hidden:
				whose = "sont les processus des autres utilisateurs, que /proc cache"
			case r.Count == 1:
				whose = "est 1 processus"
			}
			p.painted(paint.Faint, noMark, "Tout cela vaut dans le réseau d'ici : labo n'a pas le droit de voir dans quel réseau "+whose+", ni si un serveur d'un autre réseau (un conteneur) a ce port.")
		}
	}
}

func onPort(sockets []probe.Socket, port uint16) []probe.Socket {
	if !slices.ContainsFunc(sockets, func(s probe.Socket) bool { return !s.HasPort(port) }) {
		return sockets
	}
	var on []probe.Socket
	for i := range sockets {
		if sockets[i].HasPort(port) {
			on = append(on, sockets[i])
		}
	}
	return on
}

// port writes what happens on one port, in sentences and then in rows.
func (p *writer) port(grid *panel.Grid, port uint16, sockets []probe.Socket, f probe.Filter) {
	p.blank()
	if len(sockets) == 0 {
		p.none(port, f)
		return
	}
	use := usageOf(port, sockets)
	for _, l := range use.listeners {
		p.listener(l)
	}
	p.shared(use.listeners)
	if len(use.listeners) == 0 {
		p.nobody(port, use, f)
	}
	p.blank()
	for _, l := range grid.Header() {
		p.line(noMark + l)
	}
	for _, entries := range sortIntoGroups(sockets) {
		p.rows(grid, sockets, entries)
	}
}

// answer says what would happen, and how sure that is.
func (p *writer) answer(a *sonde.Answer) {
	p.sentence(p.sign(a.Bind), measured.ServerVerdict(a.Port, a.Bind))
	if b := a.Bind; b.Outcome == probe.Refused && b.Because[0].Socket != nil {
		for _, h := range b.Because[0].Socket.Owner.Holders {
			p.advised[h.PID] = true
		}
	}
	if a.Tried.Known {
		p.sentence(noMark+noMark, measured.TriedVerdict(a.Tried.Value, a.Bind))
	}
	call := a.Connect
	if a.Bind.Outcome == probe.Granted && len(call.Because) > 1 { // what is beside was said
		call.Because = call.Because[:1]
	}
	p.sentence(p.sign(call), measured.ClientVerdict(a.Port, call))
}

func (p *writer) sign(v probe.Verdict) string {
	switch v.Outcome {
	case probe.Granted:
		return noMark + p.palette.Good("✓") + " "
	case probe.Refused:
		return noMark + p.palette.Bad("✗") + " "
	case probe.Pending:
		return noMark + p.palette.Waiting("…") + " "
	}
	return noMark + "? "
}

// none says that no socket was chosen.
func (p *writer) none(port uint16, f probe.Filter) {
	n := strconv.Itoa(int(port))
	if f.States != 0 || len(f.PIDs) > 0 {
		p.sentence(noMark, "Aucun socket du port "+n+" ne correspond à votre demande.")
		return
	}
	p.sentence(noMark, "Aucun socket TCP visible d'ici n'a le port "+n+".")
}

// usage is what the sockets of a port do with it.
type usage struct {
	listeners []*probe.Socket
	bound     []*probe.Socket
	finished  int // TIME-WAIT whose local port it is
	others    int // other sockets whose local port it is
	far       int // sockets that have it as remote port only
}

func usageOf(port uint16, sockets []probe.Socket) usage {
	var u usage
	for i := range sockets {
		s := &sockets[i]
		switch {
		case s.State == probe.Listen:
			u.listeners = append(u.listeners, s)
		case s.State == probe.Bound:
			u.bound = append(u.bound, s)
		case s.Local.Port() != port:
			u.far++
		case s.State == probe.TimeWait:
			u.finished++
		default:
			u.others++
		}
	}
	return u
}

// listener says who listens, where, and how full the queue is.
func (p *writer) listener(s *probe.Socket) {
	p.sentence(noMark, who(s.Owner)+" sur "+measured.Address(s.Local)+" "+reach(s)+".")
	if !s.RecvQueue.Known || !s.SendQueue.Known {
		return
	}
	waiting, backlog := int(s.RecvQueue.Value), int(s.SendQueue.Value)
	sentence := "Backlog " + text.Number(backlog) + " : "
	switch waiting {
	case 0:
		sentence += "aucune connexion n'attend accept()"
	case 1:
		sentence += "1 connexion attend accept()"
	default:
		sentence += text.Plural(waiting, "connexion") + " attendent accept()"
	}
	if waiting > backlog {
		sentence += ". La file est pleine : un nouveau client appellera sans réponse"
	}
	p.sentence(noMark+noMark, sentence+".")
}

// who begins a sentence with who listens.
func who(o probe.Owner) string {
	switch o.Kind {
	case probe.OwnerProcess:
		switch n := len(o.Holders); {
		case n == 1:
			return measured.Holder(o.Holders[0]) + " écoute"
		case n == 2:
			return measured.Holder(o.Holders[0]) + " et " + measured.Holder(o.Holders[1]) + " écoutent, par un même socket,"
		default:
			return measured.Holder(o.Holders[0]) + " et " + text.Number(n-1) + " autres processus écoutent, par un même socket,"
		}
	case probe.OwnerKernel:
		return "Le noyau lui-même écoute"
	case probe.OwnerGone:
		return "Un socket, fermé pendant la mesure, écoutait"
	}
	return "Un socket" + measured.OfUser(o) + ", que labo n'a trouvé dans aucun processus, écoute"
}

// reach says who can call a listener.
func reach(s *probe.Socket) string {
	a, only := s.Local.Addr(), ""
	if s.V6Only.Known && s.V6Only.Value {
		only = ", en IPv6 seulement"
	}
	switch {
	case a.Unmap().IsLoopback():
		return "(pour cette machine seulement)"
	case s.Interface.Value != nil:
		return "(pour qui passe par l'interface " + text.Visible(s.Interface.Value.Name) + only + ")"
	case a.IsUnspecified():
		return "(pour toute machine qui peut joindre celle-ci" + only + ")"
	}
	return "(pour qui peut joindre cette adresse)"
}

// shared tells that several listeners share one address, which takes
// SO_REUSEPORT.
func (p *writer) shared(listeners []*probe.Socket) {
	count := map[netip.AddrPort]int{}
	for _, l := range listeners {
		count[l.Local]++
	}
	for _, l := range listeners {
		if n := count[l.Local]; n > 1 && runtime.GOOS == "linux" {
			p.sentence(noMark+noMark, text.Plural(n, "socket")+" écoutent à la même adresse (SO_REUSEPORT) : "+
				"le noyau leur partage les clients.")
			count[l.Local] = 0
		}
	}
}

// nobody says that nobody listens on a port, and what has it.
func (p *writer) nobody(port uint16, u usage, f probe.Filter) {
	n := strconv.Itoa(int(port))
	if f.States != 0 && !f.States.Has(probe.Listen) || len(f.PIDs) > 0 {
		return // those who listen were not asked for
	}
	if p.ownOnly {
		p.sentence(noMark, "Aucun de vos programmes n'écoute sur le port "+n+" ; labo ne voit pas ceux des autres utilisateurs.")
	} else {
		p.sentence(noMark, "Personne n'écoute sur le port "+n+".")
	}
	for _, b := range u.bound {
		p.sentence(noMark+noMark, "Il est réservé sur "+measured.Address(b.Local)+" par "+measured.Holders(b.Owner)+", qui n'y écoute pas.")
	}
	if u.others > 0 {
		p.sentence(noMark+noMark, "C'est le port local de "+text.Plural(u.others, "socket")+" sans serveur à l'écoute.")
	}
	if u.finished > 0 {
		s := "C'est encore le port local de " + text.Plural(u.finished, "connexion finie") + " (TIME-WAIT)"
		if runtime.GOOS == "linux" {
			s += " : un serveur passe outre si l'ancien et lui ont tous deux mis SO_REUSEADDR"
		}
		p.sentence(noMark+noMark, s+".")
	}
	if u.others+u.finished+len(u.bound) == 0 {
		p.sentence(noMark+noMark, "Il n'est ici que le port distant de "+text.Plural(u.far, "socket")+".")
	}
}

// owners says what the processes of the rows are, and why others have none.
func (p *writer) owners(s *probe.Snapshot) {
	p.section("Qui tient ces sockets")
	for _, h := range s.Holders {
		p.holder(h)
	}
	p.absences(s)
}

// absences says, once for each, why rows of s have no process.
func (p *writer) absences(s *probe.Snapshot) {
	said := map[string]bool{"": true}
	for _, kind := range []probe.OwnerKind{probe.OwnerKernel, probe.OwnerForbidden, probe.OwnerGone, probe.OwnerHidden} {
		for i := range s.Sockets {
			if o := &s.Sockets[i].Owner; o.Kind == kind {
				if words := measured.Absence(o, s.Source); !said[words] {
					said[words] = true
					p.sentence(noMark, words)
				}
			}
		}
	}
}

// fewConnections is how many are still read one by one.
const fewConnections = 8

// few reports whether what was counted can be read connection by connection.
func few(sockets []probe.Socket) bool {
	counted := 0
	for i := range sockets {
		if sockets[i].Info != nil {
			counted++
		}
	}
	return counted > 0 && counted <= fewConnections
}

// traffic says what the kernel counted for each of a few connections.
func (p *writer) traffic(sockets []probe.Socket) {
	if !few(sockets) {
		return
	}
	p.section("Ce que le noyau a compté")
	for i := range sockets {
		if sockets[i].Info != nil {
			p.sentence(noMark, counts(&sockets[i]))
		}
	}
	p.painted(paint.Faint, noMark, "Un SYN ou un FIN compte pour un octet.")
}

// counts says what one side of a connection sent and received.
func counts(s *probe.Socket) string {
	said := measured.Address(s.Local) + " ↔ " + measured.Address(s.Remote) + " : "
	if s.Info.Sent.Known {
		said += measured.OctetsOf(s.Info.Sent, "envoyé") + ", "
	}
	said += measured.OctetsOf(s.Info.Acknowledged, "confirmé") + ", " + measured.OctetsOf(s.Info.Received, "reçu") + ", "
	if s.Info.RoundTrip.Known {
		said += "aller-retour " + text.Duration(s.Info.RoundTrip.Value) + ", "
	}
	if s.Info.Resent == 0 {
		return said + "rien de renvoyé."
	}
	return said + text.Plural(int(s.Info.Resent), "segment renvoyé") + "."
}
