package screen

import (
	"math"

	"labo/probe"
)

// history is a figure through time, the latest last.
type history struct{ values []probe.Maybe[int] }

// maxHistory is more than the widest panel shows.
const maxHistory = 240

func (h *history) add(n probe.Maybe[int]) {
	h.values = append(h.values, n)
	if len(h.values) > maxHistory {
		h.values = append(h.values[:0], h.values[len(h.values)-maxHistory:]...)
	}
}

var sparks = []rune("▁▂▃▄▅▆▇█")

// spark draws the latest values, one a cell, from the smallest shown to the
// greatest; on a logarithmic scale where these are far apart. An unknown value
// leaves a gap.
func (h *history) spark(width int) string {
	values := h.values[max(0, len(h.values)-width):]
	least, most := math.MaxInt, 0
	for _, v := range values {
		if v.Known {
			least, most = min(least, v.Value), max(most, v.Value)
		}
	}
	place := func(n int) float64 { return float64(n-least) / float64(most-least) }
	if least > 0 && most > 20*least {
		place = func(n int) float64 {
			return math.Log(float64(n)/float64(least)) / math.Log(float64(most)/float64(least))
		}
	}
	out := make([]rune, len(values))
	for i, v := range values {
		switch {
		case !v.Known:
			out[i] = ' '
		case most-least < 2: // not a difference worth a picture
			out[i] = sparks[0]
		default:
			out[i] = sparks[int(place(v.Value)*float64(len(sparks)-1)+0.5)]
		}
	}
	return string(out)
}
