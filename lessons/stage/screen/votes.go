package screen

import (
	"fmt"
	"slices"
	"strings"

	"labo/lessons/prose"
	"labo/lessons/scene"
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
// option: all on one page, if need be without air, then without bars.
func (a *asking) classLines(v *view) []string {
	head := append([]string{"  " + v.palette.Strong("PRÉDICTION : VOTEZ À MAIN LEVÉE")}, blockLines(v, a.question.Blocks)...)
	return a.optionPage(v, head, nil, func(i int) (bool, string) { return i == a.votes.at && !a.shown, "" })
}

// optionPage draws the options between a head and a foot. state tells of an
// option whether its hands are being counted, and its sign.
func (a *asking) optionPage(v *view, head, foot []string, state func(i int) (current bool, sign string)) []string {
	for _, dense := range []density{airy, tight, inline} {
		out := append([]string(nil), head...)
		for i := range a.question.Options {
			current, sign := state(i)
			if dense == airy {
				out = append(out, "")
			}
			out = append(out, a.hands(v, i, current, sign, dense)...)
		}
		if len(foot) > 0 {
			out = append(append(out, ""), foot...)
		}
		if len(out) <= v.height || dense == inline {
			return append(out, "")
		}
	}
	return nil
}

// density is how much room options take.
type density uint8

const (
	airy   density = iota // a blank line between them
	tight                 // none
	inline                // nor a line for the bar
)

// hands draw one option with its votes.
func (a *asking) hands(v *view, i int, current bool, sign string, dense density) []string {
	mark := "    "
	if current {
		mark = "  ▸ "
	}
	if sign != "" {
		mark = "  " + sign + " "
	}
	count := strings.Repeat(" ", 3)
	if a.votes.given[i] {
		count = text.PadLeft(itoa(a.votes.count[i]), 3)
	}
	counted := a.votes.given[i] || current
	strong := current || sign != ""
	if dense == inline {
		if counted {
			mark += v.palette.Strong("["+count+"]") + " "
		} else if a.votes.any() || a.votes.at > 0 {
			mark += strings.Repeat(" ", len("[   ] "))
		}
		return optionLines(v, i, a.question.Options[i], mark, strong, v.width-2)
	}
	out := optionLines(v, i, a.question.Options[i], mark, strong, v.width-2)
	switch {
	case counted:
	case a.answer != nil && !a.votes.any(): // nobody has voted
		return out
	default: // the page stays as it is while numbers come
		return append(out, "")
	}
	const before = "       " // below the words
	most := 1
	for _, n := range a.votes.count {
		most = max(most, n)
	}
	room := max(v.width-len(before)-len("[   ] voix  ")-2, 8)
	bar := strings.Repeat("█", a.votes.count[i]*room/most)
	if a.votes.count[i] > 0 && bar == "" {
		bar = "▏"
	}
	return append(out, before+v.palette.Strong("["+count+"]")+" voix  "+bar)
}

// ballot is the vote on screen whose hands are counted, or may still be
// corrected: until the class has seen what the measurement says. nil: none.
func (m *model) ballot() *asking {
	p, ok := m.window.(*pages)
	if !ok || m.aloft() || m.covered() {
		return nil
	}
	if a := p.asked(m.pageHeight(), itemQuestion); a != nil && a.seen() && !a.settled {
		return a
	}
	return nil
}

// count changes the votes, and opens them again where they were closed.
func (a *asking) count(change func(*votes)) {
	a.shown = false
	change(a.votes)
}

// nextVotes goes to the next option whose hands are not counted, and closes the
// vote after the last. Enter closes no vote without hands, and skips no option.
func (m *model) nextVotes(a *asking) {
	v := a.votes
	if !v.given[v.at] {
		m.notice = text.French("Combien de mains pour la réponse " + itoa(v.at+1) + " ? 0 s'il n'y en a pas.")
		return
	}
	missing := slices.Index(v.given, false)
	switch {
	case v.at < len(v.count)-1:
		v.at++
	case missing >= 0:
		v.at = missing
	case !v.any():
		m.notice = text.French("Personne n'a voté : ↑ ↓ corrigent, p passe la question.")
		return
	default:
		a.shown, m.opened = true, m.now()
	}
	m.redrawAsk()
}

// looked notes what can be seen of the questions: their options, and what the
// measurement says of them.
func (m *model) looked() {
	height := m.pageHeight()
	if p, ok := m.window.(*pages); ok && !m.covered() {
		if a := p.asked(height, itemQuestion); a != nil && !a.seen() {
			a.appeared = m.now()
		}
		if a := p.asked(height, itemAnswer); a != nil {
			a.settled = true
		}
		return
	}
	if !m.o.Projection && m.wait != nil && m.wait.kind == waitAsk && !m.ask.seen() && !m.window.more(height) {
		m.ask.appeared = m.now()
	}
}

// answerItem shows what the measurement says of the votes.
func (a *asking) answerItem(answer scene.Answer) *item {
	if a == nil || len(a.question.Options) != len(answer.Question.Options) { // it was not asked here
		a = newAsking(answer.Question)
	}
	return &item{kind: itemAnswer, ask: a, lines: func(v *view) []string {
		head := []string{"  " + v.palette.Strong("LA MESURE RÉPOND")}
		var foot []string
		for _, l := range text.Wrap(text.French(a.verdict(answer)), v.width-4) {
			foot = append(foot, "  "+v.palette.Strong(l))
		}
		return a.optionPage(v, head, foot, func(i int) (bool, string) {
			if i == answer.Right {
				return false, "✓"
			}
			return false, ""
		})
	}}
}

// verdict says in a sentence how the class did.
func (a *asking) verdict(answer scene.Answer) string {
	sentence := "La mesure ne donne raison à aucune de ces réponses."
	if answer.Right >= 0 {
		sentence = fmt.Sprintf("La mesure dit %d (%s).", answer.Right+1, strings.TrimSpace(prose.Text(answer.Question.Options[answer.Right].Spans)))
		if a.votes.any() {
			sentence += fmt.Sprintf(" Vous étiez %d sur %d à le prédire.", a.votes.count[answer.Right], a.votes.total())
		}
	}
	if answer.Measured != "" {
		sentence += " Mesuré : " + text.Visible(answer.Measured) + "."
	}
	return sentence
}
