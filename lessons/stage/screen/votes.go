package screen

import (
	"slices"

	"labo/lessons/scene"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// ballot is the vote on screen whose hands are counted, or may still be
// corrected: until the class has seen what the measurement says. nil: none.
func (m *model) ballot() *asking {
	p, ok := m.window.(*pages)
	if !ok || m.aloft() || m.covered() {
		return nil
	}
	if a := p.asked(m.pageHeight(), itemQuestion); a != nil && a.seen() && a.vote.Phase() != vote.Settled {
		return a
	}
	return nil
}

// counting is the vote on screen that is open, nil where none is.
func (m *model) counting() *asking {
	if a := m.ballot(); a != nil && a.vote.Phase() == vote.Counting {
		return a
	}
	return nil
}

// deciding is the vote on screen that is closed, or discussed, while labo still
// waits for it; nil where none is.
func (m *model) deciding() *asking {
	if a := m.ballot(); a != nil && a.vote.Phase() != vote.Counting && m.wait != nil && m.wait.kind == waitAsk {
		return a
	}
	return nil
}

// voteDigit enters one more digit of the present option's number, or the first of
// one that is corrected. A vote that is closed opens again; a discussion is not
// ended by a digit.
func (m *model) voteDigit(a *asking, d int) {
	if a.vote.Phase() == vote.Discussing {
		m.notice = text.French("Discussion en cours : Entrée ouvre le second vote, ↑ corrige le premier.")
		return
	}
	if a.vote.Phase() == vote.Closed && a.driven {
		m.notice = text.French("Le pupitre a clos ce vote : ↑ le rouvre, pour corriger.")
		return
	}
	fresh := a.fresh || a.vote.Phase() == vote.Closed
	a.vote.Reopen()
	n, _ := a.vote.Count(vote.Hands, a.at)
	if fresh {
		n = 0
	}
	if n = n*10 + d; n <= vote.Max {
		a.vote.Set(vote.Hands, a.at, n)
	}
	a.fresh = false
	m.redrawAsk()
}

// voteBackspace takes the last digit back.
func (m *model) voteBackspace(a *asking) {
	if a.driven {
		return
	}
	a.vote.Reopen()
	a.fresh = false
	n, _ := a.vote.Count(vote.Hands, a.at)
	if n /= 10; n > 0 {
		a.vote.Set(vote.Hands, a.at, n)
	} else {
		a.vote.Clear(vote.Hands, a.at)
	}
	m.redrawAsk()
}

// voteMove goes to another option, whose number can then be corrected.
func (m *model) voteMove(a *asking, by int) {
	a.vote.Reopen()
	a.fresh, a.driven = true, false
	a.at = max(0, min(a.at+by, a.vote.Options()-1))
	m.redrawAsk()
}

// nextVotes goes to the next option whose hands are not counted, and closes the
// vote where none is: a number that was corrected leads past no other one, which
// the wall would show again. Enter closes no vote without hands, and skips no option.
func (m *model) nextVotes(a *asking) {
	if _, given := a.vote.Count(vote.Hands, a.at); !given {
		if a.machines.Open && a.vote.Any() {
			m.notice = text.French("Combien de mains pour la réponse " + itoa(a.at+1) + " ? c clôt le vote sans compter d'autres mains.")
			return
		}
		m.notice = text.French("Combien de mains pour la réponse " + itoa(a.at+1) + " ? 0 s'il n'y en a pas.")
		return
	}
	switch missing := a.vote.Missing(vote.Hands); {
	case missing >= 0:
		a.at, a.fresh = missing, false
	case !a.vote.Close():
		m.notice = text.French("Personne n'a voté : ↑ ↓ corrigent, p passe la question.")
		return
	default:
		m.opened, a.driven = m.now(), false
	}
	m.redrawAsk()
}

// reported takes what the machines of a room have answered to the last question.
// While hands are counted only how many have voted is shown, as for hands.
func (m *model) reported(msg countedMsg) {
	a := m.ask
	if a == nil || a.question.Part != msg.part || !a.vote.Report(msg.source, msg.round, msg.votes) {
		return
	}
	if msg.round == a.vote.Round() {
		a.machines = vote.Machines{Open: true, Votes: vote.Tally(msg.votes).Total(), Here: msg.here}
	}
	m.journal.again()
	m.window.settle(m.pageHeight())
}

// close closes a vote in which hands need not be counted: machines vote too. It
// closes none without votes.
func (m *model) close() {
	a := m.counting()
	switch {
	case a == nil || m.wait == nil || m.wait.kind != waitAsk || !a.machines.Open:
	case !a.vote.Close():
		m.notice = text.French("Personne n'a voté : p passe la question.")
	default:
		m.opened, a.driven = m.now(), false
		m.redrawAsk()
	}
}

// discuss lets neighbours talk before they vote again.
func (m *model) discuss() {
	a := m.ballot()
	if a == nil || m.wait == nil || m.wait.kind != waitAsk || !a.vote.Discuss(m.now()) {
		return
	}
	m.opened, a.driven = m.now(), false
	m.redrawAsk()
}

// secondVote opens the second vote where neighbours discuss, and reports whether
// they did.
func (m *model) secondVote() bool {
	a := m.deciding()
	if a == nil || a.vote.Phase() != vote.Discussing {
		return false
	}
	if m.now().Sub(m.opened) >= bounce {
		a.vote.Again()
		m.second(a)
		m.redrawAsk()
	}
	return true
}

// second begins to count a second vote.
func (m *model) second(a *asking) {
	a.at, a.appeared, a.machines.Votes, a.driven = 0, m.now(), 0, false
}

// talking draws the time that is left to a discussion again.
func (m *model) talking() {
	if m.ask != nil && m.ask.vote.Phase() == vote.Discussing {
		m.journal.again()
		m.window.settle(m.pageHeight())
	}
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
			a.vote.Settle()
		}
		return
	}
	if !m.o.Projection && m.wait != nil && m.wait.kind == waitAsk && !m.ask.seen() && !m.window.more(height) {
		m.ask.appeared = m.now()
	}
}

// voteWords say what is expected of who counts.
func (a *asking) voteWords() string {
	switch a.vote.Phase() {
	case vote.Discussing:
		return "Discussion, puis second vote."
	case vote.Counting:
		s := "Combien de mains pour la réponse " + itoa(a.at+1) + " ?"
		if a.vote.Round() > 1 {
			s = "Second vote. " + s
		}
		return s
	}
	s := text.Plural(a.vote.Tally().Total(), "voix")
	if !a.vote.Shown() {
		s += ", cachées"
	}
	return s + "."
}

// voteKeys are those of a vote on screen.
func (a *asking) voteKeys() [][2]string {
	measure := [2]string{"Entrée", "la mesure"}
	switch a.vote.Phase() {
	case vote.Discussing:
		return [][2]string{{"Entrée", "second vote"}}
	case vote.Closed:
		if a.vote.Round() == 1 {
			return [][2]string{{"d", "discussion"}, measure, {"↑↓", "corriger"}}
		}
		return [][2]string{measure, {"↑↓", "corriger"}}
	}
	switch missing := a.vote.Missing(vote.Hands); {
	case a.machines.Open && a.vote.Any() && missing >= 0:
		return [][2]string{{"c", "clore le vote"}, {"0-9", "mains"}}
	case !a.vote.Any() && a.at == 0 && a.vote.Round() > 1:
		return [][2]string{{"0-9", "voix"}, {"d", "discussion"}, {"p", "passer"}}
	case !a.vote.Any() && a.at == 0:
		return [][2]string{{"0-9", "voix"}, {"p", "passer"}}
	case missing >= 0 && (missing != a.at || a.at < a.vote.Options()-1):
		return [][2]string{{"0-9", "voix"}, {"Entrée", "réponse suivante"}}
	}
	return [][2]string{{"0-9", "voix"}, {"Entrée", "clore le vote"}}
}

// classVote is what a class voted in a scene.
type classVote struct {
	head scene.Head
	ask  *asking
}

// voted keeps what the class voted for the end; a scene that is played again
// replaces what it had.
func (m *model) voted() {
	if m.ask == nil {
		return
	}
	m.votes = slices.DeleteFunc(m.votes, func(v classVote) bool { return v.head.ID == m.head.ID && v.ask.question.Part == m.ask.question.Part })
	m.votes = append(m.votes, classVote{m.head, m.ask})
}

// shares are how many predicted what was measured of a question, round by round.
type shares struct {
	title  string // of its scene
	rounds []vote.Tally
	right  int // -1: nothing that answers was measured
}

// classVotes are what the class voted in the step: earlier that day, but for what
// it votes again now, then now.
func (m *model) classVotes() (all []shares) {
	for _, p := range m.o.Earlier {
		head := slices.IndexFunc(m.o.Heads, func(h scene.Head) bool { return h.Step == p.Step && h.ID == p.Scene })
		again := slices.ContainsFunc(m.votes, func(v classVote) bool {
			return v.head.ID == p.Scene && v.ask.question.Part == p.Part && len(v.ask.vote.Rounds()) > 0
		})
		if head >= 0 && !again && len(p.Rounds) > 0 {
			all = append(all, shares{m.o.Heads[head].Title, p.Rounds, p.Right})
		}
	}
	for _, v := range m.votes {
		if rounds := v.ask.vote.Rounds(); len(rounds) > 0 {
			s := shares{v.head.Title, rounds, -1}
			if v.ask.answer != nil {
				s.right = v.ask.answer.Right
			}
			all = append(all, s)
		}
	}
	return all
}

// recap is what the class voted in a step, nil where it did not.
func (m *model) recap() *item {
	if m.o.Projection && len(m.classVotes()) > 0 {
		return &item{kind: itemTitle, lines: m.recapLines} // a page of its own, however few they are
	}
	return nil
}
