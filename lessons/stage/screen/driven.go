package screen

import (
	"labo/lessons/text"
	"labo/lessons/vote"
)

// drivenWords say what was done at the desk.
var drivenWords = map[vote.Deed]string{
	vote.Count: "Pupitre : des mains y ont été comptées.", vote.Close: "Pupitre : le vote y a été clos.", vote.Talk: "Pupitre : la discussion est ouverte.",
	vote.Again: "Pupitre : le second vote est ouvert.", vote.Reopen: "Pupitre : le vote est rouvert.", vote.Reveal: "Pupitre : le partage est montré.",
	vote.TakeUp: "Ce vote reprend où il en était.",
}

// drive does what another view of the vote asks. A key that comes too soon after
// was meant for what was on screen before, and does nothing.
func (m *model) drive(part string, act vote.Act) (vote.State, error) {
	a := m.ask
	if a == nil || a.question.Part != part || m.wait == nil || m.wait.kind != waitAsk {
		return vote.State{}, vote.ErrLate
	}
	if err := a.vote.Do(act, m.now()); err != nil {
		return a.vote.State(), err
	}
	switch act.Do {
	case vote.Measure, vote.Pass:
		m.reply(result{choice: a.choice()})
		return a.vote.State(), nil
	case vote.Again:
		m.second(a)
	}
	if act.Do != vote.Count { // what is being typed here goes on
		a.driven, a.fresh, m.opened = true, true, m.now()
	}
	m.taken(a, drivenWords[act.Do])
	return a.vote.State(), nil
}

// taken draws the vote as another view has made it.
func (m *model) taken(a *asking, notice string) {
	m.redrawAsk()
	m.notice = text.French(notice)
}
