package classe

import (
	"errors"

	"labo/lessons/evidence"
	"labo/lessons/room"
	"labo/lessons/stage/figure"
	"labo/lessons/text"
)

// What an author types of their program's diagram.
const (
	TypedAgree  = "montrer"
	TypedRefuse = "refuser"
	TypedRemove = "retirer"
)

// Consent says where the participant's diagram is, and what may be typed. events
// are what is sent if they agree.
func (v View) Consent(c room.Consent, events []evidence.Event) (out []string) {
	switch {
	case c == room.Asked && len(events) == 0, c == room.NoSketch:
		return v.paragraph("Votre enseignant demande à montrer au mur le schéma d'un de vos programmes, sans dire de qui il est. labo n'en a pas encore : " +
			"`labo trace serveur.py`, dans un autre terminal, en fait un.")
	case c == room.Asked:
		out = append(append(out, ""), v.paragraph("Votre enseignant demande à montrer ceci au mur, sans dire de qui c'est : ce que votre dernier `labo trace` a vu.")...)
		layout := figure.Lay(events, v.Width)
		for _, l := range layout.Draw(v.Palette) {
			out = append(out, text.Truncate(l, v.Width))
		}
		return append(out, v.paragraph("Rien n'est encore envoyé. Tapez `"+TypedAgree+"` pour accepter, `"+TypedRefuse+"` pour refuser, puis Entrée. `"+TypedRemove+"` l'ôtera du mur quand vous voudrez.")...)
	case c == room.Agreed:
		return v.paragraph("Vous avez accepté : votre enseignant peut montrer ce schéma, sans dire de qui il est. `" + TypedRemove + "`, puis Entrée, l'ôte.")
	case c == room.Refused:
		return v.paragraph("Vous avez refusé : rien n'a été envoyé.")
	case c == room.TakenOff:
		return v.paragraph("Votre schéma n'est plus montré, et la classe ne l'a plus.")
	}
	return v.paragraph("Votre enseignant ne demande plus votre schéma.")
}

// NotTold says that the room does not have the author's answer.
func (v View) NotTold(err error) []string {
	if errors.Is(err, room.ErrClosed) {
		return v.paragraph("Votre enseignant ne demande plus votre schéma.")
	}
	return v.paragraph("La classe n'a pas accusé réception : retapez-le dans un moment.")
}
