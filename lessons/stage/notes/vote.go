package notes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labo/lessons/projection"
	"labo/lessons/prose"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// voteWords say what the projection waits for during a vote.
func voteWords(v *projection.Vote) string {
	which := "Vote"
	if len(v.By) > 1 {
		which = "Second vote"
	}
	switch {
	case v.Phase == vote.Discussing:
		return "Discussion : Entrée ouvre le second vote."
	case v.At >= 0:
		return fmt.Sprintf("%s : les mains pour la réponse %d sur %d.", which, v.At+1, len(v.Options))
	case len(v.By) > 1:
		return "Second vote clos : Entrée, et la mesure répond."
	}
	return "Vote clos : d, discussion ; Entrée, la mesure ; ↑ le corrige."
}

// vote draws the votes of each option, which the class does not see yet, what
// to do about them, and what the measurement says.
func (p column) vote(s *projection.State, note *prose.Note) []string {
	v := s.Vote
	q := note.Question(v.Part)
	rounds := v.Rounds()
	lines := p.sentence(v.Question)
	for i, o := range v.Options {
		mark := "    "
		switch {
		case v.Answered && i == v.Right:
			mark = "  ✓ "
		case s.Waiting == projection.ForVote && i == v.At:
			mark = "  ▸ "
		}
		option := p.hanging(mark+itoa(i+1)+"  ", text.French(o.Text))
		if count := counted(v, rounds, i); count != "" {
			end := len(option) - 1
			if text.Width(option[end])+text.Width(count)+3 > p.width {
				option, end = append(option, ""), end+1
			}
			option[end] = text.PadRight(option[end], p.width-1-text.Width(count)) + count
		}
		if mark != "    " {
			for k := range option {
				option[k] = p.palette.Strong(option[k])
			}
		}
		lines = append(lines, option...)
	}
	lines = append(lines, p.sentence(advice(v, q, rounds))...)
	return append(lines, p.reveal(v, q, rounds)...)
}

// counted is what an option got: a number while hands are counted, nothing for one
// that is not counted yet; a share once they are.
func counted(v *projection.Vote, rounds []vote.Tally, i int) string {
	if v.Phase == vote.Counting && len(v.By) == 1 {
		if len(rounds) == 0 || i >= v.At && rounds[0][i] == 0 {
			return ""
		}
		return itoa(rounds[0][i])
	}
	var shares []string
	for k, t := range rounds {
		if v.Phase == vote.Counting && k > 0 {
			shares = append(shares, itoa(t[i]))
		} else {
			shares = append(shares, itoa(t.Percent(i))+text.NBSP+"%")
		}
	}
	return strings.Join(shares, " → ")
}

// advice says what to do: after the first vote, by the share of the answer that
// is expected; after the measurement, what it says.
func advice(v *projection.Vote, q *prose.QuestionNote, rounds []vote.Tally) string {
	if v.Answered {
		return verdict(v)
	}
	return vote.Counsel(v.Phase, rounds, expectedOption(v, q), v.Until)
}

// expectedOption is the index of the option that is expected, -1 for none.
func expectedOption(v *projection.Vote, q *prose.QuestionNote) int {
	if q == nil || q.Expected == "" {
		return -1
	}
	return slices.IndexFunc(v.Options, func(o projection.Option) bool { return o.ID == q.Expected })
}

// reveal says what the answers reveal, those that were given most first; then
// the hint, before the measurement, or the question to ask next.
func (p column) reveal(v *projection.Vote, q *prose.QuestionNote, rounds []vote.Tally) (lines []string) {
	if q == nil {
		return nil
	}
	if v.Phase == vote.Counting && len(v.By) < 2 { // the notes themselves need the room
		return p.labelled("Indice", q.Hint)
	}
	order := make([]int, len(v.Options))
	for i := range order {
		order[i] = i
	}
	if len(rounds) > 0 {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rounds[0][b], rounds[0][a]) })
	}
	for _, i := range order {
		if said := q.Reveals(v.Options[i].ID); said != nil {
			lines = append(lines, p.hanging(fmt.Sprintf("  %d : ", i+1), text.French(prose.Text(said)))...)
		}
	}
	if v.Answered {
		return append(lines, p.labelled("Relance", q.Follow)...)
	}
	return append(lines, p.labelled("Indice", q.Hint)...)
}

// labelled draws a word, then what it announces.
func (p column) labelled(word string, said []prose.Span) []string {
	if len(said) == 0 {
		return nil
	}
	return p.hanging("  "+text.French(word+" : "), text.French(prose.Text(said)))
}

// key draws what is said of a question before it is asked.
func (p column) key(part *prose.Part, q *prose.QuestionNote) (lines []string) {
	if q == nil {
		return nil
	}
	lines = p.prose(&prose.Part{Blocks: q.Blocks})
	for i, o := range part.Options {
		if said := q.Reveals(o.ID); said != nil {
			lines = append(lines, p.hanging(fmt.Sprintf("  %d : ", i+1), text.French(prose.Text(said)))...)
		}
	}
	lines = append(lines, p.labelled("Indice", q.Hint)...)
	return append(lines, p.labelled("Relance", q.Follow)...)
}

// verdict says in a sentence what the measurement says of a vote.
func verdict(v *projection.Vote) string {
	if v.Right < 0 || v.Right >= len(v.Options) {
		return "La mesure ne donne raison à aucune de ces réponses." + measuredWords(v)
	}
	sentence := fmt.Sprintf("La mesure dit %d", v.Right+1)
	for i, t := range v.Rounds() {
		joint := " : "
		if i > 0 {
			joint = ", puis "
		}
		sentence += fmt.Sprintf("%s%d sur %d", joint, t[v.Right], t.Total())
		if i == len(v.Rounds())-1 {
			sentence += " l'avaient prédit"
		}
	}
	return sentence + "." + measuredWords(v)
}

func measuredWords(v *projection.Vote) string {
	if v.Measured == "" {
		return ""
	}
	return " Mesuré : " + v.Measured + "."
}
