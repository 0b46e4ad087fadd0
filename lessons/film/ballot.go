package film

import (
	"time"

	"labo/lessons/record"
	"labo/lessons/text"
	"labo/lessons/vote"
)

// Ballot is where the vote of a class on the last Ask is. A view shows its splits
// to the class once they are [Ballot.Shown], or the measurement has answered.
type Ballot struct {
	Phase     string       `json:"phase"`              // "counting", "closed", "discussing"
	Rounds    []vote.Tally `json:"rounds"`             // the first vote, the second
	Counted   []bool       `json:"counted,omitempty"`  // options whose hands have a number, in the last
	Hands     []int        `json:"hands,omitempty"`    // that number, where machines vote beside them
	Shown     bool         `json:"shown,omitempty"`    // to the class
	UntilUS   int64        `json:"until_us,omitempty"` // the end of the discussion, as t of a record
	Title     string       `json:"title"`              // what the class reads over the options
	Foot      string       `json:"foot,omitempty"`     // and under them
	LateTitle string       `json:"late_title,omitempty"`
	LateFoot  string       `json:"late_foot,omitempty"`
}

// MaxVotes is how many changes of the votes a film tells one by one: hands and
// machines that change their mind would fill a disk.
const MaxVotes = 10_000

// OfVoteLimit tells that votes are not told one by one any more.
func OfVoteLimit() Record {
	return Record{Kind: Limit, Title: "Le film s'arrête à " + text.Number(MaxVotes) + " changements des votes : des suivants, il n'a que les résultats."}
}

// OfVote tells how a class votes, by hand and with the machines of a room; begun is
// the moment of the film's first line.
func OfVote(v *vote.Vote, machines vote.Machines, begun time.Time) Record {
	words := v.Words(machines.Open)
	b := &Ballot{Phase: v.Phase().String(), Rounds: v.Tallies(), Shown: v.Shown(), Title: words.Title, Foot: words.Foot}
	switch v.Phase() {
	case vote.Discussing:
		b.UntilUS, b.LateTitle, b.LateFoot = v.Until().Sub(begun).Microseconds(), vote.Late.Title, vote.Late.Foot
	case vote.Counting:
		for i := range v.Options() {
			n, given := v.Count(vote.Hands, i)
			b.Counted = append(b.Counted, given)
			if machines.Open {
				b.Hands = append(b.Hands, n)
			}
		}
		b.Foot = machines.Words()
	}
	for _, s := range []*string{&b.Title, &b.Foot, &b.LateTitle, &b.LateFoot} {
		*s = text.French(*s)
	}
	return Record{Kind: Vote, Ballot: b}
}

// clean makes what was read what a view may show, for so many options.
func (b *Ballot) clean(options int) bool {
	for _, s := range []*string{&b.Phase, &b.Title, &b.Foot, &b.LateTitle, &b.LateFoot} {
		*s = record.Clean(*s)
	}
	b.Rounds = b.Rounds[:min(len(b.Rounds), 2)]
	for _, t := range b.Rounds {
		if len(t) != options {
			return false
		}
		for i := range t {
			t[i] = max(0, min(t[i], vote.MaxTotal))
		}
	}
	if len(b.Counted) != options {
		b.Counted = nil
	}
	if len(b.Hands) != options {
		b.Hands = nil
	}
	for i := range b.Hands {
		b.Hands[i] = max(0, min(b.Hands[i], vote.Max))
	}
	return true
}

// splits are the rounds in which somebody voted.
func (b *Ballot) splits() (all []vote.Tally) {
	for _, t := range b.Rounds {
		if t.Total() > 0 {
			all = append(all, t)
		}
	}
	return all
}
