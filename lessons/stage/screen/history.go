package screen

import (
	"labo/lessons/evidence"
	"labo/lessons/stage/figure"
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

// spark draws the latest values, one a cell, from 0 to a round figure above the
// greatest; on a logarithmic scale where they are far apart. An unknown value
// leaves a gap.
func (h *history) spark(width int) string {
	values := h.values[max(0, len(h.values)-width):]
	points := make([]probe.Maybe[float64], len(values))
	for i, v := range values {
		points[i] = probe.Maybe[float64]{Value: float64(v.Value), Known: v.Known}
	}
	scale := figure.NewScale(&evidence.Chart{Curves: []evidence.Curve{{Points: points}}})
	out := make([]rune, len(points))
	for i, p := range points {
		out[i] = ' '
		if p.Known {
			out[i] = sparks[int(scale.Place(p.Value)*float64(len(sparks)-1)+0.5)]
		}
	}
	return string(out)
}
