package link

import (
	"slices"
	"time"
)

// Sample is one exchange of times with another clock.
type Sample struct {
	Offset    time.Duration // of the other clock: what it shows more than this one
	RoundTrip time.Duration // of the question and its answer, without the time in between
}

// Uncertainty is the most by which the offset of a sample may be wrong: the answer may
// have taken all of the round trip, or none.
func (s Sample) Uncertainty() time.Duration { return s.RoundTrip / 2 }

// Clock compares another machine's clock with this one, as NTP does (RFC 5905,
// §8): of the last exchanges, the one with the smallest round trip counts.
// Its zero value has compared nothing.
type Clock struct{ samples []Sample }

// kept is how many exchanges count: clocks drift apart.
const kept = 16

// Add takes an exchange: asked at the first time and answered at the last of
// this clock, heard and told at the times between of the other. One that cannot
// be is left out, as the other may say anything.
func (c *Clock) Add(asked, heard, told, answered time.Time) {
	s := Sample{
		Offset:    (heard.Sub(asked) + told.Sub(answered)) / 2,
		RoundTrip: answered.Sub(asked) - told.Sub(heard),
	}
	if told.Before(heard) || s.RoundTrip <= 0 || s.RoundTrip > Silence {
		return
	}
	if c.samples = append(c.samples, s); len(c.samples) > kept {
		c.samples = slices.Delete(c.samples, 0, 1)
	}
}

// Best returns the exchange that counts, of how many; none where n is 0.
func (c *Clock) Best() (best Sample, n int) {
	for i, s := range c.samples {
		if i == 0 || s.RoundTrip < best.RoundTrip {
			best = s
		}
	}
	return best, len(c.samples)
}
