package hall

import (
	"fmt"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"labo/lessons/prose"
	"labo/lessons/room"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// control is where the vote is, what only the instructor sees of it, and what
// can be done now.
func (d *Desk) control(why string) g.Node {
	w := d.room.Wall()
	body := g.Group{h.H1(say("Classe %s, code %s", d.room.Name(), Spell(d.room.Code()))), told("bad", why)}
	if w.Ballot == nil {
		return append(body, h.P(say("Le mur montre comment rejoindre la classe. Posez une question quand vous voulez.")))
	}
	b := w.Ballot
	round := "Premier vote"
	if w.Round > 1 {
		round = "Second vote"
	}
	state := map[vote.Phase]string{vote.Counting: "ouvert", vote.Closed: "clos", vote.Discussing: "clos : la classe discute", vote.Settled: "terminé"}[w.Phase]
	body = append(body, h.H2(say("%s, %s", round, state)), h.P(h.Class("question"), say("%s", b.Question)),
		h.P(h.Strong(say("%s", text.Plural(d.voters(b.ID, w.Round), "vote"))), g.If(len(w.Splits) == 0, say(", que la classe ne voit pas."))))
	q := d.question(b.ID)
	var form g.Group
	if b.Word() {
		form = append(form, d.wordsFor(b, w.Round))
	} else {
		form = append(form, d.tally(w, q))
	}
	if !w.Open() && !b.Word() {
		body = append(body, advice(q, d.splits(b, w.Round)))
	}
	form = append(form, h.Div(h.Class("acts"), d.acts(w, q)))
	return append(body, h.Form(h.Method("post"), h.Action("/agir"), h.Data("region", regionVote), form))
}

// do is a button of the desk.
func do(what, words string, first bool) g.Node {
	return h.Button(g.If(first, h.Class("first")), h.ID("faire-"+what), h.Name("faire"), h.Value(what), say("%s", words))
}

// acts are the buttons that make sense now.
func (d *Desk) acts(w room.Wall, q *lessonQuestion) g.Node {
	var all g.Group
	if w.Open() {
		all = append(all, do("clore", "Clore le vote", true))
		if !w.Ballot.Word() {
			all = append(all, do("mains", "Noter les mains levées", false))
		}
	} else {
		if w.Round == 1 && w.Phase == vote.Closed && !w.Ballot.Word() {
			all = append(all, do("discuter", "Faire discuter", true))
		}
		if w.Round == 1 && !w.Ballot.Word() && w.Phase != vote.Settled {
			all = append(all, do("second", "Second vote", w.Phase == vote.Discussing))
		}
		if len(w.Splits) < w.Round {
			all = append(all, do("montrer", "Montrer le partage", w.Round > 1 || w.Ballot.Word()))
		}
		all = append(all, do("rouvrir", "Rouvrir ce vote", false))
	}
	all = append(all, do("effacer", "Retirer la question du mur", false))
	if !w.Open() && !w.Ballot.Word() {
		all = append(all, d.measured(w, q))
	}
	return all
}

// measured lets the instructor say what the measurement said.
func (d *Desk) measured(w room.Wall, q *lessonQuestion) g.Node {
	selected := w.Right
	if selected == 0 {
		selected = q.expected() + 1
	}
	var options g.Group
	for i := range w.Ballot.Options {
		options = append(options, h.Option(h.Value(strconv.Itoa(i+1)), g.If(selected == i+1, h.Selected()), g.Text(strconv.Itoa(i+1))))
	}
	return h.P(h.Class("measure"), h.Label(h.For("juste"), say("La mesure dit")),
		h.Select(h.ID("juste"), h.Name("juste"), h.Option(h.Value("0"), g.If(selected == 0, h.Selected()), say("aucune")), options),
		h.Label(h.For("mesure"), say("Mesuré")), h.Input(h.ID("mesure"), h.Name("mesure"), h.Value(w.Note), h.MaxLength("200"), h.AutoComplete("off")),
		do("juste", "Le dire au mur", false))
}

// tally is, for the instructor alone, the votes option by option, with the hands.
func (d *Desk) tally(w room.Wall, q *lessonQuestion) g.Node {
	b := w.Ballot
	splits, hands := d.splits(b, w.Round), d.raised(b.ID, w.Round)
	rows := g.Group{}
	for i, o := range b.Options {
		hand := 0
		if i < len(hands) {
			hand = hands[i]
		}
		cells := g.Group{}
		for _, split := range splits {
			cells = append(cells, h.Td(say("%d (%d %%)", split[i], vote.Tally(split).Percent(i))))
		}
		id := fmt.Sprintf("main-%s-%d-%d", b.ID, w.Round, i+1)
		var reveals g.Node
		if q != nil {
			if words := strings.TrimSpace(prose.Text(q.notes.Reveals(q.ids[i]))); words != "" {
				reveals = h.Div(h.Class("note"), say("%s", words))
			}
		}
		rows = append(rows, h.Tr(h.Th(h.Scope("row"), say("%d. %s", i+1, o), reveals), cells,
			h.Td(h.Input(h.ID(id), h.Name("main-"+strconv.Itoa(i+1)), h.Type("number"), h.Min("0"), h.Max(strconv.Itoa(vote.Max)), h.Value(strconv.Itoa(hand)),
				g.Attr("aria-label", text.French(fmt.Sprintf("Mains levées pour %d", i+1))), g.If(!w.Open(), h.Disabled())))))
	}
	heads := g.Group{h.Th(h.Scope("col"), say("Réponse"))}
	for i := range splits {
		heads = append(heads, h.Th(h.Scope("col"), say("%s vote", []string{"Premier", "Second"}[i])))
	}
	var of g.Node
	if w.Open() { // what is disabled is not sent
		of = h.Input(h.Type("hidden"), h.Name("mains-de"), h.Value(handsOf(b.ID, w.Round)))
	}
	return g.Group{of, h.Table(h.THead(h.Tr(heads, h.Th(h.Scope("col"), say("dont mains levées")))), h.TBody(rows))}
}

func (d *Desk) wordsFor(b *room.Ballot, round int) g.Node {
	var items g.Group
	for _, group := range d.groups(b.ID, round) {
		items = append(items, h.Li(g.Text(group.Word), say(" : %d", group.Count)))
	}
	return h.Ul(h.Class("given"), items)
}

// advice says what to do with a split, by the share of the expected answer.
func advice(q *lessonQuestion, splits [][]int) g.Node {
	if q == nil || len(splits) == 0 {
		return nil
	}
	last := vote.Tally(splits[len(splits)-1])
	words := fmt.Sprintf("Réponse attendue : %d, donnée par %d %%. ", q.expected()+1, last.Percent(q.expected()))
	if len(splits) > 1 {
		return h.P(h.Class("advice"), say("%sDemandez qui a changé d'avis, et pourquoi ; puis mesurez.", words))
	}
	switch last.Advise(q.expected()) {
	case vote.Hint:
		words += "C'est trop peu pour que la discussion y mène : donnez l'indice, puis un second vote."
		if hint := strings.TrimSpace(prose.Text(q.notes.Hint)); hint != "" {
			words += " Indice : " + hint
		}
	case vote.Discuss:
		words += "Une discussion fera le travail : faites discuter, puis second vote."
	case vote.Explain:
		words += "Presque tous l'ont : la mesure, et un mot d'explication."
	default:
		words = "Aucune réponse n'est attendue d'avance. Si la classe se partage, faites discuter."
	}
	return h.P(h.Class("advice"), say("%s", words))
}

// ask is the form that puts a question on the wall.
func (d *Desk) ask() g.Node {
	var groups g.Group
	for step := 1; step <= prose.Steps; step++ {
		var options g.Group
		for i := range d.questions {
			if q := &d.questions[i]; q.step == step {
				options = append(options, h.Option(h.Value(q.ID), say("%s : %s", q.title, text.Truncate(q.Question, 90))))
			}
		}
		groups = append(groups, h.OptGroup(g.Attr("label", text.French(fmt.Sprintf("Étape %d", step))), options))
	}
	return h.Details(h.ID("poser"), h.Summary(say("Poser une question")),
		h.Form(h.Method("post"), h.Action("/agir"), h.Data("region", regionVote), h.Data("clear", ""),
			h.Label(h.For("question"), say("Une prédiction de la leçon")),
			h.Select(h.ID("question"), h.Name("question"), h.Option(h.Value(""), say("choisissez")), groups),
			h.Label(h.For("texte"), say("Ou la vôtre")), h.Input(h.ID("texte"), h.Name("texte"), h.MaxLength("400"), h.AutoComplete("off")),
			h.Label(h.For("reponses"), say("Ses réponses, une par ligne ; aucune : la classe répond en quelques mots")), h.Textarea(h.ID("reponses"), h.Name("reponses"), h.Rows("4")),
			h.Button(h.Class("first"), h.Name("faire"), h.Value("poser"), say("Poser"))))
}
