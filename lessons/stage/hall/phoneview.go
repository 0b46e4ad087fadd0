package hall

import (
	"fmt"
	"strconv"

	"labo/lessons/room"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// view is what a page shows now.
type view struct {
	region markup.HTML // [regionMain]
	live   bool        // it changes by itself
	typing bool        // somebody may be typing: without the script, the page stays
}

// told is a sentence that is read aloud as it comes.
func told(class, words string) markup.HTML {
	return markup.If(words != "", markup.F(`<p class="told {}">{}</p>`, class, text.French(words)))
}

// phonePage is the whole page of a phone.
func phonePage(v view) markup.HTML {
	follows := ""
	if v.live {
		follows = "/suite"
	}
	again := markup.If(v.live && !v.typing, markup.F(`<noscript><meta http-equiv="refresh" content="5"></noscript>`))
	return document("telephone", "La classe", follows, again, onlyRegion(v.region))
}

// onlyRegion is the body of a page that has only [regionMain].
func onlyRegion(region markup.HTML) markup.HTML {
	return markup.F(`<main id="{}">{}</main>`, regionMain, region)
}

// document is a page of a class, that follows what changes at an address, "" for
// none.
func document(role, title, follows string, head, body markup.HTML) markup.HTML {
	return markup.F(`<!doctype html>
<html lang="fr" class="{}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/web/paper.css">
<link rel="stylesheet" href="/web/hall.css">
<script type="module" src="/web/hall.js"></script>
{}</head>
<body{}>
<p id="lien" role="alert" hidden></p>
<p id="dit" class="unseen" role="status"></p>
{}
</body>
</html>
`, role, title, head, markup.If(follows != "", markup.F(` data-suite="{}"`, follows)), body)
}

// door asks for the code, and a pseudonym.
func (p *Phones) door(code, name, why string) view {
	if name == "" {
		name = room.DrawPseudonym()
	}
	return view{typing: true, region: markup.F(`<h1>La classe</h1>{}
<form method="post" action="/entrer">
<label for="code">Le code du mur, six lettres</label>
<input id="code" name="code" value="{}" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12">
<label for="pseudo">{}</label>
<input id="pseudo" name="pseudo" value="{}" autocomplete="off" spellcheck="false" maxlength="24">
<button class="first">Entrer</button>
</form>
{}`, told("bad", why), room.Clean(code, 12), text.French("Votre pseudonyme, tiré au sort ; changez-le si vous voulez"), room.Clean(name, 24), p.sent())}
}

// sent says what leaves the phone, and who can read it.
func (p *Phones) sent() markup.HTML {
	words := "Ce qui est envoyé : ce pseudonyme et vos réponses, à l'ordinateur de l'enseignant, et à personne d'autre. Aucun compte, aucun nom."
	if !p.secure {
		words += " Sur ce réseau, ce n'est pas chiffré : un autre appareil pourrait lire vos réponses, ou répondre à votre place."
	}
	return markup.F(`<p class="note">{}</p>`, text.French(words))
}

// ballot shows what the wall asks, and what this phone answered. note is what has
// just come of something it did.
func (p *Phones) ballot(s *seat, note markup.HTML) view {
	w := s.Wall()
	me := text.Visible(s.Identity().Pseudonym)
	if w.Over {
		return view{live: true, region: markup.F("<h1 class=\"over\">La classe est finie</h1><p>Merci, {}. Vous pouvez fermer cette page.</p>", me)}
	}
	v := view{live: true}
	lost := ""
	if !s.Lost().IsZero() {
		lost = "La classe ne répond plus : labo réessaie tout seul."
	}
	var asked markup.HTML
	switch {
	case w.Ballot == nil:
		asked = markup.F("<h1>Regardez le mur</h1>{}", told("", "La prochaine question arrivera ici toute seule."))
	case w.Open():
		v.typing = w.Ballot.Word()
		asked = markup.F("{}{}", asking(w), open(s, w))
	default:
		asked = markup.F("{}{}", asking(w), closed(s, w))
	}
	v.region = markup.F("{}{}{}{}", note, told("bad", lost), asked, p.self(me))
	return v
}

// asking is the question of the wall.
func asking(w room.Wall) markup.HTML {
	round := ""
	if w.Round > 1 && w.Open() {
		round = "Second vote. "
	}
	return markup.F(`<h1 class="question">{}{}</h1>`, round, text.French(w.Ballot.Question))
}

// open takes an answer, that may be changed.
func open(s *seat, w room.Wall) markup.HTML {
	mine, voted := s.Mine(w.Round)
	hidden := markup.F(`<input type="hidden" name="vote" value="{}"><input type="hidden" name="tour" value="{}">`, w.Ballot.ID, w.Round)
	if w.Ballot.Word() {
		id := fmt.Sprintf("mot-%s-%d", w.Ballot.ID, w.Round)
		return markup.F(`{}
<form method="post" action="/voter">{}
<label for="{}">Votre réponse</label>
<input id="{}" name="mot" value="{}" required autocomplete="off" maxlength="{}">
<button class="first">Envoyer</button>
</form>`, counted(voted, "« "+text.Visible(mine.Word)+" »", "Écrivez votre réponse, en quelques mots."), hidden, id, id, mine.Word, vote.MaxWord)
	}
	var options markup.Builder
	for i, o := range w.Ballot.Options {
		options.F(`<button class="option" id="choix-{}-{}-{}" name="choix" value="{}" aria-pressed="{}"><b>{}</b> <span>{}</span></button>`,
			w.Ballot.ID, w.Round, i+1, i+1, voted && mine.Option == i+1, i+1, text.French(o))
	}
	return markup.F(`{}<form method="post" action="/voter" class="options">{}{}</form>`, counted(voted, strconv.Itoa(mine.Option), "Touchez votre réponse."), hidden, options.HTML())
}

// counted says that the room has kept the answer, or what to do.
func counted(voted bool, answer, otherwise string) markup.HTML {
	if !voted {
		return told("", otherwise)
	}
	return told("good", "Votre vote est compté : "+answer+". Vous pouvez en changer jusqu'à la clôture.")
}

// closed says what the phone answered, and what comes.
func closed(s *seat, w room.Wall) markup.HTML {
	var b markup.Builder
	what := "Le vote est clos."
	switch {
	case w.Phase == vote.Discussing:
		what = "Discutez avec vos voisins : convainquez-les, ou laissez-vous convaincre. Un second vote suit."
	case w.Right > 0 && w.Right <= len(w.Ballot.Options):
		what = fmt.Sprintf("La mesure dit %d : %s", w.Right, w.Ballot.Options[w.Right-1])
	}
	b.F("{}{}", told("", what), noted(w))
	for round := 1; round <= w.Round; round++ {
		mine, voted := s.Mine(round)
		if !voted {
			continue
		}
		answer := "Votre réponse : « " + text.Visible(mine.Word) + " »"
		if mine.Option > 0 && mine.Option <= len(w.Ballot.Options) {
			answer = fmt.Sprintf("Votre %s vote : %d, %s", []string{"premier", "second"}[round-1], mine.Option, w.Ballot.Options[mine.Option-1])
		}
		b.F("<p>{}</p>", text.French(answer))
	}
	return b.HTML()
}

// noted is what the instructor said was measured.
func noted(w room.Wall) markup.HTML {
	return markup.If(w.Note != "", markup.F("<p>{}</p>", markup.Say("Mesuré : %s", w.Note)))
}

// self is who the phone is, and how to change or leave.
func (p *Phones) self(me string) markup.HTML {
	return markup.F(`<details id="moi" class="self"><summary>{}</summary>
<form method="post" action="/nom">
<label for="nouveau">Un autre pseudonyme</label>
<input id="nouveau" name="pseudo" autocomplete="off" maxlength="24">
<button>Changer</button>
</form>
<form method="post" action="/sortir"><button>Quitter la classe</button></form>
{}</details>`, markup.Say("Vous êtes « %s »", me), p.sent())
}
