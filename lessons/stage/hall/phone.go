package hall

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"labo/lessons/room"
	"labo/lessons/stage/markup"
	"labo/lessons/stage/page"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// show shows the page: to join, or what the wall asks.
func (p *Phones) show(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	if code != "" && !room.IsCode(code) {
		http.NotFound(w, r)
		return
	}
	t, known := ticketOf(r)
	if !known {
		render(w, phonePage(p.door(code, "", "")))
		return
	}
	s, done, err := p.seats.take(r.Context(), from(r), t)
	if err != nil {
		render(w, phonePage(p.door(code, t.who.Pseudonym, refused(err))))
		return
	}
	defer done()
	if code != "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	render(w, phonePage(p.ballot(s, markup.HTML{})))
}

// answer tells a phone what came of what it did: its script, the region; its
// form, the page again.
func (p *Phones) answer(w http.ResponseWriter, r *http.Request, v view) {
	if r.Header.Get("Accept") != fragmentType {
		render(w, phonePage(v))
		return
	}
	render(w, v.region)
}

// fragmentType is what the script of a page asks for.
const fragmentType = "text/x-labo-fragment"

// enter lets a phone in: the code, and the pseudonym that was drawn or typed.
func (p *Phones) enter(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil {
		p.answer(w, r, p.door("", "", "labo n'a pas compris ce formulaire."))
		return
	}
	code, name := r.PostForm.Get("code"), r.PostForm.Get("pseudo")
	if !room.IsCode(code) {
		p.answer(w, r, p.door(code, name, "Un code a six lettres : il est sur le mur."))
		return
	}
	t, _ := ticketOf(r)
	t.code, t.who = room.Capitals(code), identity(t.who.Secret(), name)
	s, done, err := p.seats.take(r.Context(), from(r), t)
	if err != nil {
		p.answer(w, r, p.door(code, name, refused(err)))
		return
	}
	defer done()
	http.SetCookie(w, t.cookie(p.secure))
	p.answer(w, r, p.ballot(s, markup.HTML{}))
}

// identity is who has that secret, else somebody new, under a name that was typed,
// else drawn.
func identity(secret, name string) room.Identity {
	if room.Clean(name, 24) == "" {
		name = room.DrawPseudonym()
	}
	who, err := room.ParseIdentity(secret, name)
	if err != nil {
		who, _ = room.ParseIdentity(room.NewIdentity().Secret(), name)
	}
	return who
}

// seated calls do with the seat of who asks; who has none is shown the door.
func (p *Phones) seated(w http.ResponseWriter, r *http.Request, do func(*seat, ticket) view) {
	t, known := ticketOf(r)
	if !known || r.ParseForm() != nil {
		p.answer(w, r, p.door("", "", "Entrez d'abord le code de la classe."))
		return
	}
	s, done, err := p.seats.take(r.Context(), from(r), t)
	if err != nil {
		p.answer(w, r, p.door("", t.who.Pseudonym, refused(err)))
		return
	}
	defer done()
	p.answer(w, r, do(s, t))
}

// vote takes a vote, and answers once the room has kept it.
func (p *Phones) vote(w http.ResponseWriter, r *http.Request) {
	p.seated(w, r, func(s *seat, _ ticket) view {
		const patience = 10 * time.Second
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		form := r.PostForm
		round, _ := strconv.Atoi(form.Get("tour"))
		var err error
		if word := form.Get("mot"); form.Has("mot") {
			err = room.ErrAnswer
			if word = vote.Word(word); word != "" {
				err = s.Word(ctx, form.Get("vote"), round, word)
			}
		} else {
			option, _ := strconv.Atoi(form.Get("choix"))
			err = s.Vote(ctx, form.Get("vote"), round, option)
		}
		return p.ballot(s, told("bad", refused(err)))
	})
}

// rename lets a phone come back under another pseudonym: the same participant,
// with its votes.
func (p *Phones) rename(w http.ResponseWriter, r *http.Request) {
	t, known := ticketOf(r)
	if !known || r.ParseForm() != nil {
		p.answer(w, r, p.door("", "", "Entrez d'abord le code de la classe."))
		return
	}
	p.seats.drop(t.who.ID())
	t.who = identity(t.who.Secret(), r.PostForm.Get("pseudo"))
	s, done, err := p.seats.take(r.Context(), from(r), t)
	if err != nil {
		p.answer(w, r, p.door("", t.who.Pseudonym, refused(err)))
		return
	}
	defer done()
	http.SetCookie(w, t.cookie(p.secure))
	p.answer(w, r, p.ballot(s, told("good", "Vous êtes maintenant « "+text.Visible(t.who.Pseudonym)+" ».")))
}

// leave lets a phone go, and its browser forgets who it was.
func (p *Phones) leave(w http.ResponseWriter, r *http.Request) {
	if t, known := ticketOf(r); known {
		p.seats.drop(t.who.ID())
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteStrictMode})
	p.answer(w, r, p.door("", "", "Vous avez quitté la classe. Vos votes restent comptés."))
}

// follow sends the page of a phone again each time that it changes.
func (p *Phones) follow(w http.ResponseWriter, r *http.Request) {
	t, known := ticketOf(r)
	if !known {
		http.Error(w, "il manque le code", http.StatusForbidden)
		return
	}
	gone, ok := p.floods.follow(from(r))
	if !ok {
		http.Error(w, "trop de pages suivent déjà", http.StatusServiceUnavailable)
		return
	}
	defer gone()
	s, done, err := p.seats.take(r.Context(), from(r), t)
	if err != nil {
		http.Error(w, "il manque le code", http.StatusForbidden)
		return
	}
	defer done()
	changed, stop := s.Watch()
	defer stop()
	follow(r.Context(), page.Events(w), changed, hereEvery, func() map[string]markup.HTML {
		s.Here()
		return map[string]markup.HTML{regionMain: p.ballot(s, markup.HTML{}).region}
	})
}

// refused says why a room did not do what a phone asked, "" where it did.
func refused(err error) string {
	code, isCode := errors.AsType[*room.CodeError](err)
	switch {
	case err == nil:
		return ""
	case isCode && code.Wait > 0:
		return "Trop de codes faux. Réessayez dans " + text.Plural(int(code.Wait.Seconds())+1, "seconde") + "."
	case isCode:
		return "Ce n'est pas le code de la classe. Relisez-le sur le mur."
	case errors.Is(err, room.ErrFull):
		return "La classe est pleine."
	case errors.Is(err, room.ErrClosed):
		return "Ce vote était déjà clos : votre réponse n'est pas arrivée à temps."
	case errors.Is(err, room.ErrAnswer):
		return "labo n'a pas pu lire cette réponse. Choisissez de nouveau."
	case errors.Is(err, room.ErrTooFast):
		return "Trop de réponses à la suite : attendez deux secondes, puis répondez de nouveau."
	}
	return "La classe n'a pas confirmé. Votre réponse n'est peut-être pas comptée : envoyez-la de nouveau."
}
