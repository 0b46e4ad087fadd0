package hall

import (
	"context"
	"time"

	"labo/lessons/evidence"
	"labo/lessons/room"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// shows are what the desk does with a participant's diagram.
func (d *Desk) shows() map[string]func(context.Context, string) error {
	return map[string]func(context.Context, string) error{"demander": d.room.AskToShow, "montrer": d.room.Show, "enlever": d.room.Hide}
}

// consent is where a participant's diagram is, and what can be done with it.
func (d *Desk) consent(m room.Member, now time.Time) markup.HTML {
	if m.Kind != room.KindLabo { // a phone has no program
		return markup.F("–")
	}
	words := map[room.Consent]string{
		room.Asked: "demandé, pas de réponse", room.Agreed: "d'accord", room.Refused: "préfère que non",
		room.NoSketch: "pas encore de schéma", room.TakenOff: "l'a retiré",
	}[m.Consent]
	if m.Consent == room.Asked && !m.Here {
		words = "demandé : à son retour"
	}
	button := func(what, words string) markup.HTML {
		return markup.F(`<button id="{}-{}" name="faire" value="{}">{}</button>`, what, m.ID, what, text.French(words))
	}
	var acts markup.Builder
	onWall := m.Consent == room.Agreed && d.room.Wall().Show == m.ID
	switch {
	case onWall:
		words = "au mur"
		acts.F("{}", button("enlever", "Ôter du mur"))
	case m.Consent == room.Agreed:
		acts.F("{}{}", button("montrer", "Au mur"), button("enlever", "Oublier"))
	case m.Consent == room.Asked || m.Consent == room.NoSketch:
		acts.F("{}", button("enlever", "Ne plus demander"))
	case m.Here:
		acts.F("{}", button("demander", "Montrez-moi"))
	}
	return markup.F(`{} <form method="post" action="/agir" data-region="{}"><input type="hidden" name="qui" value="{}">{}</form>`, text.French(words), regionMembers, m.ID, acts.HTML())
}

// sketch is a program of the class, on the wall.
func sketch(events []evidence.Event) markup.HTML {
	var figures markup.Figures
	return markup.F(`<section class="sketch"><h1>Un programme de la classe</h1>{}</section>`, figures.Sequence("un programme de la classe", events))
}
