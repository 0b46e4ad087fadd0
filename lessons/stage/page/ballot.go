package page

import (
	"encoding/json"
	"net/http"
	"time"

	"labo/lessons/film"
	"labo/lessons/projection"
	"labo/lessons/scene"
	"labo/lessons/vote"
)

// ballot is a prediction that a class votes on: the same object, with the same
// words, as on the wall of a terminal.
type ballot struct {
	vote     *vote.Vote
	question scene.Question
	machines vote.Machines
	answer   *scene.Answer // once the measurement has answered
}

// uncounted is what the wall says to a key that would close a vote.
const uncounted misused = "Le vote se compte et se clôt sur le pupitre."

// openVote opens the first vote on a question.
func (p *Page) openVote(q scene.Question) {
	p.mu.Lock()
	p.ballot = &ballot{vote: vote.New(len(q.Options)), question: q}
	p.mu.Unlock()
	p.tellVote()
}

// tellVote shows where the vote is.
func (p *Page) tellVote() {
	p.mu.Lock()
	b := p.ballot
	if b == nil {
		p.mu.Unlock()
		return // another scene has begun
	}
	r := film.OfVote(b.vote, b.machines, p.begun)
	p.mu.Unlock()
	r.Micros = time.Since(p.begun).Microseconds()
	p.See(r)
	p.tell(r)
	p.tellWhere()
}

// votes is what the film was told of the votes of a class.
type votes struct {
	told    int
	last    film.Ballot
	waiting *film.Record // the last one, where the film was not told it
}

// tell tells the film where the vote is: each change up to [film.MaxVotes], then
// how each round ended.
func (p *Page) tell(r film.Record) {
	if p.Told == nil {
		return
	}
	p.mu.Lock()
	p.votes.told++
	n := p.votes.told
	same := p.votes.last.Phase == r.Ballot.Phase && len(p.votes.last.Rounds) == len(r.Ballot.Rounds)
	if n > film.MaxVotes && same {
		p.votes.waiting = &r
	} else {
		p.votes.last, p.votes.waiting = *r.Ballot, nil
	}
	left := p.votes.waiting != nil
	p.mu.Unlock()
	if n == film.MaxVotes+1 {
		limit := film.OfVoteLimit()
		limit.Micros = r.Micros
		p.See(limit)
		p.Told(limit)
	}
	if !left {
		p.Told(r)
	}
}

// settle tells the film how a vote ended, before what was made of it.
func (p *Page) settle() {
	p.mu.Lock()
	r := p.votes.waiting
	p.votes.waiting = nil
	p.mu.Unlock()
	if r != nil {
		p.Told(*r)
	}
}

// Counted tells what a source beside raised hands, such as the machines of a room,
// has reported of the last question: the part of the scene's text that asks it, the
// round from 1, the votes by option, how many could vote.
func (p *Page) Counted(source vote.Source, part string, round int, votes []int, here int) {
	p.mu.Lock()
	b := p.ballot
	taken := b != nil && b.question.Part == part && b.vote.Report(source, round, votes)
	if taken && round == b.vote.Round() {
		b.machines = vote.Machines{Open: true, Votes: vote.Tally(votes).Total(), Here: here}
	}
	p.mu.Unlock()
	if taken {
		p.tellVote()
	}
}

// tellWhere tells where the lesson stands, to whom a class listens.
func (p *Page) tellWhere() {
	if p.Where == nil {
		return
	}
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	s := p.where
	if p.waiting != nil && p.waiting.kind == film.Ask {
		s.Waiting = projection.ForVote
	}
	if b := p.ballot; b != nil {
		s.Vote = projection.Asked(b.question, b.vote, b.answer)
	}
	p.mu.Unlock()
	p.Where(s)
}

// Drive does to the vote on a question of the class what another view of it asks,
// and returns where it then is. The error is that of [vote.Vote.Do].
func (p *Page) Drive(part string, a vote.Act) (vote.State, error) {
	p.mu.Lock()
	b, w := p.ballot, p.waiting
	if b == nil || b.question.Part != part || w == nil || w.kind != film.Ask || len(b.question.Options) != w.options {
		p.mu.Unlock()
		return vote.State{}, vote.ErrLate
	}
	err := b.vote.Do(a, time.Now())
	if err == nil && a.Do == vote.Again {
		b.machines.Votes = 0
	}
	ends := a.Do == vote.Measure || a.Do == vote.Pass
	if err == nil && ends && !w.answer(reply{choice: b.choice()}) {
		err = vote.ErrLate
	}
	state := b.vote.State()
	p.mu.Unlock()
	if err == nil && !ends {
		p.tellVote()
	}
	return state, err
}

// choice is the option with most votes, -1 for none.
func (b *ballot) choice() int {
	if all := b.vote.Rounds(); len(all) > 0 {
		return all[len(all)-1].Most()
	}
	return -1
}

// deeds are those of the lectern.
var deeds = map[string]vote.Deed{"vote": vote.Count, "close": vote.Close, "reopen": vote.Reopen, "discuss": vote.Talk}

// classAct does with a vote what the lectern, or a key of the wall, asks for.
func (p *Page) classAct(w *wait, a act) misused {
	p.mu.Lock()
	b := p.ballot
	if b == nil {
		p.mu.Unlock()
		return late
	}
	asked := vote.Act{Do: deeds[a.Act], Round: b.vote.Round(), Phase: b.vote.Phase()}
	part := b.question.Part
	p.mu.Unlock()
	if a.Round != asked.Round || a.Phase != asked.Phase.String() {
		return late
	}
	switch {
	case a.Act == "vote":
		asked.Hands = map[int]int{a.Choice: -1}
		if a.Hands != nil {
			asked.Hands[a.Choice] = *a.Hands
		}
	case a.Act == "go" && asked.Phase == vote.Discussing:
		asked.Do = vote.Again
	case a.Act == "go" && asked.Phase == vote.Closed:
		asked.Do = vote.Measure
	case a.Act == "go", a.Act == "choose":
		return uncounted
	case asked.Do == "":
		r, why := w.read(a)
		if why == "" && !w.answer(r) {
			return late
		}
		return why
	}
	switch _, err := p.Drive(part, asked); {
	case err == vote.ErrLate:
		return late
	case err != nil:
		return noSense
	}
	return ""
}

// counsel sends what to do with the vote: for the lectern, never for the wall.
func (s *Server) counsel(w http.ResponseWriter, r *http.Request) {
	p := s.page
	p.mu.Lock()
	said := ""
	if b := p.ballot; b != nil {
		expected := -1
		for i, o := range b.question.Options {
			if s.expected != nil && o.ID == s.expected(p.state.Scene.ID, b.question.Part) {
				expected = i
			}
		}
		said = vote.Counsel(b.vote.Phase(), b.vote.Rounds(), expected, b.vote.Until())
	}
	p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(said) // the browser has left otherwise
}
