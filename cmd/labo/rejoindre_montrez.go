package main

import (
	"context"
	"strings"

	"labo/lessons/evidence"
	"labo/lessons/notebook"
	"labo/lessons/room"
	"labo/lessons/stage/classe"
)

// author answers « montrez-moi »: what is sent is what was shown.
type author struct {
	c      *console
	g      *room.Guest
	view   classe.View
	heard  room.Consent // from the room
	said   room.Consent // to the author
	events []evidence.Event
}

// changes are the lines of what changed since the last call.
func (a *author) changes(ctx context.Context) []string {
	is := a.g.Consent()
	if is == a.heard && a.said != room.NoSketch {
		return nil
	}
	a.heard = is
	if is == room.Asked || is == room.NoSketch {
		a.events = nil
		if book, _ := notebook.Read(a.c.getenv); book.Traced() != nil {
			a.events = book.Traced().Shown()
		}
		switch {
		case len(a.events) > 0:
			is = room.Asked
		case is == room.Asked:
			is = room.NoSketch
			a.tell(ctx, is, nil)
		}
	}
	if is == a.said {
		return nil
	}
	a.said = is
	return a.view.Consent(is, a.events)
}

// typed answers as a line says; ok reports whether it does. The lines say why the
// room has not the answer.
func (a *author) typed(ctx context.Context, line string) (lines []string, ok bool) {
	var err error
	switch word := strings.ToLower(strings.TrimSpace(line)); {
	case word == classe.TypedAgree && a.said == room.Asked:
		err = a.tell(ctx, room.Agreed, a.events)
	case word == classe.TypedRefuse && a.said == room.Asked:
		err = a.tell(ctx, room.Refused, nil)
	case word == classe.TypedRemove && a.said == room.Agreed:
		err = a.tell(ctx, room.TakenOff, nil)
	default:
		return nil, false
	}
	if err != nil {
		return a.view.NotTold(err), true
	}
	return nil, true
}

// tell tells the room.
func (a *author) tell(ctx context.Context, c room.Consent, events []evidence.Event) error {
	ctx, cancel := context.WithTimeout(ctx, voteFor)
	defer cancel()
	return a.g.Answer(ctx, c, events)
}
