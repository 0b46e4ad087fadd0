package hall

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"labo/lessons/room"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// wall is what the class sees: how to join, then what is asked, and what came of it.
func (d *Desk) wall() g.Node {
	w := d.room.Wall()
	switch {
	case w.Over:
		return h.H1(h.Class("over"), say("La classe est finie"))
	case w.Ballot == nil:
		return d.welcome()
	}
	return g.Group{h.Section(h.Class("vote"), d.asked(w)), d.late()}
}

// welcome shows how to join.
func (d *Desk) welcome() g.Node {
	return h.Section(h.Class("join"),
		h.Div(h.H1(say("Rejoindre la classe")),
			g.If(d.phones != "", g.Group{h.P(say("Téléphone, sur le même réseau : visez ce carré, ou ouvrez")), h.P(h.Class("address"), brokenAfterScheme(d.phones))}),
			h.P(say("Ordinateur, dans un terminal :")), h.P(h.Class("address"), g.Text("labo rejoindre "+d.labo+" "+d.room.Code())),
			h.P(say("Le code")), h.P(h.Class("code"), g.Text(Spell(d.room.Code()))),
			h.P(h.Class("here"), say("%s", here(d.room)))),
		d.square())
}

// brokenAfterScheme is an address that a narrow wall cuts there, not in a number.
func brokenAfterScheme(address string) g.Node {
	scheme, rest, _ := strings.Cut(address, "//")
	return g.Group{g.Text(scheme + "//"), h.Wbr(), g.Text(rest)}
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
func (d *Desk) square() g.Node {
	if d.phones == "" {
		return nil
	}
	c, err := encode(scanned(d.phones, d.room.Code()))
	if err != nil {
		return nil
	}
	return h.Div(h.Class("square"), c.svg("QR de "+d.phones+"/"+d.room.Code()))
}

// late lets join who comes late.
func (d *Desk) late() g.Node {
	return h.Aside(h.Class("late"), d.square(), h.P(g.Text(cmp.Or(d.phones, d.labo)), h.Br(), h.Strong(g.Text(Spell(d.room.Code()))), h.Br(), say("%s", here(d.room))))
}

// asked is the question with what the class may see of its votes.
func (d *Desk) asked(w room.Wall) g.Node {
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
	body := g.Group{h.P(h.Class("phase"), say("%s", title)), h.H1(h.Class("question"), say("%s", w.Ballot.Question))}
	shown := !w.Open() && w.Phase != vote.Discussing && len(w.Splits) > 0
	switch {
	case w.Ballot.Word() && shown:
		body = append(body, d.words(w))
	case shown:
		body = append(body, splits(w))
	case !w.Ballot.Word():
		body = append(body, options(w))
	}
	n := d.voters(w.Ballot.ID, w.Round)
	if shown && !w.Ballot.Word() {
		n = vote.Tally(w.Splits[len(w.Splits)-1]).Total() // hands that a projection counted are in it
	}
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
	body = append(body, h.P(h.Class("count"), say("%s", count)))
	if w.Right > 0 && w.Right <= len(w.Ballot.Options) {
		body = append(body, told("measured", fmt.Sprintf("La mesure dit %d : %s", w.Right, w.Ballot.Options[w.Right-1])))
	}
	if w.Note != "" {
		body = append(body, h.P(say("Mesuré : %s", w.Note)))
	}
	return body
}

func options(w room.Wall) g.Node {
	var items g.Group
	for i, o := range w.Ballot.Options {
		items = append(items, h.Li(optionClass(w, i), h.Span(h.Class("number"), g.Text(strconv.Itoa(i+1))), h.Span(say("%s", o))))
	}
	return h.Ol(h.Class("options"), items)
}

func optionClass(w room.Wall, i int) g.Node { return g.If(w.Right == i+1, h.Class("right")) }

// splits are the options with the votes of each round.
func splits(w room.Wall) g.Node {
	var items g.Group
	for i, o := range w.Ballot.Options {
		var bars g.Group
		for round, split := range w.Splits {
			t := vote.Tally(split)
			if i >= len(t) || t.Total() == 0 {
				continue
			}
			name := ""
			if len(w.Splits) > 1 {
				name = []string{"avant", "après"}[min(round, 1)]
			}
			bars = append(bars, h.Div(h.Class("split"), h.Span(h.Class("when"), g.Text(name)),
				g.El("meter", g.Attr("min", "0"), g.Attr("max", strconv.Itoa(t.Total())), g.Attr("value", strconv.Itoa(t[i])), g.Attr("aria-label", text.French(fmt.Sprintf("%d, %s", i+1, name)))),
				h.Span(h.Class("figure"), say("%d (%d %%)", t[i], t.Percent(i)))))
		}
		sign := g.If(w.Right == i+1, h.Span(h.Class("sign"), g.Text(" ✓")))
		items = append(items, h.Li(optionClass(w, i), h.Span(h.Class("number"), g.Text(strconv.Itoa(i+1))), h.Div(h.Span(say("%s", o), sign), bars)))
	}
	return h.Ol(h.Class("options"), items)
}

// manyWords is how many groups of answers fit on a wall.
const manyWords = 14

// words are the free answers of the round, grouped.
func (d *Desk) words(w room.Wall) g.Node {
	groups := d.groups(w.Ballot.ID, w.Round)
	var items g.Group
	for _, group := range groups[:min(len(groups), manyWords)] {
		items = append(items, h.Li(h.Strong(g.Text(group.Word)), g.Text(" "), h.Span(h.Class("figure"), g.Text(strconv.Itoa(group.Count)))))
	}
	more := 0
	for _, group := range groups[min(len(groups), manyWords):] {
		more += group.Count
	}
	if more > 0 {
		items = append(items, h.Li(say("et %s, chacune seule ou presque", text.Plural(more, "autre réponse"))))
	}
	return h.Ul(h.Class("words"), items)
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

func (d *Desk) voters(ballot string, round int) int {
	return d.room.Counts(ballot, round).Voters + vote.Tally(d.raised(ballot, round)).Total()
}

// Spell sets the letters of a code apart: "ACE FHJ".
func Spell(code string) string {
	if len(code) != room.CodeLetters {
		return code
	}
	return strings.Join([]string{code[:3], code[3:]}, " ")
}
