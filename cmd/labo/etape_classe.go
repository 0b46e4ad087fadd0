package main

import (
	"context"
	"errors"

	"labo/lessons/projection"
	"labo/lessons/room"
	"labo/lessons/room/mirror"
	"labo/lessons/stage/hall"
	"labo/lessons/stage/linear"
	"labo/lessons/stage/markup"
	"labo/lessons/stage/page"
	"labo/lessons/stage/screen"
	"labo/lessons/text"
)

// projected is the room in which a projection asks its questions. Its zero value
// is none: hands alone are counted.
type projected struct {
	r      *room.Room
	m      *mirror.Mirror
	phones *hall.Phones // of a room that the projection opened
	labo   string       // the address that `labo rejoindre` takes
}

// joinedClass returns the room of the class: the one that `labo classe` has open
// on this machine, or one that it opens where an address was given.
func joinedClass(ctx context.Context, c *console, o etapeOptions) (*projected, error) {
	if o.class == "" {
		return &projected{}, nil
	}
	if o.address != "" {
		opened := classeOptions{name: o.class, address: o.address}
		r, phones, err := openClass(ctx, c, opened)
		if err != nil {
			return nil, err
		}
		p := &projected{r: r, phones: phones, labo: opened.shown(r)}
		writePoster(c, r, phones, p.labo)
		if o.page.wanted { // its wall shows it
			return p, nil
		}
		return p, whenIn(ctx, c)
	}
	home, err := homeOf(c)
	if err != nil {
		return &projected{}, nil // the votes say it
	}
	r, err := room.Attach(ctx, home, o.class)
	switch {
	case errors.Is(err, room.ErrNotOpen):
		return &projected{}, nil
	case err != nil:
		return nil, roomFault(room.Options{Name: o.class}, err)
	}
	return &projected{r: r, labo: (&classeOptions{}).shown(r)}, nil
}

// whenIn waits until the instructor goes on: the code is on the wall meanwhile.
func whenIn(ctx context.Context, c *console) error {
	if !c.inTerminal() {
		return nil
	}
	keys, err := linear.NewKeyboard(c.in)
	if err != nil {
		return nil
	}
	defer keys.Close()
	_, err = keys.Ask(ctx, c.err, text.French("  Quand la classe est entrée, Entrée commence la projection › "))
	return err
}

var (
	_ mirror.Projection = (*screen.Stage)(nil)
	_ mirror.Projection = (*page.Page)(nil)
)

// on ties the room to what plays: a [mirror.Projection], or nothing that counts.
func (p *projected) on(s any, notice func(string)) {
	if on, ok := s.(mirror.Projection); ok && p.r != nil {
		p.m = mirror.Start(p.r, on, func(error) { notice("La classe n'a pas pu être prévenue : labo réessaie.") })
	}
}

// join tells the class how to come in, nothing where no room is open.
func (p *projected) join() (none markup.HTML) {
	if p.r == nil || p.labo == "" {
		return none
	}
	return hall.Join(p.r.PhonesAt(), p.labo, p.r.Code())
}

func (p *projected) tell(s projection.Status) {
	if p.m != nil {
		p.m.Tell(s)
	}
}

func (p *projected) close() {
	if p.m != nil {
		p.m.Close()
	}
	if p.r != nil {
		closeClass(p.r, p.phones)
	}
}
