package voisin

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"

	"labo/lessons/fault"
	"labo/lessons/voisin/link"
)

// NoticeWords tells who else came to the door.
func NoticeWords(n link.Notice) string {
	from := n.From.String()
	switch n.Kind {
	case link.WrongCode:
		return from + " a donné un mauvais code, et n'est pas entré."
	case link.Stranger:
		return from + " a voulu entrer : ce n'est pas l'adresse de votre voisin, labo a coupé."
	case link.OtherForm:
		return from + " a un labo d'une autre version : prenez tous deux la même."
	}
	return from + " est venu, et n'a rien dit que dirait un labo : labo a coupé."
}

// Meeting gives French words to what kept this labo from its neighbour's, at that
// address.
func Meeting(err error, to netip.AddrPort) error {
	at := to.String()
	again := "Demandez à votre voisin ce qu'affiche son labo."
	switch {
	case errors.Is(err, link.ErrCode):
		return fault.Failed("ce n'est pas le code de "+at, again, err)
	case errors.Is(err, link.ErrTaken):
		return fault.Failed(at+" joue déjà avec un autre", "Un labo n'a qu'un voisin à la fois : que le vôtre relance `labo voisin --ecouter`.", err)
	case errors.Is(err, link.ErrVersion):
		return fault.Failed(at+" a un labo d'une autre version", "Prenez tous deux la même : `labo version` la dit.", err)
	case errors.Is(err, link.ErrNotLabo):
		return fault.Failed("ce n'est pas un labo qui répond à "+at, again, err)
	case fault.Refused(err):
		return fault.Failed(at+" a refusé : "+fault.Errno(err),
			"La machine répond, mais personne n'écoute sur ce port : adresse, ou port, d'un autre ; ou `labo voisin --ecouter` n'y tourne pas. "+again, err)
	case errors.Is(err, os.ErrDeadlineExceeded) || isSilence(err):
		return fault.Failed(at+" ne répond rien",
			"labo ne sait pas pourquoi. Il se peut que l'adresse soit fausse, qu'un pare-feu jette la demande, ou que ce Wi-Fi empêche ses machines de se parler : "+
				"essayez un partage de connexion, ou un câble entre vous deux.", err)
	}
	return fault.Failed("labo n'a pas pu joindre "+at+" : "+fault.Cause(err), again, err)
}

func isSilence(err error) bool {
	slow, ok := errors.AsType[net.Error](err)
	return ok && slow.Timeout()
}

// insists says how often this kernel sends again before it gives up, as it says.
func insists() string {
	b, err := os.ReadFile("/proc/sys/net/ipv4/tcp_retries2")
	if err != nil {
		return "ce système ne dit pas après combien de fois"
	}
	return "ici, après " + strings.TrimSpace(string(b)) + " renvois, dit tcp_retries2"
}
