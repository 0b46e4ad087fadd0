package roster

import (
	"fmt"
	"strings"

	"labo/lessons/handin"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// votes lists what the class voted, question by question: everybody, then what
// became of each error of those whose votes are known one by one.
func votes(voted []handin.Voted) markup.HTML {
	if len(voted) == 0 {
		return markup.HTML{}
	}
	return markup.F("<h2>Vote par vote</h2>\n{}", markup.Each(voted, func(v handin.Voted) markup.HTML {
		title := v.Title
		if v.Step > 0 {
			title = fmt.Sprintf("Étape %d, %s", v.Step, v.Title)
		}
		if title == "" {
			title = "Une question du pupitre"
		}
		body := markup.F("{}{}", splits(v), after(v))
		if v.Poll.Word() {
			body = words(v)
		}
		return markup.F("<article><h3>{}</h3><p>{}</p>\n{}</article>\n", text.French(title), text.French(v.Asked), body)
	}))
}

// splits is how everybody voted, in one round or two.
func splits(v handin.Voted) markup.HTML {
	rounds := []vote.Tally{v.Poll.Split(1)}
	heads := []string{"réponse", "vote"}
	if second := v.Poll.Split(2); second.Total() > 0 {
		rounds, heads = append(rounds, second), []string{"réponse", "premier vote", "second vote"}
	}
	var rows markup.Builder
	for i, o := range v.Poll.Options {
		right := markup.If(v.Poll.Right == i+1, markup.F(" <strong>✓ mesuré</strong>"))
		rows.F("<tr><th scope=\"row\">{}{}</th>{}</tr>\n", text.French(text.Visible(o)), right, markup.Each(rounds, func(t vote.Tally) markup.HTML {
			return markup.F("<td>{}</td>", markup.Say("%d (%d %%)", t[i], t.Percent(i)))
		}))
	}
	return markup.F("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Partage\"><table><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>\n{}",
		markup.Each(heads, func(name string) markup.HTML { return markup.F(`<th scope="col">{}</th>`, name) }), rows.HTML(), hands(v))
}

// hands says how many of the votes are raised hands: of the class, and of nobody in
// it.
func hands(v handin.Voted) markup.HTML {
	var said []string
	for k, counted := range v.Poll.Hands {
		total := 0
		for _, n := range counted {
			total += max(n, 0)
		}
		if total > 0 {
			said = append(said, fmt.Sprintf("%d au %s vote", total, []string{"premier", "second"}[min(k, 1)]))
		}
	}
	return markup.If(len(said) > 0, markup.F("<p class=\"note\">{}</p>\n", markup.Say("Dont mains levées : %s. Elles sont de la classe, et de personne en particulier.", strings.Join(said, ", "))))
}

// after says what became of the errors.
func after(v handin.Voted) markup.HTML {
	if v.Poll.Right == 0 {
		return markup.F("<p>Aucune mesure n'y répond.</p>\n")
	}
	if v.Answered == 0 {
		return markup.HTML{}
	}
	errors := markup.Each(v.Errors, func(e handin.Error) markup.HTML {
		return markup.F("<li>{}{}</li>\n", markup.Say("%s : ", e.Text), tells(e))
	})
	return markup.F("<p><strong>{}</strong></p>\n{}", markup.Say("De %s : juste au premier vote, %d ; au dernier, %d.", text.Plural(v.Answered, "participant"), v.First, v.Last),
		markup.If(len(v.Errors) > 0, markup.F("<ul>\n{}</ul>\n", errors)))
}

// words are the free answers, grouped.
func words(v handin.Voted) markup.HTML {
	var all []string
	for _, a := range v.Poll.By[0] {
		all = append(all, a.Word)
	}
	return markup.F("<ul>\n{}</ul>\n", markup.Each(vote.Words(all), func(g vote.Group) markup.HTML {
		return markup.F("<li>{}{}</li>\n", g.Word, markup.Say(" : %d", g.Count))
	}))
}
