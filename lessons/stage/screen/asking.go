package screen

import (
	"strings"
	"time"

	"labo/lessons/prose"
	"labo/lessons/scene"
	"labo/lessons/stage/linear"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// asking is a prediction that is being made, by one reader or by a class.
type asking struct {
	question scene.Question
	chosen   int  // index of an option, -1 for none
	sure     bool // the reader said so of what they chose
	vote     *vote.Vote
	at       int  // the option whose hands are being counted
	fresh    bool // it was come back to: the first digit begins its number anew
	driven   bool // what phase it is in was asked for elsewhere
	answer   *scene.Answer
	appeared time.Time // when its options could first be seen, zero before
	machines vote.Machines
	above    int // lines of the title of its scene on its page, before a class
}

func newAsking(q scene.Question) *asking {
	return &asking{question: q, chosen: -1, vote: vote.New(len(q.Options))}
}

// seen reports whether the reader could see what is asked.
func (a *asking) seen() bool { return !a.appeared.IsZero() }

// choice is what is answered: the reader's option, or the one with most votes.
func (a *asking) choice() scene.Choice {
	if all := a.vote.Rounds(); len(all) > 0 {
		return scene.Choice{Option: all[len(all)-1].Most()}
	}
	return scene.Choice{Option: a.chosen, Sure: a.sure}
}

func (a *asking) item() *item {
	return &item{kind: itemQuestion, ask: a, lines: func(v *view) []string {
		if v.o.Projection {
			return a.classLines(v)
		}
		return a.lines(v)
	}}
}

// lines draw the question for one reader, with the option chosen.
func (a *asking) lines(v *view) []string {
	out := append([]string{"  " + v.palette.Strong("PRÉDICTION")}, blockLines(v, a.question.Blocks)...)
	for i, o := range a.question.Options {
		mark := "    "
		if i == a.chosen {
			mark = "  ▸ "
			if a.sure {
				mark = " +▸ "
			}
		}
		out = append(out, optionLines(v, i, o, mark, i == a.chosen, v.width-1)...)
	}
	return append(out, "")
}

// optionLines draw one option, wrapped under itself.
func optionLines(v *view, i int, o prose.Option, mark string, strong bool, width int) []string {
	mark += itoa(i+1) + "  "
	wrapped := text.Wrap(text.French(strings.TrimSpace(prose.Text(o.Spans))), width-text.Width(mark))
	var out []string
	for k, l := range wrapped {
		if k > 0 {
			mark = strings.Repeat(" ", text.Width(mark))
		}
		if strong {
			l = v.palette.Strong(l)
		}
		out = append(out, mark+l)
	}
	return out
}

// blockLines draw prose as the linear stage does, without blank lines around.
func blockLines(v *view, blocks []prose.Block) []string {
	var b strings.Builder
	linear.New(&b, v.palette, func() int { return v.width }, nil, nil).Prose(blocks)
	return strings.Split(strings.Trim(b.String(), "\n"), "\n")
}

// pick chooses an option by its number, typed as a digit.
func (m *model) pick(digit int) {
	if digit < 1 || digit > len(m.ask.question.Options) {
		m.notice = text.French("Les réponses vont de 1 à " + itoa(len(m.ask.question.Options)) + ".")
		return
	}
	m.notice = ""
	m.ask.chosen, m.ask.sure = digit-1, false
	if height := m.pageHeight(); m.window.more(height) { // the reader had gone back to read again
		m.window.scroll(len(m.journal.lines), height)
	}
	m.redrawAsk()
}

// sure says that the reader is sure of what they chose, or no longer.
func (m *model) sure() {
	if m.wait == nil || m.wait.kind != waitAsk || m.o.Projection {
		return
	}
	if m.ask.chosen < 0 {
		m.notice = text.French("Tapez d'abord un numéro, puis ! si vous n'hésitez pas.")
		return
	}
	m.ask.sure = !m.ask.sure
	m.redrawAsk()
}

func (m *model) redrawAsk() {
	m.notice = ""
	m.journal.again()
	m.window.settle(m.pageHeight())
}

// confirm answers the question as it stands, unless nothing answers it yet.
func (m *model) confirm() {
	switch {
	case m.o.Projection && m.ask.vote.Phase() == vote.Counting: // its page is not on screen
	case !m.o.Projection && m.ask.chosen < 0:
		m.notice = text.French("Tapez un numéro de 1 à " + itoa(len(m.ask.question.Options)) + " ; p passe la question.")
	default:
		m.reply(result{choice: m.ask.choice()})
	}
}
