package hall

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"labo/lessons/room"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// view is what a page shows now.
type view struct {
	node   g.Node // the region [regionMain]
	live   bool   // it changes by itself
	typing bool   // somebody may be typing: without the script, the page stays
}

// say is a sentence of labo's.
func say(format string, a ...any) g.Node { return g.Text(text.French(fmt.Sprintf(format, a...))) }

// told is a sentence that is read aloud as it comes.
func told(class, words string) g.Node {
	if words == "" {
		return nil
	}
	return h.P(h.Class("told "+class), g.Text(text.French(words)))
}

// phonePage is the whole page of a phone.
func phonePage(v view) g.Node {
	follows := ""
	if v.live {
		follows = "/suite"
	}
	return document("telephone", "La classe", follows,
		[]g.Node{g.If(v.live && !v.typing, h.NoScript(h.Meta(g.Attr("http-equiv", "refresh"), h.Content("5"))))},
		h.Main(h.ID(regionMain), v.node))
}

// document is a page of a class, that follows what changes at an address, "" for
// none.
func document(role, title, follows string, head []g.Node, body ...g.Node) g.Node {
	return h.Doctype(h.HTML(h.Lang("fr"), h.Class(role),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.Meta(h.Name("color-scheme"), h.Content("light dark")),
			h.TitleEl(say("%s", title)),
			h.Link(h.Rel("icon"), h.Href("data:,")),
			h.Link(h.Rel("stylesheet"), h.Href("/web/paper.css")),
			h.Link(h.Rel("stylesheet"), h.Href("/web/hall.css")),
			h.Script(h.Type("module"), h.Src("/web/hall.js")),
			g.Group(head),
		),
		h.Body(g.If(follows != "", h.Data("suite", follows)),
			h.P(h.ID("lien"), g.Attr("role", "alert"), g.Attr("hidden")),
			h.P(h.ID("dit"), h.Class("unseen"), g.Attr("role", "status")),
			g.Group(body))))
}

// door asks for the code, and a pseudonym.
func (p *Phones) door(code, name, why string) view {
	if name == "" {
		name = room.DrawPseudonym()
	}
	return view{typing: true, node: g.Group{
		h.H1(say("La classe")),
		told("bad", why),
		h.Form(h.Method("post"), h.Action("/entrer"),
			h.Label(h.For("code"), say("Le code du mur, six lettres")),
			h.Input(h.ID("code"), h.Name("code"), h.Value(room.Clean(code, 12)), h.Required(), h.AutoComplete("off"), g.Attr("autocapitalize", "characters"), g.Attr("spellcheck", "false"), h.MaxLength("12")),
			h.Label(h.For("pseudo"), say("Votre pseudonyme, tiré au sort ; changez-le si vous voulez")),
			h.Input(h.ID("pseudo"), h.Name("pseudo"), h.Value(room.Clean(name, 24)), h.AutoComplete("off"), g.Attr("spellcheck", "false"), h.MaxLength("24")),
			h.Button(h.Class("first"), say("Entrer")),
		),
		p.sent(),
	}}
}

// sent says what leaves the phone, and who can read it.
func (p *Phones) sent() g.Node {
	words := "Ce qui est envoyé : ce pseudonyme et vos réponses, à l'ordinateur de l'enseignant, et à personne d'autre. Aucun compte, aucun nom."
	if !p.secure {
		words += " Sur ce réseau, ce n'est pas chiffré : un autre appareil pourrait lire vos réponses, ou répondre à votre place."
	}
	return h.P(h.Class("note"), say("%s", words))
}

// ballot shows what the wall asks, and what this phone answered. note is what has
// just come of something it did.
func (p *Phones) ballot(s *seat, note g.Node) view {
	w := s.Wall()
	me := text.Visible(s.Identity().Pseudonym)
	if w.Over {
		return view{live: true, node: g.Group{h.H1(h.Class("over"), say("La classe est finie")), h.P(say("Merci, %s. Vous pouvez fermer cette page.", me))}}
	}
	v := view{live: true}
	body := g.Group{note}
	if !s.Lost().IsZero() {
		body = append(body, told("bad", "La classe ne répond plus : labo réessaie tout seul."))
	}
	switch {
	case w.Ballot == nil:
		body = append(body, h.H1(say("Regardez le mur")), told("", "La prochaine question arrivera ici toute seule."))
	case w.Open():
		v.typing = w.Ballot.Word()
		body = append(body, asking(w), open(s, w))
	default:
		body = append(body, asking(w), closed(s, w))
	}
	v.node = append(body, p.self(me))
	return v
}

// asking is the question of the wall.
func asking(w room.Wall) g.Node {
	round := ""
	if w.Round > 1 && w.Open() {
		round = "Second vote. "
	}
	return h.H1(h.Class("question"), say("%s%s", round, w.Ballot.Question))
}

// open takes an answer, that may be changed.
func open(s *seat, w room.Wall) g.Node {
	mine, voted := s.Mine(w.Round)
	hidden := g.Group{h.Input(h.Type("hidden"), h.Name("vote"), h.Value(w.Ballot.ID)), h.Input(h.Type("hidden"), h.Name("tour"), h.Value(strconv.Itoa(w.Round)))}
	if w.Ballot.Word() {
		id := fmt.Sprintf("mot-%s-%d", w.Ballot.ID, w.Round)
		return g.Group{counted(voted, "« "+text.Visible(mine.Word)+" »", "Écrivez votre réponse, en quelques mots."),
			h.Form(h.Method("post"), h.Action("/voter"), hidden,
				h.Label(h.For(id), say("Votre réponse")),
				h.Input(h.ID(id), h.Name("mot"), h.Value(mine.Word), h.Required(), h.AutoComplete("off"), h.MaxLength(strconv.Itoa(vote.MaxWord))),
				h.Button(h.Class("first"), say("Envoyer")))}
	}
	var options g.Group
	for i, o := range w.Ballot.Options {
		chosen := voted && mine.Option == i+1
		options = append(options, h.Button(h.Class("option"), h.ID(fmt.Sprintf("choix-%s-%d-%d", w.Ballot.ID, w.Round, i+1)), h.Name("choix"), h.Value(strconv.Itoa(i+1)),
			g.Attr("aria-pressed", strconv.FormatBool(chosen)), h.B(g.Text(strconv.Itoa(i+1))), g.Text(" "), h.Span(say("%s", o))))
	}
	return g.Group{counted(voted, strconv.Itoa(mine.Option), "Touchez votre réponse."),
		h.Form(h.Method("post"), h.Action("/voter"), h.Class("options"), hidden, options)}
}

// counted says that the room has kept the answer, or what to do.
func counted(voted bool, answer, otherwise string) g.Node {
	if !voted {
		return told("", otherwise)
	}
	return told("good", "Votre vote est compté : "+answer+". Vous pouvez en changer jusqu'à la clôture.")
}

// closed says what the phone answered, and what comes.
func closed(s *seat, w room.Wall) g.Node {
	var body g.Group
	what := "Le vote est clos."
	switch {
	case w.Phase == vote.Discussing:
		what = "Discutez avec vos voisins : convainquez-les, ou laissez-vous convaincre. Un second vote suit."
	case w.Right > 0 && w.Right <= len(w.Ballot.Options):
		what = fmt.Sprintf("La mesure dit %d : %s", w.Right, w.Ballot.Options[w.Right-1])
	}
	body = append(body, told("", what))
	if w.Note != "" {
		body = append(body, h.P(say("Mesuré : %s", w.Note)))
	}
	for round := 1; round <= w.Round; round++ {
		mine, voted := s.Mine(round)
		if !voted {
			continue
		}
		answer := "« " + text.Visible(mine.Word) + " »"
		if mine.Option > 0 && mine.Option <= len(w.Ballot.Options) {
			answer = fmt.Sprintf("%d, %s", mine.Option, w.Ballot.Options[mine.Option-1])
		}
		body = append(body, h.P(say("Votre %s vote : %s", []string{"premier", "second"}[round-1], answer)))
	}
	return body
}

// self is who the phone is, and how to change or leave.
func (p *Phones) self(me string) g.Node {
	return h.Details(h.ID("moi"), h.Class("self"),
		h.Summary(say("Vous êtes « %s »", me)),
		h.Form(h.Method("post"), h.Action("/nom"),
			h.Label(h.For("nouveau"), say("Un autre pseudonyme")),
			h.Input(h.ID("nouveau"), h.Name("pseudo"), h.AutoComplete("off"), h.MaxLength("24")),
			h.Button(say("Changer"))),
		h.Form(h.Method("post"), h.Action("/sortir"), h.Button(say("Quitter la classe"))),
		p.sent())
}
