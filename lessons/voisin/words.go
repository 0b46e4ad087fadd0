package voisin

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"strings"

	"labo/lessons/fault"
	"labo/lessons/voisin/link"
)

// animals name who has given no name.
var animals = [...]string{
	"belette", "blaireau", "buse", "castor", "chamois", "chouette", "cigogne", "écureuil", "faucon", "genette", "grive", "hermine",
	"héron", "lièvre", "loutre", "lynx", "marmotte", "martre", "mésange", "milan", "mouette", "pinson", "renard", "tortue",
}

// DrawName draws a name that says nothing of who bears it: "loutre 7".
func DrawName() string {
	draw := func(n int64) int {
		i, err := rand.Int(rand.Reader, big.NewInt(n))
		if err != nil {
			return 0 // never, on a system that has random numbers
		}
		return int(i.Int64())
	}
	return fmt.Sprintf("%s %d", animals[draw(int64(len(animals)))], 1+draw(9))
}

// Address is one by which a neighbour can come to this machine.
type Address struct {
	Addr      netip.Addr
	Interface string
}

// Addresses returns those of this machine, loopback and link-local ones aside,
// IPv4 first.
func Addresses() (all []Address, err error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var six []Address
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil || i.Flags&net.FlagUp == 0 {
			continue
		}
		for _, a := range addrs {
			n, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			addr, _ := netip.AddrFromSlice(n.IP)
			switch addr = addr.Unmap(); {
			case addr.IsLoopback(), addr.IsLinkLocalUnicast(), addr.IsMulticast(), !addr.IsValid():
			case addr.Is4():
				all = append(all, Address{addr, i.Name})
			default:
				six = append(six, Address{addr, i.Name})
			}
		}
	}
	return append(all, six...), nil
}

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
