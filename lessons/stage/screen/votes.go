package screen

import (
	"fmt"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/stage"
	"labo/lessons/text"
)

// votes are the hands that a class raised, option by option.
type votes struct {
	count []int
	given []bool // a number was entered
	at    int    // the option whose number is being entered
}

// maxVotes is more than any room holds; it keeps numbers on screen.
const maxVotes = 999

func newVotes(options int) *votes {
	return &votes{count: make([]int, options), given: make([]bool, options)}
}

func (v *votes) any() bool {
	for _, n := range v.count {
		if n > 0 {
			return true
		}
	}
	return false
}

func (v *votes) total() int {
	sum := 0
	for _, n := range v.count {
		sum += n
	}
	return sum
}

// most is the option with the most hands, -1 where two or more share the first
// place.
func (v *votes) most() int {
	best, tie := -1, false
	for i, n := range v.count {
		switch {
		case best < 0 || n > v.count[best]:
			best, tie = i, false
		case n == v.count[best]:
			tie = true
		}
	}
	if tie || best >= 0 && v.count[best] == 0 {
		return -1
	}
	return best
}

// digit enters one more digit of the present option's number.
func (v *votes) digit(d int) {
	if n := v.count[v.at]*10 + d; n <= maxVotes {
		v.count[v.at] = n
	}
	v.given[v.at] = true
}

func (v *votes) backspace() {
	v.count[v.at] /= 10
	v.given[v.at] = v.count[v.at] > 0
}

// classLines draw the question for a class, with a bar for the hands of each
// option.
func (a *asking) classLines(v *view) []string {
	out := append([]string{"  " + v.palette.Strong("PRÉDICTION : VOTEZ À MAIN LEVÉE")}, blockLines(v, a.question.Blocks)...)
	for i := range a.question.Options {
		out = append(append(out, ""), a.hands(v, i, i == a.votes.at && !a.shown, "")...)
	}
	return append(out, "")
}

// hands draw one option with its votes.
func (a *asking) hands(v *view, i int, current bool, sign string) []string {
	const number = 5 // "[ 12]"
	mark := "    "
	if current {
		mark = "  ▸ "
	}
	if sign != "" {
		mark = "  " + sign + " "
	}
	out := optionLines(v, i, a.question.Options[i], mark, current || sign != "", v.width-4)
	if !a.votes.given[i] && !current {
		return out
	}
	count := "  "
	if a.votes.given[i] {
		count = itoa(a.votes.count[i])
	}
	room := max(v.width-7-number-4-len(" voix  "), 8)
	most := 1
	for _, n := range a.votes.count {
		most = max(most, n)
	}
	bar := strings.Repeat("█", a.votes.count[i]*room/most)
	if a.votes.count[i] > 0 && bar == "" {
		bar = "▏"
	}
	return append(out, "       "+v.palette.Strong("["+text.PadLeft(count, 3)+"]")+" voix  "+bar)
}

// confirmVotes goes to the next option, and reports whether the votes are over.
func (m *model) confirmVotes() bool {
	v := m.ask.votes
	switch {
	case m.ask.shown:
		return true
	case !v.any() && v.at == 0 && !v.given[0]: // nobody votes
		return true
	case v.at < len(v.count)-1:
		v.given[v.at] = true
		v.at++
	default:
		v.given[v.at] = true
		m.ask.shown = true
	}
	m.redrawAsk()
	return false
}

// answerItem shows what the measurement says of the votes.
func (a *asking) answerItem(answer stage.Answer) *item {
	return &item{kind: itemAnswer, lines: func(v *view) []string {
		out := []string{"  " + v.palette.Strong("LA MESURE RÉPOND")}
		for i, o := range answer.Question.Options {
			out = append(out, "")
			sign := ""
			if i == answer.Right {
				sign = "✓"
			}
			if a != nil && a.votes.any() && len(a.votes.count) == len(answer.Question.Options) {
				out = append(out, a.hands(v, i, false, sign)...)
				continue
			}
			mark := "    "
			if sign != "" {
				mark = "  " + sign + " "
			}
			out = append(out, optionLines(v, i, o, mark, sign != "", v.width-4)...)
		}
		out = append(out, "")
		for _, l := range text.Wrap(text.French(a.verdict(answer)), v.width-6) {
			out = append(out, "  "+v.palette.Strong(l))
		}
		return append(out, "")
	}}
}

// verdict says in a sentence how the class did.
func (a *asking) verdict(answer stage.Answer) string {
	sentence := "La mesure ne donne raison à aucune de ces réponses."
	if answer.Right >= 0 {
		sentence = fmt.Sprintf("La mesure dit %d (%s).", answer.Right+1, strings.TrimSpace(prose.Text(answer.Question.Options[answer.Right].Spans)))
		if a != nil && a.votes.any() && len(a.votes.count) > answer.Right {
			sentence += fmt.Sprintf(" Vous étiez %d sur %d à le prédire.", a.votes.count[answer.Right], a.votes.total())
		}
	}
	if answer.Measured != "" {
		sentence += " Mesuré : " + text.Visible(answer.Measured) + "."
	}
	return sentence
}
