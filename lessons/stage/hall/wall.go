package hall

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"labo/lessons/room"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// wall is what the class sees: how to join, then what is asked, and what came of it.
func (d *Desk) wall() markup.HTML {
	w := d.room.Wall()
	switch {
	case w.Over:
		return markup.F("<h1 class=\"over\">La classe est finie</h1>")
	case w.Show != "":
		if events := d.room.Shown(); len(events) > 0 {
			return sketch(events)
		}
	}
	switch {
	case w.Ballot == nil:
		return d.welcome()
	}
	return markup.F(`<section class="vote">{}</section>{}`, d.asked(w), d.late())
}

// gone is the address of the class where this machine has it no longer, else not valid.
func (d *Desk) gone() (none netip.Addr) {
	at := d.room.Addr().Addr()
	if own, err := d.own(); err != nil || !at.IsValid() || at.IsUnspecified() || room.Has(own, at) {
		return none
	}
	return at
}

// welcome shows how to join.
func (d *Desk) welcome() markup.HTML {
	if at := d.gone(); at.IsValid() {
		return markup.F(`<section class="join"><div><h1>Rejoindre la classe</h1><p>{}</p><p>{}</p><p class="here">{}</p></div></section>`,
			markup.Say("L'adresse %s n'est plus à cette machine : personne ne peut plus y joindre la classe.", at),
			text.French("Le code et les votes restent."), here(d.room))
	}
	phones := markup.If(d.phones != "", markup.F("<p>{}</p><p class=\"address\">{}</p>\n", text.French("Téléphone, sur le même réseau : visez ce carré, ou ouvrez"), brokenAfterScheme(d.phones)))
	return markup.F(`<section class="join"><div><h1>Rejoindre la classe</h1>
{}<p>{}</p><p class="address">labo rejoindre {} {}</p>
<p>Le code</p><p class="code">{}</p>
{}<p class="here">{}</p></div>{}</section>`,
		phones, text.French("Ordinateur, dans un terminal :"), d.labo, d.room.Code(), Spell(d.room.Code()), d.secrecy(), here(d.room), d.square())
}

// secrecy says by what a certificate is known, or that the network can be read.
func (d *Desk) secrecy() markup.HTML {
	if d.room.Fingerprint() == "" {
		return markup.F(`<p class="note">{}</p>`, text.French("Sans certificat, qui écoute le réseau peut lire les votes et les pseudonymes."))
	}
	return markup.F(`<p class="note">{}</p>`, markup.Say("Chiffrée. Empreinte du certificat : %s", d.room.Fingerprint()))
}

// brokenAfterScheme is an address that a narrow wall cuts there, not in a number.
func brokenAfterScheme(address string) markup.HTML {
	scheme, rest, _ := strings.Cut(address, "//")
	return markup.F("{}//<wbr>{}", scheme, rest)
}

func here(r *room.Room) string {
	n := 0
	for _, m := range r.Members() {
		if m.Here {
			n++
		}
	}
	return text.Plural(n, "participant")
}

// square is the QR code, nothing where phones have no page.
func (d *Desk) square() markup.HTML {
	c, err := encode(scanned(d.phones, d.room.Code()))
	if d.phones == "" || err != nil {
		return markup.HTML{}
	}
	return markup.F(`<div class="square">{}</div>`, c.svg("QR de "+d.phones+"/"+d.room.Code()))
}

// late lets join who comes late.
func (d *Desk) late() markup.HTML {
	if at := d.gone(); at.IsValid() {
		return markup.F(`<aside class="late"><p>{}<br>{}</p></aside>`, markup.Say("L'adresse %s n'est plus à cette machine.", at), here(d.room))
	}
	return markup.F(`<aside class="late">{}<p>{}<br><strong>{}</strong><br>{}</p></aside>`, d.square(), cmp.Or(d.phones, d.labo), Spell(d.room.Code()), here(d.room))
}

// asked is the question with what the class may see of its votes.
func (d *Desk) asked(w room.Wall) markup.HTML {
	title := "Prédiction : votez"
	switch {
	case w.Phase == vote.Discussing:
		title = "Discutez avec vos voisins"
	case !w.Open() && len(w.Splits) > 1:
		title = "Avant et après la discussion"
	case !w.Open():
		title = "Vote clos"
	case w.Round > 1:
		title = "Second vote"
	}
	var b markup.Builder
	b.F(`<p class="phase">{}</p><h1 class="question">{}</h1>`, text.French(title), text.French(w.Ballot.Question))
	shown := !w.Open() && w.Phase != vote.Discussing && len(w.Splits) > 0
	switch {
	case w.Ballot.Word() && shown:
		b.F("{}", d.words(w))
	case shown:
		b.F("{}", splits(w))
	case !w.Ballot.Word():
		b.F("{}", options(w))
	}
	n := d.room.Vote(w.Ballot.ID).Tally().Total()
	count := text.Plural(n, "vote")
	if w.Ballot.Word() {
		count = text.Plural(n, "réponse")
	}
	switch {
	case w.Phase == vote.Discussing:
		count = "Trouvez quelqu'un qui a répondu autrement. Convainquez-le, ou laissez-vous convaincre."
	case w.Open():
		count += ". Le partage est caché pendant le vote."
	case !shown:
		count += ". Le partage est encore caché."
	}
	b.F(`<p class="count">{}</p>`, text.French(count))
	if w.Right > 0 && w.Right <= len(w.Ballot.Options) {
		b.F("{}", told("measured", fmt.Sprintf("La mesure dit %d : %s", w.Right, w.Ballot.Options[w.Right-1])))
	}
	b.F("{}", noted(w))
	return b.HTML()
}

func options(w room.Wall) markup.HTML {
	var b markup.Builder
	for i, o := range w.Ballot.Options {
		b.F(`<li{}><span class="number">{}</span><span>{}</span></li>`, optionClass(w, i), i+1, text.French(o))
	}
	return markup.F(`<ol class="options">{}</ol>`, b.HTML())
}

func optionClass(w room.Wall, i int) markup.HTML {
	return markup.If(w.Right == i+1, markup.F(` class="right"`))
}

// splits are the options with the votes of each round.
func splits(w room.Wall) markup.HTML {
	var b markup.Builder
	for i, o := range w.Ballot.Options {
		var bars markup.Builder
		for round, split := range w.Splits {
			t := vote.Tally(split)
			if i >= len(t) || t.Total() == 0 {
				continue
			}
			name := ""
			if len(w.Splits) > 1 {
				name = []string{"avant", "après"}[min(round, 1)]
			}
			bars.F(`<div class="split"><span class="when">{}</span><meter min="0" max="{}" value="{}" aria-label="{}, {}"></meter><span class="figure">{}</span></div>`,
				name, t.Total(), t[i], i+1, name, markup.Say("%d (%d %%)", t[i], t.Percent(i)))
		}
		sign := markup.If(w.Right == i+1, markup.F(`<span class="sign"> ✓</span>`))
		b.F(`<li{}><span class="number">{}</span><div><span>{}{}</span>{}</div></li>`, optionClass(w, i), i+1, text.French(o), sign, bars.HTML())
	}
	return markup.F(`<ol class="options">{}</ol>`, b.HTML())
}

// manyWords is how many groups of answers fit on a wall.
const manyWords = 14

// words are the free answers of the round, grouped.
func (d *Desk) words(w room.Wall) markup.HTML {
	groups := d.groups(w.Ballot.ID, w.Round)
	var b markup.Builder
	for _, group := range groups[:min(len(groups), manyWords)] {
		b.F(`<li><strong>{}</strong> <span class="figure">{}</span></li>`, group.Word, group.Count)
	}
	more := 0
	for _, group := range groups[min(len(groups), manyWords):] {
		more += group.Count
	}
	if more > 0 {
		b.F("<li>et {}, chacune seule ou presque</li>", text.Plural(more, "autre réponse"))
	}
	return markup.F(`<ul class="words">{}</ul>`, b.HTML())
}

func (d *Desk) groups(ballot string, round int) []vote.Group {
	var all []string
	for word, n := range d.room.Counts(ballot, round).Words {
		for range n {
			all = append(all, word)
		}
	}
	return vote.Words(all)
}

// Spell sets the letters of a code apart: "ACE FHJ".
func Spell(code string) string {
	if len(code) != room.CodeLetters {
		return code
	}
	return strings.Join([]string{code[:3], code[3:]}, " ")
}
