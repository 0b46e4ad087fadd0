package measured

import (
	"strconv"

	"labo/lessons/text"
	"labo/probe"
)

// Owner says who holds a socket: "labo (4242)", every process of a shared
// socket, or why nobody can be named. The source is named where it is the
// reason; [probe.Auto] leaves it out.
func Owner(o probe.Owner, source probe.Source) string {
	if o.Kind != probe.OwnerProcess {
		return ownerWord(o.Kind, source)
	}
	s := ""
	for i, h := range o.Holders {
		if i > 0 {
			s += ", "
		}
		s += Holder(h)
	}
	return s
}

// Holder returns the name and pid of a process: "labo (4242)".
func Holder(h *probe.Holder) string {
	return holderName(h) + " (" + strconv.Itoa(h.PID) + ")"
}

func holderName(h *probe.Holder) string {
	if h.Name == "" {
		return "sans nom"
	}
	return text.Visible(h.Name)
}

// ownerWord is what is said where no process can be named.
func ownerWord(k probe.OwnerKind, source probe.Source) string {
	switch k {
	case probe.OwnerKernel:
		return "le noyau"
	case probe.OwnerForbidden:
		return "pas le droit de voir"
	case probe.OwnerGone:
		return "fermé" // not "disparu": that is said of a row
	}
	switch source {
	case probe.Auto:
		return "non visible"
	case probe.SockDiag: // every process that may be read was
		return "aucun trouvé"
	}
	return "non visible avec " + source.String()
}

// OwnerSentence explains in French the word that stands for an owner who is
// not a process; "" for a process.
func OwnerSentence(k probe.OwnerKind) string {
	switch k {
	case probe.OwnerProcess:
		return ""
	case probe.OwnerKernel:
		return text.French("« le noyau » : aucun programme ne tient ce socket ; la connexion est finie, " +
			"ou accept() ne l'a pas encore prise.")
	case probe.OwnerForbidden:
		return text.French("« pas le droit de voir » : aucun processus trouvé, et labo n'a pas le droit de les examiner tous.")
	case probe.OwnerGone:
		return text.French("« fermé » : ce socket a été fermé pendant la mesure, ou le programme qui le tenait s'est terminé.")
	}
	return text.French("« non visible » : ce système, ou cette source, ne dit pas à qui est le socket.")
}

// FitOwner returns the owner in at most width cells. A name too long is cut
// with "…" so that the pid stays; further processes become "+2".
func FitOwner(o probe.Owner, source probe.Source, width int) string {
	full := Owner(o, source)
	if text.Width(full) <= width {
		return full
	}
	if o.Kind != probe.OwnerProcess {
		return text.Truncate(full, width)
	}
	first := o.Holders[0]
	tail := " (" + strconv.Itoa(first.PID) + ")"
	if n := len(o.Holders) - 1; n > 0 {
		tail += " +" + strconv.Itoa(n)
	}
	name := holderName(first)
	room := width - len(tail)
	if text.Width(name) > room {
		if room < 2 { // not even "x…" before the pid
			return text.Truncate(name+tail, width)
		}
		name = text.Truncate(name, room)
	}
	return name + tail
}
