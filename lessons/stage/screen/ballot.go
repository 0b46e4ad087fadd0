package screen

import (
	"fmt"
	"strings"
	"time"

	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// classLines draw the question for a class: all on one page, if need be without
// air, then without a line for what is counted. While hands are counted, only
// the number being typed is shown: a split would pull the class to the majority.
func (a *asking) classLines(v *view) []string {
	words := a.vote.Words(a.machines.Open)
	if a.vote.Phase() == vote.Counting {
		words.Foot = a.machines.Words()
	}
	if a.vote.Phase() == vote.Discussing {
		if left := a.vote.Until().Sub(v.now()); left > 0 {
			words.Title += " : " + text.Duration((left + time.Second - 1).Truncate(time.Second))
		} else {
			words = vote.Late
		}
	}
	head := append([]string{"  " + v.palette.Strong(text.French(words.Title))}, blockLines(v, a.question.Blocks)...)
	return a.optionPage(v, head, feet(v, words.Foot), a.counted)
}

// feet wrap a sentence below the options.
func feet(v *view, sentence string) (foot []string) {
	if sentence == "" {
		return nil
	}
	for _, l := range text.Wrap(text.French(sentence), v.width-4) {
		foot = append(foot, "  "+v.palette.Strong(l))
	}
	return foot
}

// optionLook is how one option stands on the page of a class.
type optionLook struct {
	mark   string   // of two cells: "▸ ", "✓ ", or blanks
	strong bool     // the option stands out
	below  []string // what was counted, in lines below its words
	inline string   // the same before its words, where there is no room
}

// counted is how an option looks while its hands are counted, and once they are.
func (a *asking) counted(v *view, i int) optionLook {
	if a.vote.Shown() {
		return a.split(v, i)
	}
	look := optionLook{mark: "  ", inline: "     "}
	n, given := a.vote.Count(vote.Hands, i)
	switch {
	case a.vote.Phase() != vote.Counting:
		return optionLook{mark: "  "}
	case i == a.at:
		typed := "   "
		if given {
			typed = text.PadLeft(itoa(n), 3)
		}
		look.mark, look.strong, look.inline = "▸ ", true, "["+typed+"]"
		look.below = []string{v.palette.Strong(look.inline) + " voix"}
	case given:
		look.inline, look.below = "  ✓  ", []string{"  ✓   comptées"}
	default:
		look.below = []string{""} // the page stays as it is while numbers come
	}
	return look
}

// split is how an option looks with the votes that it got.
func (a *asking) split(v *view, i int) optionLook {
	look := optionLook{mark: "  "}
	if a.answer != nil && a.answer.Right == i {
		look.mark, look.strong = "✓ ", true
	}
	names := []string{""}
	rounds := a.vote.Rounds()
	if len(rounds) > 1 {
		names = []string{"avant  ", "après  "}
	}
	for k, t := range rounds {
		share := text.PadLeft(itoa(t.Percent(i)), 3) + text.NBSP + "%"
		count := fmt.Sprintf(" (%d)", t[i])
		room := max(v.width-len(underWords)-text.Width(names[k])-len("  100 % (999)")-2, 8)
		bar := strings.Repeat("█", t.Percent(i)*room/100)
		if t[i] > 0 && bar == "" {
			bar = "▏"
		}
		look.below = append(look.below, names[k]+v.palette.Strong(share)+text.PadRight(count, 6)+"  "+bar)
		look.inline = strings.TrimPrefix(look.inline+" → "+share, " → ")
	}
	return look
}

// underWords stands before what was counted, below the words of an option.
const underWords = "       "

// optionPage draws the options between a head and a foot.
func (a *asking) optionPage(v *view, head, foot []string, each func(*view, int) optionLook) []string {
	for _, dense := range []density{airy, tight, inline} {
		out := append([]string(nil), head...)
		for i := range a.question.Options {
			if dense == airy {
				out = append(out, "")
			}
			out = append(out, a.option(v, i, each(v, i), dense)...)
		}
		if len(foot) > 0 {
			out = append(append(out, ""), foot...)
		}
		if len(out) <= v.height-a.above || dense == inline {
			return append(out, "")
		}
	}
	return nil
}

// tallest is how many lines the question takes at most without air: once the votes
// before and after the discussion stand below each option, and a sentence below
// all.
func (a *asking) tallest(v *view) int {
	n := 1 + len(blockLines(v, a.question.Blocks)) + 1 + 2
	for i, o := range a.question.Options {
		n += len(optionLines(v, i, o, "    ", false, v.width-2)) + 2
	}
	return n
}

// density is how much room options take.
type density uint8

const (
	airy   density = iota // a blank line between them
	tight                 // none
	inline                // nor a line for what was counted
)

// option draws one option with what was counted.
func (a *asking) option(v *view, i int, look optionLook, dense density) []string {
	mark := "  " + look.mark
	if dense == inline {
		if look.inline != "" {
			mark += v.palette.Strong(look.inline) + " "
		}
		return optionLines(v, i, a.question.Options[i], mark, look.strong, v.width-2)
	}
	out := optionLines(v, i, a.question.Options[i], mark, look.strong, v.width-2)
	for _, l := range look.below {
		if l != "" {
			l = underWords + l
		}
		out = append(out, l)
	}
	return out
}

// answerItem shows what the measurement says of the votes.
func (a *asking) answerItem(answer scene.Answer) *item {
	if a == nil || len(a.question.Options) != len(answer.Question.Options) { // it was not asked here
		a = newAsking(answer.Question)
	}
	return &item{kind: itemAnswer, ask: a, lines: func(v *view) []string {
		head := []string{"  " + v.palette.Strong("LA MESURE RÉPOND")}
		return a.optionPage(v, head, feet(v, vote.Verdict(a.vote.Rounds(), answer)), func(v *view, i int) optionLook {
			look := a.split(v, i)
			if look.mark = "  "; i == answer.Right {
				look.mark, look.strong = "✓ ", true
			}
			return look
		})
	}}
}

// recapLines say of each question how many had predicted what was measured,
// before the discussion and after it.
func (m *model) recapLines(v *view) []string {
	out := []string{"  " + v.palette.Strong("LES VOTES DE LA CLASSE"), "  " + text.French("Ceux qui ont prédit ce que la mesure a dit :"), ""}
	for _, voted := range m.classVotes() {
		right := "sans réponse mesurée"
		if voted.right >= 0 {
			var parts []string
			for _, t := range voted.rounds {
				parts = append(parts, itoa(t.Percent(voted.right))+text.NBSP+"%")
			}
			right = strings.Join(parts, " → ")
		}
		title := text.Truncate(text.French(text.Visible(voted.title)), max(v.width-len("  ")-text.Width(right)-4, 8))
		out = append(out, text.PadRight("  "+title, max(v.width-2-text.Width(right), 0))+v.palette.Strong(right))
	}
	return append(out, "")
}
