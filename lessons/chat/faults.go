package chat

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"labo/lessons/atelier"
	"labo/lessons/fault"
	"labo/lessons/measured"
	"labo/lessons/text"
	"labo/probe"
)

// Fault says an error of Run in French: what failed, and what to do next. It
// returns nil for an error that is none of this package.
func Fault(err error) *fault.Fault {
	if e, ok := errors.AsType[*PortTakenError](err); ok {
		return e.fault()
	}
	if e, ok := errors.AsType[*ListenError](err); ok {
		return e.fault()
	}
	if e, ok := errors.AsType[*RefusedError](err); ok {
		return e.fault()
	}
	if e, ok := errors.AsType[*ConnectError](err); ok {
		return e.fault()
	}
	if e, ok := errors.AsType[*HostError](err); ok {
		return e.fault()
	}
	if e, ok := errors.AsType[*LostError](err); ok {
		return fault.Failed("la connexion avec "+e.Remote.String()+" est perdue : "+fault.Cause(e.Err),
			"Vérifiez le réseau entre les deux machines, puis recommencez.", err)
	}
	return nil
}

func (e *PortTakenError) fault() *fault.Fault {
	what, hint := e.Words()
	return fault.Failed(what, strings.TrimSpace(hint+" "+e.elsewhere()), e)
}

// Words says in French who has the port, and what would free it.
func (e *PortTakenError) Words() (what, hint string) {
	port := fmt.Sprintf("le port %d", e.Port)
	switch {
	case e.Unseen != nil:
		return port + " est déjà pris, et labo n'a pas pu voir par qui",
			"Cherchez un serveur resté ouvert dans un autre terminal et arrêtez-le."
	case e.Verdict.Outcome == probe.Granted:
		return port + " était pris, mais plus rien ne l'occupait quand labo a regardé", "Réessayez."
	}
	return measured.TakenPort(e.Port, e.Verdict)
}

// elsewhere proposes another port, one that was free if one is known.
func (e *PortTakenError) elsewhere() string {
	if e.Free == 0 {
		return "Sinon, prenez un autre port, avec --port."
	}
	return fmt.Sprintf("Sinon, prenez un autre port : `labo %s --port %d`, et le même pour le client.", serverName(e.Duplex), e.Free)
}

func (e *ListenError) fault() *fault.Fault {
	at := e.Addr.String()
	switch e.Reason {
	case ListenDenied:
		if v := probe.InTheWay(e.Addr, nil); v.Outcome == probe.Refused {
			what, hint := measured.TakenPort(e.Addr.Port(), v)
			return fault.Failed(what+" ("+fault.Cause(e.Err)+")", hint, e)
		}
		return fault.Failed(fmt.Sprintf("le système refuse le port %d : %s", e.Addr.Port(), fault.Cause(e.Err)),
			"Prenez un autre port, avec --port.", e)
	case ListenElsewhere:
		hint := "Un serveur n'écoute qu'à une adresse de sa propre machine"
		if own := ownAddresses(); own != "" {
			hint += " (" + own + ")"
		}
		return fault.Failed(fmt.Sprintf("l'adresse %s n'est pas à cette machine : %s", e.Addr.Addr(), fault.Cause(e.Err)),
			hint+".", e)
	case ListenNoFamily:
		return fault.Failed(fmt.Sprintf("cette machine n'a pas ce genre d'adresse (%s) : %s", e.Addr.Addr(), fault.Cause(e.Err)),
			"Sans --hote, le serveur écoute sur 127.0.0.1.", e)
	}
	return fault.Failed("impossible d'écouter sur "+at+" : "+fault.Cause(e.Err),
		"Essayez sans --hote, ou avec un autre --port.", e)
}

// ownAddresses lists the addresses of this machine, "" when the system does
// not tell them.
func ownAddresses() string {
	list := reachable(netip.IPv6Unspecified())
	if _, err := net.InterfaceAddrs(); err != nil {
		return ""
	}
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	return addressList(append([]netip.Addr{loopback}, list...))
}

func (e *RefusedError) fault() *fault.Fault {
	what := fmt.Sprintf("connexion refusée par %v en %s : %s", e.Addr, text.Duration(e.After), fault.Cause(e.Err))
	why := "Le noyau a répondu non (RST). "
	switch {
	case e.Seen.Outcome == probe.Granted:
		return fault.Failed(what, why+"Un programme écoute pourtant à cette adresse maintenant, et labo ne sait pas pourquoi : réessayez.", e)
	case e.Seen.Outcome == probe.Refused && e.Seen.Because[0].Kind == probe.NobodyListens:
		why = strings.TrimSpace("Aucun programme n'écoute à cette adresse : le noyau a répondu non (RST) à sa place. "+
			measured.Asides(e.Seen.Because)) + " "
	}
	if !e.Addr.Addr().IsLoopback() {
		why = "Aucun programme n'écoute sur ce port de cette machine, ou un pare-feu refuse : son noyau a répondu non (RST). "
		return fault.Failed(what, why+"Lancez d'abord le serveur là-bas.", e)
	}
	if e.Addr.Port() == atelier.Port {
		return fault.Failed(what, why+"Lancez d'abord le serveur dans un autre terminal : "+
			fmt.Sprintf("`labo %[1]s` ou `python %[1]s.py`.", serverName(e.Duplex)), e)
	}
	return fault.Failed(what, why+"Lancez d'abord le serveur dans un autre terminal : "+
		fmt.Sprintf("`labo %s --port %d`.", serverName(e.Duplex), e.Addr.Port()), e)
}

func (e *ConnectError) fault() *fault.Fault {
	at := e.Addr.String()
	switch e.Reason {
	case ConnectNoAnswer:
		return fault.Failed(fmt.Sprintf("pas de réponse de %s après %s : %s", at, text.Duration(e.After), fault.Cause(e.Err)),
			"Rien n'a dit ni oui ni non, et labo ne sait pas pourquoi. "+e.unanswered(), e)
	case ConnectUnreachable:
		return fault.Failed("aucun chemin vers "+at+" : "+fault.Cause(e.Err),
			"Vérifiez l'adresse et la connexion au réseau ; sans --hote, le client reste sur cette machine.", e)
	case ConnectDenied:
		return fault.Failed("ce système interdit la connexion à "+at+" : "+fault.Cause(e.Err),
			"Un pare-feu ou une règle de cette machine l'empêche ; sans --hote, le client reste sur cette machine.", e)
	case ConnectNoFamily:
		return fault.Failed("cette machine n'a pas d'adresse pour joindre "+at+" : "+fault.Cause(e.Err),
			"Sans --hote, le client va sur 127.0.0.1.", e)
	case ConnectReset:
		return fault.Failed("la connexion à "+at+" a été coupée (RST) avant d'être établie : "+fault.Cause(e.Err),
			"Par qui, connect() ne le dit pas. Regardez si le serveur tourne encore, puis relancez le client.", e)
	}
	return fault.Failed("connexion impossible à "+at+" : "+fault.Cause(e.Err), "Vérifiez --hote et --port.", e)
}

// unanswered says what to look at when nothing answered.
func (e *ConnectError) unanswered() string {
	if e.Addr.Addr().IsLoopback() {
		return fmt.Sprintf("Regardez qui écoute, et si sa file est pleine : `labo sonde %d`.", e.Addr.Port())
	}
	return fmt.Sprintf("Vérifiez l'adresse et le port, et que le serveur tourne là-bas ; essayez `ping %v`.", e.Addr.Addr())
}

func (e *HostError) fault() *fault.Fault {
	host := outside(e.Host, 60)
	if e.Malformed {
		return fault.Usage(host+" n'est pas un nom de machine ni une adresse",
			"Donnez l'adresse seule, par exemple `--hote 127.0.0.1`, et le port avec `--port`.")
	}
	if dns, ok := errors.AsType[*net.DNSError](e.Err); ok && dns.IsTimeout {
		return fault.Failed("personne n'a pu dire à temps l'adresse de "+host,
			"Vérifiez la connexion au réseau, ou donnez l'adresse elle-même, par exemple `--hote 127.0.0.1`.", e)
	}
	return fault.Failed("aucune machine connue ne s'appelle "+host,
		"Vérifiez l'orthographe, ou donnez l'adresse elle-même, par exemple `--hote 127.0.0.1`.", e)
}

// serverName is the name of the server of one of the sheet's two pairs.
func serverName(duplex bool) string {
	if duplex {
		return "serveur2"
	}
	return "serveur"
}

// markDuplex notes in an error of this package whose program it stopped.
func markDuplex(err error, duplex bool) {
	if e, ok := errors.AsType[*PortTakenError](err); ok {
		e.Duplex = duplex
	}
	if e, ok := errors.AsType[*ListenError](err); ok {
		e.Duplex = duplex
	}
	if e, ok := errors.AsType[*RefusedError](err); ok {
		e.Duplex = duplex
	}
}
