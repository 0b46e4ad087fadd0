package hall

import (
	"fmt"
	"strconv"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/room"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// control is where the vote is, what only the instructor sees of it, and what
// can be done now.
func (d *Desk) control(why string) markup.HTML {
	w := d.room.Wall()
	var body markup.Builder
	body.F("<h1>{}</h1>{}", markup.Say("Classe %s, code %s", d.room.Name(), Spell(d.room.Code())), told("bad", why))
	if w.Ballot == nil {
		shows := "comment rejoindre la classe"
		if w.Show != "" {
			shows = "un programme de la classe"
		}
		body.F("<p>Le mur montre {}. Posez une question quand vous voulez.</p>", shows)
		return body.HTML()
	}
	b := w.Ballot
	stands, _ := d.room.Stands(b.ID)
	v, q := d.room.Vote(b.ID), d.question(b.ID)
	if q != nil && len(q.ids) != len(b.Options) {
		q = nil // another text of the lesson asks it
	}
	round := "Premier vote"
	switch {
	case b.Word():
		round = "En quelques mots"
	case w.Round > 1:
		round = "Second vote"
	}
	state := map[vote.Phase]string{vote.Counting: "ouvert", vote.Closed: "clos", vote.Discussing: "clos : la classe discute", vote.Settled: "terminé"}[w.Phase]
	unseen := ""
	if len(w.Splits) == 0 {
		unseen = ", que la classe ne voit pas."
	}
	body.F(`<h2>{}</h2><p class="question">{}</p><p><strong>{}</strong>{}</p>`, markup.Say("%s, %s", round, state), text.French(b.Question), text.Plural(v.Tally().Total(), "vote"), unseen)
	if stands.Owner != room.Desk && w.Phase != vote.Settled {
		words := "Cette question est projetée : ce que vous faites ici se fait aussi là-bas."
		if stands.Owner == room.Measuring && w.Phase != vote.Counting {
			words = "La projection mesure : le vote est fini."
		}
		body.F("<p>{}</p>", text.French(words))
	}
	if !w.Open() && !b.Word() && stands.Owner != room.Measuring {
		body.F("{}", advice(q, v.Rounds()))
	}
	var votes markup.HTML
	if b.Word() {
		votes = d.wordsFor(b, w.Round)
	} else {
		votes = d.tally(w, v, q)
	}
	body.F(`<form method="post" action="/agir" data-region="{}"><input type="hidden" name="de" value="{}"><input type="hidden" name="tour" value="{}"><input type="hidden" name="phase" value="{}">{}<div class="acts">{}</div></form>`,
		regionVote, b.ID, w.Round, int(w.Phase), votes, d.acts(w, v, stands, q))
	return body.HTML()
}

// do is a button of the desk.
func do(what, words string, first bool) markup.HTML {
	return markup.F(`<button{} id="faire-{}" name="faire" value="{}">{}</button>`, markup.If(first, markup.F(` class="first"`)), what, what, text.French(words))
}

// acts are the buttons that make sense now.
func (d *Desk) acts(w room.Wall, v *vote.Vote, stands room.Standing, q *lessonQuestion) markup.HTML {
	var b markup.Builder
	add := func(what vote.Deed, words string, first bool) { b.F("{}", do(string(what), words, first)) }
	word, projected := w.Ballot.Word(), stands.Owner != room.Desk
	switch {
	case projected && (w.Phase == vote.Settled || stands.Owner == room.Measuring):
	case w.Open():
		add(vote.Close, "Clore le vote", true)
		if !word {
			add(vote.Count, "Noter les mains levées", false)
		}
		if projected && !v.Any() {
			add(vote.Pass, "Passer la question", false)
		}
	case w.Phase != vote.Settled:
		if w.Round == 1 && w.Phase == vote.Closed && !word {
			add(vote.Talk, "Faire discuter", true)
		}
		if w.Round == 1 && !word {
			add(vote.Again, "Second vote", w.Phase == vote.Discussing)
		}
		if w.Phase == vote.Closed && !v.Shown() {
			add(vote.Reveal, "Montrer le partage", word)
		}
		if projected && w.Phase == vote.Closed {
			add(vote.Measure, "La mesure", w.Round > 1)
		}
		add(vote.Reopen, "Rouvrir ce vote", false)
	}
	if !projected {
		add("effacer", "Retirer la question du mur", false)
	}
	if !w.Open() && !word && !projected {
		b.F("{}", d.measured(w, q))
	}
	return b.HTML()
}

// measured lets the instructor say what the measurement said.
func (d *Desk) measured(w room.Wall, q *lessonQuestion) markup.HTML {
	selected := w.Right
	if selected == 0 {
		selected = q.expected() + 1
	}
	var options markup.Builder
	for i := range len(w.Ballot.Options) + 1 {
		words := "aucune"
		if i > 0 {
			words = fmt.Sprint(i)
		}
		options.F(`<option value="{}"{}>{}</option>`, i, markup.If(selected == i, markup.F(" selected")), words)
	}
	return markup.F(`<p class="measure"><label for="juste">La mesure dit</label><select id="juste" name="juste">{}</select><label for="mesure">Mesuré</label><input id="mesure" name="mesure" value="{}" maxlength="200" autocomplete="off">{}</p>`,
		options.HTML(), w.Note, do(string(vote.Measure), "Le dire au mur", false))
}

// tally is, for the instructor alone, the votes option by option, with the hands.
func (d *Desk) tally(w room.Wall, v *vote.Vote, q *lessonQuestion) markup.HTML {
	b, splits := w.Ballot, v.Tallies()
	var rows markup.Builder
	for i, o := range b.Options {
		hand, hands := "", markup.HTML{}
		if n, given := v.Count(vote.Hands, i); given {
			hand = strconv.Itoa(n)
		}
		if w.Open() { // what is disabled is not sent
			hands = markup.F(`<input type="hidden" name="eu-{}" value="{}">`, i+1, hand)
		}
		cells := markup.Each(splits, func(split vote.Tally) markup.HTML {
			return markup.F("<td>{}</td>", markup.Say("%d (%d %%)", split[i], split.Percent(i)))
		})
		var reveals markup.HTML
		if q != nil {
			words := strings.TrimSpace(prose.Text(q.notes.Reveals(q.ids[i])))
			reveals = markup.If(words != "", markup.F(`<div class="note">{}</div>`, text.French(words)))
		}
		rows.F(`<tr><th scope="row">{}. {}{}</th>{}<td>{}<input id="main-{}-{}-{}" name="main-{}" type="number" min="0" max="{}" value="{}" aria-label="Mains levées pour {}"{}></td></tr>`,
			i+1, text.French(o), reveals, cells, hands, b.ID, w.Round, i+1, i+1, vote.Max, hand, i+1, markup.If(!w.Open(), markup.F(" disabled")))
	}
	heads := markup.Each([]string{"Premier", "Second"}[:len(splits)], func(name string) markup.HTML { return markup.F(`<th scope="col">{} vote</th>`, name) })
	return markup.F(`<table><thead><tr><th scope="col">Réponse</th>{}<th scope="col">dont mains levées</th></tr></thead><tbody>{}</tbody></table>`, heads, rows.HTML())
}

func (d *Desk) wordsFor(b *room.Ballot, round int) markup.HTML {
	return markup.F(`<ul class="given">{}</ul>`, markup.Each(d.groups(b.ID, round), func(group vote.Group) markup.HTML {
		return markup.F("<li>{}{}</li>", group.Word, markup.Say(" : %d", group.Count))
	}))
}

// advice says what to do with a split, by the share of the expected answer.
func advice(q *lessonQuestion, splits []vote.Tally) markup.HTML {
	if q == nil || len(splits) == 0 {
		return markup.HTML{}
	}
	last := splits[len(splits)-1]
	words := fmt.Sprintf("Réponse attendue : %d, donnée par %d %%. ", q.expected()+1, last.Percent(q.expected()))
	if len(splits) > 1 {
		return advise(words + "Demandez qui a changé d'avis, et pourquoi ; puis mesurez.")
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
	return advise(words)
}

func advise(words string) markup.HTML {
	return markup.F(`<p class="advice">{}</p>`, text.French(words))
}

// ask is the form that puts a question on the wall.
func (d *Desk) ask() markup.HTML {
	var groups markup.Builder
	for step := 1; step <= prose.Steps; step++ {
		var options markup.Builder
		for i := range d.questions {
			if q := &d.questions[i]; q.step == step {
				options.F(`<option value="{}">{}</option>`, q.ID, markup.Say("%s : %s", q.title, text.Truncate(q.Question, 90)))
			}
		}
		groups.F(`<optgroup label="Étape {}">{}</optgroup>`, step, options.HTML())
	}
	return markup.F(`<details id="poser"><summary>Poser une question</summary>
<form method="post" action="/agir" data-region="{}" data-clear="">
<label for="question">Une prédiction de la leçon</label>
<select id="question" name="question"><option value="">choisissez</option>{}</select>
<label for="texte">Ou la vôtre</label>
<input id="texte" name="texte" maxlength="400" autocomplete="off">
<label for="reponses">{}</label>
<textarea id="reponses" name="reponses" rows="4"></textarea>
<button class="first" name="faire" value="poser">Poser</button>
</form></details>`, regionVote, groups.HTML(), text.French("Ses réponses, une par ligne ; aucune : la classe répond en quelques mots"))
}
