// Package measured puts what the probe measured into French words: states,
// owners, queues, remarks, and the commands that check it without labo. It
// draws nothing.
package measured

import (
	"labo/lessons/text"
	"labo/probe"
)

// StateName returns the state as the tables write it: the name of RFC 9293, or
// "(lié)" for [probe.Bound], which is not a TCP state.
func StateName(s probe.State) string {
	if s == probe.Bound {
		return "(lié)"
	}
	return s.String()
}

var meanings = map[probe.State]string{
	probe.Bound:   "Le port est réservé, mais personne n'y écoute encore : un client qui appelle est refusé.",
	probe.Listen:  "Un serveur écoute : il attend que des clients appellent sur ce port.",
	probe.SynSent: "Le client a demandé la connexion (SYN) et attend la réponse.",
	probe.SynReceived: "La demande (SYN) est arrivée, la réponse est partie ; " +
		"il manque encore la confirmation du client.",
	probe.Established: "La connexion est ouverte : chaque côté peut envoyer et recevoir.",
	probe.FinWait1:    "Ce côté a dit qu'il n'enverrait plus rien (FIN) ; l'autre n'a pas encore confirmé l'avoir reçu.",
	probe.FinWait2: "Ce côté a dit qu'il n'enverrait plus rien, l'autre l'a bien reçu ; " +
		"on attend que l'autre ferme à son tour.",
	probe.CloseWait: "L'autre côté a dit qu'il n'enverrait plus rien ; " +
		"ce programme-ci n'a pas encore fermé le sien.",
	probe.Closing: "Les deux côtés ont fermé en même temps ; on attend que l'autre confirme.",
	probe.LastAck: "Les deux côtés ont fermé ; on attend la toute dernière confirmation.",
	probe.TimeWait: "La connexion est finie ; le noyau s'en souvient encore un moment, " +
		"pour que des paquets en retard ne troublent pas la suivante.",
	probe.Closed: "Ce socket n'est relié à rien.",
}

// Meaning says in one French sentence what a state means, for a reader of
// sixteen who has never seen it.
func Meaning(s probe.State) string {
	if m, ok := meanings[s]; ok {
		return text.French(m)
	}
	return text.French("Un état que labo ne connaît pas : " + s.String() + ".")
}

// Source says by what and when the snapshot was measured: "sock_diag,
// 14:02:07" (local time).
func Source(s *probe.Snapshot) string {
	return s.Source.String() + ", " + s.TakenAt.Local().Format("15:04:05")
}

// Legend explains the column "files", which holds two numbers.
func Legend() string { return text.French("files : ") + QueuesMeaning() }

// QueuesMeaning says what the two numbers of [Queues] count.
func QueuesMeaning() string {
	return text.French("octets reçus que le programme n'a pas encore lus (une fermeture reçue, FIN, compte pour 1) / octets envoyés sans confirmation ; " +
		"pour LISTEN : connexions qui attendent accept() / backlog donné à listen()")
}
