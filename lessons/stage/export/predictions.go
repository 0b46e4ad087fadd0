package export

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"labo/lessons/notebook"
	"labo/lessons/scene"
	"labo/lessons/text"
)

// Prediction is a question with what was chosen and measured last, and what
// was answered first.
type Prediction struct {
	Part string // of the scene's prose
	At   time.Time
	scene.Answer
	Verdict string
	Good    bool     // the answer that counts is what was measured
	Certain bool     // it was given without hesitation
	Unasked bool     // nobody was there to be asked
	First   string   // "" where the first answer is the one shown
	Reviews []string // how it was answered since, by labo revoir, and when it comes back
}

// prediction shows the last try in its step with what it measured, which goes with
// the evidence that is kept; the answer that counts is the first.
func prediction(p *notebook.Prediction) Prediction {
	last := p.Tries[len(p.Tries)-1]
	for _, t := range slices.Backward(p.Tries) {
		if t.Review == 0 {
			last = t
			break
		}
	}
	shown := Prediction{Part: p.Part, At: last.At, Answer: p.Answer(last), Unasked: last.Unasked, Reviews: reviews(p)}
	counts, answered := p.First()
	if answered {
		first := p.Answer(counts)
		shown.Good = first.Right >= 0 && first.Chosen == first.Right
		shown.Certain = first.Sure
		if last.Chosen == nil { // passed this time: what was said before stands
			shown.Question.Options = first.Question.Options
			shown.Chosen, shown.Sure = first.Chosen, first.Sure
		} else if *counts.Chosen != *last.Chosen {
			shown.First = "Au premier essai, vous aviez répondu " + quoted(option(first, first.Chosen)) + scene.SureWords(first.Sure) + "."
		}
	}
	shown.Verdict = verdict(shown.Answer)
	if shown.Unasked && shown.Right >= 0 {
		shown.Verdict = "La question n'a pas été posée. La mesure dit " + quoted(option(shown.Answer, shown.Right)) + "."
	}
	return shown
}

// option returns the text of an option.
func option(a scene.Answer, i int) string { return plain(a.Question.Options[i].Spans) }

// verdict compares what was chosen with what was measured, in one sentence.
func verdict(a scene.Answer) string {
	switch {
	case a.Left != "" && a.Chosen < 0:
		return "Vous avez passé cette question, et rien n'a pu la mesurer : " + a.Left + "."
	case a.Left != "":
		return "Vous aviez prédit " + quoted(option(a, a.Chosen)) + scene.SureWords(a.Sure) + ". Rien n'a pu le mesurer : " + a.Left + "."
	case a.Right < 0:
		return "La mesure ne donne raison à aucune de ces réponses."
	case a.Chosen < 0:
		return "Vous avez passé cette question. La mesure dit " + quoted(option(a, a.Right)) + "."
	case a.Chosen == a.Right:
		return "Vous aviez prédit " + quoted(option(a, a.Chosen)) + scene.SureWords(a.Sure) + ", et la mesure le confirme."
	}
	return "Vous aviez prédit " + quoted(option(a, a.Chosen)) + scene.SureWords(a.Sure) + ", la mesure dit " + quoted(option(a, a.Right)) + "."
}

// reviews say how a question was answered by labo revoir, and when it comes back.
func reviews(p *notebook.Prediction) []string {
	var all []string
	for _, t := range p.Tries {
		if t.Review == 0 {
			continue
		}
		a := p.Answer(t)
		said := "Revue le " + text.Day(t.At) + ", sur le port " + strconv.Itoa(int(t.Review)) + " : "
		switch {
		case a.Left != "":
			said += "rien n'a pu la mesurer (" + a.Left + ")"
		case a.Right < 0:
			said += "la mesure ne donne raison à aucune de ces réponses"
		case a.Chosen < 0:
			said += "passée"
		case a.Chosen == a.Right:
			said += "juste" + scene.SureWords(a.Sure)
			if usual := p.Answer(notebook.Try{Chosen: t.Chosen}); option(usual, usual.Chosen) != option(a, a.Chosen) { // it was asked with other numbers
				said += ", " + quoted(option(a, a.Chosen))
			}
		default:
			said += quoted(option(a, a.Chosen)) + scene.SureWords(a.Sure) + ", la mesure dit " + quoted(option(a, a.Right))
		}
		if a.Measured != "" {
			said += ". Mesuré : " + a.Measured
		}
		all = append(all, said+".")
	}
	if on, ok := p.Due(); ok {
		all = append(all, "À revoir à partir du "+text.Day(on)+" : `labo revoir`.")
	}
	return all
}

// quoted sets the words of an option between guillemets, once: one that begins
// with a line of code has them there, and others within become “ ”.
func quoted(option string) string {
	if strings.HasPrefix(option, "«") {
		return option
	}
	return "« " + within.Replace(option) + " »"
}

// within has quotation marks only around the whole: a call among the words needs none.
var within = strings.NewReplacer("`", "", "« ", "“", " »", "”", "«\u00a0", "“", "\u00a0»", "”")
