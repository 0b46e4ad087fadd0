package vote

// Tally is the votes of one round, option by option, all sources together.
type Tally []int

// Total is how many voted.
func (t Tally) Total() int {
	sum := 0
	for _, n := range t {
		sum += n
	}
	return sum
}

// Percent is the share of an option, rounded to whole percents; 0 where nobody
// voted.
func (t Tally) Percent(option int) int {
	total := t.Total()
	if total == 0 || option < 0 || option >= len(t) {
		return 0
	}
	return (200*t[option] + total) / (2 * total)
}

// Most is the option with the most votes, -1 where two or more share the first
// place, or nobody voted.
func (t Tally) Most() int {
	best, tie := -1, false
	for i, n := range t {
		switch {
		case n > 0 && (best < 0 || n > t[best]):
			best, tie = i, false
		case best >= 0 && n == t[best]:
			tie = true
		}
	}
	if tie {
		return -1
	}
	return best
}

// Advice is what to do after a first vote.
type Advice uint8

const (
	NoAdvice Advice = iota // nobody voted, or no answer is expected
	Hint                   // too few are right for a discussion to help: give a hint, vote again
	Discuss                // the discussion teaches
	Explain                // nearly all are right: the measurement, and a word
)

// Between which shares of right answers a discussion is worth its time, in
// percent (Porter 2011; Crouch and Mazur 2001).
const (
	DiscussFrom = 35
	DiscussTo   = 70
)

// Advise returns what to do where that option is expected to be right.
func (t Tally) Advise(expected int) Advice {
	total := t.Total()
	if total == 0 || expected < 0 || expected >= len(t) {
		return NoAdvice
	}
	switch right := 100 * t[expected]; { // not the rounded share: 34.6 % is under 35 %
	case right < DiscussFrom*total:
		return Hint
	case right > DiscussTo*total:
		return Explain
	}
	return Discuss
}
