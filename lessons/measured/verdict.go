package measured

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/text"
	"labo/probe"
)

// ServerVerdict says what the sheet's serveur.py would get.
func ServerVerdict(port uint16, v probe.Verdict) string {
	switch v.Outcome {
	case probe.Granted:
		return join("Le port "+number(port)+" est libre pour serveur.py : bind() et listen() réussiraient.", Asides(v.Because))
	case probe.Refused:
		what, hint := TakenPort(port, v)
		return join("serveur.py serait refusé par bind() ("+v.Errno+") : "+what+".", hint)
	}
	return "labo ne sait pas si serveur.py pourrait démarrer : " + doubts(v.Because) + "."
}

// ClientVerdict says what the sheet's client.py would get.
func ClientVerdict(port uint16, v probe.Verdict) string {
	to := "127.0.0.1:" + number(port)
	first := firstOf(v)
	switch v.Outcome {
	case probe.Granted:
		listens := " écoute sur "
		if len(first.Socket.Owner.Holders) > 1 {
			listens = " écoutent, par un même socket, sur "
		}
		said := "client.py serait connecté : " + Holders(first.Socket.Owner) + listens + local(first.Socket) + "."
		if suspended(first.Socket.Owner) {
			said += " Mais ce programme est suspendu : il ne répondrait qu'une fois repris."
		}
		return said
	case probe.Pending:
		if first.Kind == probe.LoopbackDown {
			return "client.py attendrait sans réponse : l'interface lo, par où cette machine s'appelle elle-même, est arrêtée."
		}
		s := first.Socket
		return fmt.Sprintf("client.py attendrait : la file d'accept() de %s est pleine (%s pour un backlog de %s). "+
			"connect() ne répondrait ni oui ni non tant que ce serveur n'appelle pas accept().",
			Holders(s.Owner), text.Number(int(s.RecvQueue.Value)), text.Number(int(s.SendQueue.Value)))
	case probe.Refused:
		why := ""
		switch first.Kind {
		case probe.NobodyListens:
			why = " : personne n'écoute sur " + to
		case probe.NoWay:
			why = " : le système n'a pas de chemin vers cette adresse"
		}
		return join("client.py serait refusé par connect() ("+v.Errno+")"+why+".", Asides(v.Because))
	}
	return "labo ne sait pas si client.py serait connecté : " + doubts(v.Because) + "."
}

// TriedVerdict compares what bind() really answered with what was foreseen.
func TriedVerdict(errno string, v probe.Verdict) string {
	got := "bind() a réussi, et labo a rendu le port aussitôt"
	if errno != "" {
		got = "bind() a été refusé (" + errno + ")"
	}
	switch {
	case v.Outcome == probe.OutcomeUnknown:
		return "Essayé : " + got + "."
	case v.Errno == errno:
		return "Essayé : " + got + ", comme prévu."
	}
	return "Essayé : " + got + ". Ce n'est pas ce que labo prévoyait : le port a changé entre-temps, ou une règle de ce système lui échappe."
}

// TakenPort says why a bind() is refused and what would free the port.
func TakenPort(port uint16, v probe.Verdict) (what, hint string) {
	name := "le port " + number(port)
	first := firstOf(v)
	switch first.Kind {
	case probe.NotAllowed:
		if first.Root {
			return "il faut le droit CAP_NET_BIND_SERVICE pour avoir " + name + ", et root ne l'a pas ici", openPort(first.Range)
		}
		return "ce système réserve " + name + " à l'administrateur", openPort(first.Range)
	case probe.Excluded:
		return fmt.Sprintf("Windows garde pour lui les ports %d à %d : il refuse le %d à tous, et aucun programme ne l'a",
				first.Range.Low, first.Range.High, port), "Prenez un port hors de ces plages, que montre `netsh int ipv4 show excludedportrange tcp`. " +
				"Elles changent parfois au redémarrage (Hyper-V, WSL et Docker en demandent)."
	case probe.NotLocal:
		return "l'adresse demandée n'est à aucune interface de cette machine", ""
	case probe.NoWay:
		return "ce système n'accorde pas cette adresse", ""
	case probe.TakenByMemory:
		what = name + " est encore retenu par le noyau : une connexion terminée y est en TIME-WAIT"
		if !v.Until.Known {
			return what, "Aucun programme ne le tient : réessayez dans une minute ou deux."
		}
		left := seconds(v.Until.Value)
		if v.AtMost {
			left = "au plus " + left
		}
		return what + ", pour " + left + " encore", "Aucun programme ne le tient : attendez " + left + "."
	case probe.TakenByListener, probe.TakenByBound, probe.TakenByConnection:
		return held(name, first, v.Until)
	}
	what = name + " est pris, et labo ne sait pas par quoi"
	if s := first.Socket; s != nil {
		what += " ; il y voit " + named(first) + ", de " + Holders(s.Owner)
	}
	return what, ""
}

// openPort proposes a port that everybody may have.
func openPort(open probe.PortRange) string {
	hint := "Prenez un port à partir de " + number(open.Low)
	if open.Has(12345) && open.Low < 12345 {
		hint += ", par exemple 12345"
	}
	return hint + "."
}

// held says which socket has a port, and what to do about its owner.
func held(name string, r probe.Reason, until probe.Maybe[time.Duration]) (what, hint string) {
	s := r.Socket
	switch s.Owner.Kind {
	case probe.OwnerProcess:
		by := manner(s)
		if len(s.Owner.Holders) > 1 {
			by = strings.Replace(by, "qui y écoute", "qui y écoutent", 1)
			by = strings.Replace(by, "qui l'a réservé", "qui l'ont réservé", 1)
		}
		return name + " est déjà pris par " + Holders(s.Owner) + by, advice(s.Owner.Holders)
	case probe.OwnerKernel:
		what = name + " est encore retenu par le noyau : une ancienne connexion n'est pas finie (" + s.State.String() + ")"
		if until.Known {
			return what, "Fermez " + otherEnd(r.Peer) + ", puis comptez une minute (TIME-WAIT). Sinon, le noyau l'oublie dans " +
				seconds(until.Value) + "."
		}
		return what, "Fermez " + otherEnd(r.Peer) + ", ou attendez un peu."
	case probe.OwnerGone:
		return name + " était pris par " + Holders(s.Owner), "Réessayez."
	}
	return name + " est déjà pris par " + Holders(s.Owner) + manner(s), "Si un serveur est resté ouvert dans un autre terminal, arrêtez-le."
}

// advice says how to end the processes that have the port, each by what works
// in the state it is in; of one that was not introduced (see
// [probe.Snapshot.Introduce]) labo does not know it.
func advice(holders []*probe.Holder) string {
	var all, pids []string
	for _, h := range holders {
		each := "Arrêtez ce programme."
		if h.Who != nil {
			each = Advice(h.Who)
		}
		if pid := strconv.Itoa(h.PID); each == "Pour l'arrêter : `kill "+pid+"`." {
			pids = append(pids, pid)
		} else if each != "" && len(all) < MostNamed && !slices.Contains(all, each) {
			all = append(all, each)
		}
	}
	if len(pids) > 0 {
		them := map[bool]string{true: "l'arrêter", false: "les arrêter"}[len(pids) == 1]
		all = append(all, "Pour "+them+" : `kill "+strings.Join(pids, " ")+"`.")
	}
	if len(holders) > 1 {
		all = append(all, "Il faut que tous ferment ce socket.")
	}
	return strings.Join(all, " ")
}

// otherEnd names who has the other end of a connection, where it was seen.
func otherEnd(peer *probe.Socket) string {
	if peer == nil || peer.Owner.Kind != probe.OwnerProcess {
		return "le programme à l'autre bout"
	}
	return Holders(peer.Owner) + ", à l'autre bout"
}

// manner says what the owner does with the port.
func manner(s *probe.Socket) string {
	switch s.State {
	case probe.Listen:
		if s.Local.Addr().IsUnspecified() {
			return ", qui y écoute sur toutes les adresses"
		}
		return ", qui y écoute"
	case probe.Bound:
		return ", qui l'a réservé sans y écouter"
	}
	if !s.Remote.IsValid() {
		return " (" + s.State.String() + ")"
	}
	return ", pour une connexion avec " + s.Remote.String() + " (" + s.State.String() + ")"
}

// Asides says what is on a port and changes nothing.
func Asides(because []probe.Reason) string {
	var all []string
	var inside []*probe.Holder // of the other networks that have the port
	for _, r := range because {
		switch r.Kind {
		case probe.OtherAddress:
			all = append(all, "À côté, "+named(r)+" : une autre adresse.")
		case probe.OtherFamily:
			all = append(all, "À côté, "+named(r)+" : une autre famille (IPv4 et IPv6 sont ici séparées).")
		case probe.OtherInterface:
			all = append(all, named(r)+" n'écoute que l'interface "+text.Visible(r.Socket.Interface.Value.Name)+".")
		case probe.Lent:
			all = append(all, "Mais ce port est de ceux que le noyau prête aux clients : un programme peut le recevoir avant vous.")
		case probe.Kept:
			all = append(all, "Le noyau ne le prête à aucun client (ip_local_reserved_ports).")
		case probe.OtherNetwork:
			inside = append(inside, &probe.Holder{Name: r.Elsewhere.Name, PID: r.Elsewhere.PID})
		}
	}
	switch lives := Holders(probe.Owner{Kind: probe.OwnerProcess, Holders: inside}); len(inside) {
	case 0:
	case 1:
		all = append(all, "Un serveur écoute sur ce port dans un autre réseau de cette machine, celui où vit "+lives+
			" (un conteneur, par exemple) : il ne compte pas ici.")
	default:
		all = append(all, "Des serveurs écoutent sur ce port dans "+text.Number(len(inside))+" autres réseaux de cette machine, ceux où vivent "+lives+
			" (des conteneurs, par exemple) : ils ne comptent pas ici.")
	}
	return strings.Join(all, " ")
}

// named names the sockets of a reason by the first of them.
func named(r probe.Reason) string {
	s := local(r.Socket) + " (" + r.Socket.State.String() + ")"
	if r.Count > 1 {
		s += " et " + text.Plural(r.Count-1, "autre")
	}
	return s
}

// doubts says why nothing is foreseen.
func doubts(because []probe.Reason) string {
	var all []string
	for _, r := range because {
		switch r.Kind {
		case probe.ReuseUnknown:
			all = append(all, "cela dépend de SO_REUSEADDR sur "+named(r)+", que le noyau ne montre pas")
		case probe.V6OnlyUnknown:
			all = append(all, "cette source ne dit pas si "+named(r)+" prend aussi IPv4")
		case probe.QueueUnknown:
			all = append(all, "un serveur écoute sur "+local(r.Socket)+", mais cette source ne montre pas si sa file est pleine")
		case probe.BoundUnseen:
			all = append(all, "rien de visible ne l'empêche, mais cette source ne montre pas les ports réservés où personne n'écoute")
		case probe.MemoryUnseen:
			all = append(all, "cette source ne montre pas les connexions finies (TIME-WAIT)")
		case probe.OthersUnseen:
			all = append(all, "cette source ne montre pas les sockets des autres utilisateurs")
		case probe.RulesUnknown:
			all = append(all, "le port a déjà "+named(r)+", et labo ne connaît pas la règle de ce système")
		case probe.RightsUnknown:
			all = append(all, "ce système réserve peut-être ce port à l'administrateur")
		case probe.QueueFull:
			all = append(all, "la file de l'un des serveurs est pleine")
		case probe.Listening:
			all = append(all, "celle d'un autre ne l'est pas")
		}
	}
	if all == nil {
		return "ce qu'il a mesuré ne le dit pas"
	}
	return strings.Join(all, " ; ")
}

// suspended reports whether nobody who holds a socket can run now.
func suspended(o probe.Owner) bool {
	return len(o.Holders) > 0 && !slices.ContainsFunc(o.Holders, func(h *probe.Holder) bool { return h.Who == nil || h.Who.Life != probe.Stopped })
}

// MostNamed is how many processes of one socket, or of other networks, are named.
const MostNamed = 3

// Holders names an owner in the middle of a sentence.
func Holders(o probe.Owner) string {
	switch o.Kind {
	case probe.OwnerKernel:
		return "le noyau"
	case probe.OwnerGone:
		return "un socket fermé pendant la mesure"
	case probe.OwnerProcess:
		named := ""
		for i, h := range o.Holders {
			switch {
			case i == MostNamed:
				return named + " et " + text.Plural(len(o.Holders)-MostNamed, "autre")
			case i > 0 && i == len(o.Holders)-1:
				named += " et "
			case i > 0:
				named += ", "
			}
			named += program(h)
		}
		return named
	}
	return "un socket" + OfUser(o) + " que labo n'a trouvé dans aucun processus"
}

// OfUser says whose a socket is: the kernel tells its user to everyone. "" where
// it is unknown.
func OfUser(o probe.Owner) string {
	if !o.UID.Known {
		return ""
	}
	return " de l'utilisateur " + text.Visible(probe.UserName(o.UID.Value).Or("numéro "+strconv.Itoa(o.UID.Value)))
}

// program names a process: as a person would where that is known. What quotes a
// command in the words of a fault cannot stand in a name.
func program(h *probe.Holder) string {
	name := Holder(h)
	if h.Who != nil {
		name = Program(h.Who)
	}
	return strings.ReplaceAll(name, "`", "'")
}

func firstOf(v probe.Verdict) probe.Reason {
	if len(v.Because) == 0 {
		return probe.Reason{}
	}
	return v.Because[0]
}

func local(s *probe.Socket) string { return text.Visible(s.Local.String()) }

func number(port uint16) string { return strconv.Itoa(int(port)) }

// seconds rounds up: the port is not free before.
func seconds(d time.Duration) string {
	return text.Duration((d + time.Second - 1).Truncate(time.Second))
}

func join(sentences ...string) string {
	all := sentences[:0]
	for _, s := range sentences {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, " ")
}
